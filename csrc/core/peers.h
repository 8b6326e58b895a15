/* peers.h: which device a tensor is on, and whether a kernel may be given tensors of several, which
 * a backend whose devices reach each other's memory can allow. */
#ifndef LT_CORE_PEERS_H
#define LT_CORE_PEERS_H

#include "core/internal.h"

/* The device, where LT_ANY_GPU is the one that the user makes tensors on now. */
int lti_resolve(int device);

/* The device of t. A tensor on any GPU, which has no memory, counts as on the current one. */
int lti_home(const lt_tensor *t);

/* True when kernels of each of two devices may use the memory of the other. */
bool lti_reaches(int device, int other);

/* Called by a backend's library when it is loaded; `reaches` is asked about two of its devices,
 * `current` for the one that the user makes tensors on. */
LT_API void lt_register_peers(bool (*reaches)(int device, int other), int (*current)(void));

#endif
