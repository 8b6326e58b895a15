/* Devices that reach each other's memory. */
#include "core/peers.h"

static bool (*registered)(int device, int other);

void lt_register_peers(bool (*reaches)(int device, int other)) { registered = reaches; }

bool lti_reaches(int device, int other) {
  if (device == other) return true;
  return device != LT_CPU && other != LT_CPU && registered && registered(device, other);
}
