/* window.h: the geometry of a window sliding over images, shared by convolution and pooling ops and
 * their kernels. Letters: n images, c input and k output channels, h x w pixels in, oh x ow out.
 * Convolution of volumes has t frames of h x w pixels too; t = ot = kt = st = dt = 1, pt = 0 is an
 * image. */
#ifndef LT_WINDOW_H
#define LT_WINDOW_H

#include <stdint.h>

typedef struct lt_window {
  int64_t n, c, h, w; /* input [n c h w] */
  int64_t k, oh, ow;  /* output [n k oh ow] */
  int64_t kh, kw;     /* window */
  int64_t sh, sw;     /* stride */
  int64_t ph, pw;     /* zero padding on each side */
  int64_t dh, dw;     /* dilation */
  int64_t groups;     /* divides c and k; weights [k c/groups (kt) kh kw] */
  int64_t t, ot, kt;  /* frames: input [n c t h w], output [n k ot oh ow], window */
  int64_t st, pt, dt; /* stride, padding and dilation along the frames */
} lt_window;

#endif
