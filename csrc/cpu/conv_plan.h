/* conv_plan.h: how a convolution is cut into tasks. Forward pass and input gradient are both a
 * correlation of a zero-padded source with taps, written to a grid of output pixels:
 *
 *   out[m][t][u] = sum over planes c and taps q of a[m][c][q] source[c][t sy + dy_q][u sx + dx_q]
 *
 * The planes of an image are its channels. In a volume every frame of the grid counts as an image,
 * whose planes are the frames that it sees of each channel.
 *
 * A task covers some images and a band of grid rows. It copies the source it needs into a zero-
 * padded buffer, split by phase when the step is not 1, so that each tap reads at one fixed offset
 * and 8 neighbouring outputs read 8 neighbouring elements: nothing is unfolded. */
#ifndef LT_CONV_PLAN_H
#define LT_CONV_PLAN_H

#include "cpu/isa.h"

enum { SEG = 8 }; /* neighbouring outputs that are always read together */

typedef struct tap {
  int64_t dy, dx; /* source offset of the tap */
  int64_t index;  /* of its weight within a kernel plane */
} tap;

typedef struct frame_tap {
  int64_t dz;    /* source frame seen from grid frame 0 */
  int64_t index; /* of its kernel plane */
} frame_tap;

typedef struct corr {
  int64_t n, groups; /* images: of the batch, times frames of the grid */
  int64_t c, h, w;   /* source planes of a group (channels times frame taps), pixels */
  int64_t m, gh, gw; /* output channels of a group, grid */
  int64_t d, gd;     /* frames of the source and of the grid */
  int64_t sy, sx;    /* source steps of a grid step */
  int64_t sz, nz;    /* source frames of a grid frame; frame taps */
  const frame_tap *frames;
  int64_t ntaps;
  const tap *taps;
  bool flat;                              /* columns must be one run in the buffer */
  int64_t out_h, out_w, oy, ox, oys, oxs; /* grid point (t, u) is pixel (oy + t oys, ox + u oxs) */
  int64_t out_d, oz, ozs;                 /* grid frame z is frame oz + z ozs */
  /* made by plan_corr */
  int64_t dy0, dx0;          /* least tap offsets */
  int64_t npy, npx, qy, qx;  /* phases; rows and columns that a tap may reach beyond the grid */
  int64_t rows, bands, imgs; /* grid rows of a band, bands of an image, images of a task */
  int64_t wq, plane, chan, image; /* elements: row, phase plane, channel, image of the buffer */
  int64_t pitch;                  /* columns between grid rows */
  int64_t image_segs;             /* segments of a full band of one image */
  bool direct; /* the source is read in place: chan and image are its own strides */
} corr;

/* Weight (m, channel, frame tap, tap) of group g is at g group + m row + channel chan + frame index
 * times frame + tap index elements from w. */
typedef struct weights {
  const void *w;
  int64_t group, row, chan, frame;
} weights;

/* Work space that several correlations share, one after the other. While block is NULL they only
 * measure it, so that it can be had before any of them writes. */
typedef struct work {
  char *block;
  size_t bytes;
} work;

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* Index of the source plane that plane c of group g is for image `img`; -1: padding. */
static inline int64_t source_plane(const corr *p, int64_t g, int64_t c, int64_t img) {
  int64_t z = img % p->gd * p->sz + p->frames[c % p->nz].dz;
  if (z < 0 || z >= p->d) return -1;
  return ((img / p->gd * p->groups + g) * (p->c / p->nz) + c / p->nz) * p->d + z;
}

/* Index of the output plane of channel m (of all groups) of image `img`. */
static inline int64_t output_plane(const corr *p, int64_t m, int64_t img) {
  return (img / p->gd * p->groups * p->m + m) * p->out_d + p->oz + img % p->gd * p->ozs;
}

/* Segments of `rows` grid rows: packed rows of whole segments, or a flat run over row ends. */
static inline int64_t band_segs(const corr *p, int64_t rows) {
  return p->pitch == p->wq ? ceil_div((rows - 1) * p->wq + p->gw, SEG) : rows * (p->pitch / SEG);
}

/* Chooses bands and images of a task: `bytes` for the buffer of `nchan` channels, at most `cols`
 * columns where that is possible, and no images together that would leave fewer than `tasks`.
 * Small images are joined until their segments fill tiles of 4. */
