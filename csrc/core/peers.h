/* peers.h: whether a kernel may be given tensors of several devices, which a backend whose devices
 * reach each other's memory can allow. */
#ifndef LT_CORE_PEERS_H
#define LT_CORE_PEERS_H

#include "core/internal.h"

/* True when kernels of each of two devices may use the memory of the other. */
bool lti_reaches(int device, int other);

/* Called by a backend's library when it is loaded; `reaches` is asked about two of its devices. */
LT_API void lt_register_peers(bool (*reaches)(int device, int other));

#endif
