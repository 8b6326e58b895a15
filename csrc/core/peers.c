/* The current device, and devices that reach each other's memory. */
#include "core/peers.h"

static bool (*peers)(int device, int other);
static int (*current_device)(void);

void lt_register_peers(bool (*reaches)(int device, int other), int (*current)(void)) {
  peers = reaches;
  current_device = current;
}

int lti_resolve(int device) {
  return device == LT_ANY_GPU && current_device ? current_device() : device;
}

int lti_home(const lt_tensor *t) { return lti_resolve(t->device); }

bool lti_reaches(int device, int other) {
  device = lti_resolve(device);
  other = lti_resolve(other);
  if (device == other) return true;
  return device != LT_CPU && other != LT_CPU && peers && peers(device, other);
}