static inline lt_status plan_corr(corr *p, int64_t elsize, int64_t nchan, int64_t bytes,
                                  int64_t cols, int64_t tasks) {
  int64_t dy1 = p->taps[0].dy, dx1 = p->taps[0].dx;
  p->dy0 = dy1, p->dx0 = dx1;
  for (int64_t q = 1; q < p->ntaps; q++) {
    p->dy0 = LT_MIN(p->dy0, p->taps[q].dy), dy1 = LT_MAX(dy1, p->taps[q].dy);
    p->dx0 = LT_MIN(p->dx0, p->taps[q].dx), dx1 = LT_MAX(dx1, p->taps[q].dx);
  }
  p->npy = LT_MIN(p->sy, dy1 - p->dy0 + 1), p->npx = LT_MIN(p->sx, dx1 - p->dx0 + 1);
  p->qy = (dy1 - p->dy0) / p->sy, p->qx = (dx1 - p->dx0) / p->sx;
  p->wq = p->gw + p->qx;
  double least = (double)(nchan * elsize) * (double)p->npy * (double)p->npx * (double)p->wq;
  LT_CHECK(least * (double)(1 + p->qy) < 0x1p44, ENOMEM,
           "convolution: no memory for windows that reach over %lld x %lld pixels",
           (long long)(dy1 - p->dy0 + 1), (long long)(dx1 - p->dx0 + 1));
  int64_t row_bytes = nchan * p->npy * p->npx * p->wq * elsize;
  int64_t rows = LT_MIN(bytes / row_bytes - p->qy, cols / p->gw);
  rows = LT_MAX(1, LT_MIN(rows, p->gh));
  p->bands = ceil_div(p->gh, rows);
  p->rows = ceil_div(p->gh, p->bands);
  p->bands = ceil_div(p->gh, p->rows);
  p->imgs = 1;
  if (p->bands == 1) {
    int64_t most = LT_MIN(bytes / (row_bytes * (p->gh + p->qy)), cols / (p->gh * p->gw));
    if (p->gh * p->gw < 128) most = LT_MAX(most, 4);
    most = LT_MIN(most, p->n * p->groups / tasks);
    if (most > 1) p->imgs = ceil_div(p->n, ceil_div(p->n, most));
  }
  p->plane = (p->rows + p->qy) * p->wq;
  p->chan = p->npy * p->npx * p->plane;
  p->image = nchan * p->chan;
  int64_t whole = ceil_div(p->gw, SEG) * SEG;
  p->pitch = p->wq;
  if (!p->flat && p->rows * (whole / SEG) <= band_segs(p, p->rows)) p->pitch = whole;
  p->image_segs = band_segs(p, p->rows);
  return LT_OK;
}

/* Lets tasks read the source itself where an image fits the cache as it is, no padding or phases
 * are needed and no segment reaches beyond its end. */
static inline void plan_direct(corr *p, int64_t elsize, int64_t bytes) {
  int64_t last = p->gh - (p->bands - 1) * p->rows;
  int64_t cols = p->pitch == p->wq ? (last - 1) * p->wq + p->gw : last * p->gw;
  p->direct = p->d * p->gd * p->nz == 1 && p->c * p->h * p->w * elsize <= bytes && p->sy == 1 &&
              p->sx == 1 && p->dy0 == 0 && p->dx0 == 0 && p->gh + p->qy == p->h && p->wq == p->w &&
              band_segs(p, last) * SEG == cols;
  if (!p->direct) return;
  p->plane = p->chan = p->h * p->w;
  p->image = p->groups * p->c * p->chan;
}

/* Offset in the buffer of tap q of channel c, seen from a grid point's own offset. */
static inline ptrdiff_t tap_offset(const corr *p, int64_t c, int64_t q) {
  int64_t y = p->taps[q].dy - p->dy0, x = p->taps[q].dx - p->dx0;
  int64_t phase = (y % p->sy) * p->npx + x % p->sx;
  return c * p->chan + phase * p->plane + (y / p->sy) * p->wq + x / p->sx;
}

/* Offsets of the segments of a full task, then `pad` that read zeros at offset `zero`. */
static inline void fill_segments(const corr *p, ptrdiff_t *seg, int64_t pad, ptrdiff_t zero) {
  for (int64_t i = 0; i < p->imgs; i++)
    for (int64_t j = 0; j < p->image_segs; j++)
      *seg++ = i * p->image + j * SEG / p->pitch * p->wq + j * SEG % p->pitch;
  while (pad-- > 0) *seg++ = zero;
}

#endif
