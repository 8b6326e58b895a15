/* Convolution against its definition in double, over random geometries, groups, strides, paddings
 * and dilations, for Float and Double; and that the number of threads changes no bit. Exits with 1
 * after printing what failed. */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "core/internal.h"

static void require(lt_status rc) {
  if (rc == LT_OK) return;
  FAIL("%s: %s", lt_status_text(rc), lt_error());
  exit(1);
}

static double get(const lt_tensor *t, int64_t i) {
  return t->dtype == LT_FLOAT ? (double)((float *)lti_data(t))[i] : ((double *)lti_data(t))[i];
}

static lt_tensor tensor(int dtype, int ndim, const int64_t *sizes, bool random) {
  lt_tensor t;
  require(lti_new(&t, dtype, LT_CPU, ndim, sizes));
  for (int64_t i = 0; i < lti_numel(&t); i++) {
    double v = random ? (double)below(2001) / 1000 - 1 : 0;
    if (dtype == LT_FLOAT)
      ((float *)lti_data(&t))[i] = (float)v;
    else
      ((double *)lti_data(&t))[i] = v;
  }
  return t;
}

/* The largest difference of t from want, relative where |want| > 1. */
static double error(const lt_tensor *t, const double *want) {
  double worst = 0;
  for (int64_t i = 0; i < lti_numel(t); i++) {
    double e = fabs(get(t, i) - want[i]) / fmax(1, fabs(want[i]));
    if (!(e <= worst)) worst = e;
  }
  return worst;
}

typedef struct problem {
  lt_window s;
  lt_tensor x, w, bias, gy; /* inputs */
  lt_tensor y, gx, gw, gb;  /* results */
  double *want[4];          /* of y, gx, gw, gb */
} problem;

static const double scale = 0.5;

/* y, gx, scale gw and scale gb by the definition. */
static void define(problem *p) {
  const lt_window *s = &p->s;
  const lt_tensor *results[4] = {&p->gy, &p->x, &p->w, &p->bias};
  for (int i = 0; i < 4; i++) p->want[i] = calloc((size_t)lti_numel(results[i]), sizeof(double));
  int64_t cg = s->c / s->groups, kg = s->k / s->groups;
  for (int64_t o = 0; o < lti_numel(&p->gy); o++) {
    int64_t ox = o % s->ow, oy = o / s->ow % s->oh, k = o / (s->ow * s->oh) % s->k;
    int64_t n = o / (s->ow * s->oh * s->k);
    double g = get(&p->gy, o);
    p->want[0][o] += get(&p->bias, k);
    p->want[3][k] += scale * g;
    for (int64_t q = 0; q < cg * s->kh * s->kw; q++) {
      int64_t c = k / kg * cg + q / (s->kh * s->kw);
      int64_t y = oy * s->sh - s->ph + q / s->kw % s->kh * s->dh;
      int64_t x = ox * s->sw - s->pw + q % s->kw * s->dw;
      if (y < 0 || y >= s->h || x < 0 || x >= s->w) continue;
      int64_t i = ((n * s->c + c) * s->h + y) * s->w + x, at = k * cg * s->kh * s->kw + q;
      p->want[0][o] += get(&p->x, i) * get(&p->w, at);
      p->want[1][i] += g * get(&p->w, at);
      p->want[2][at] += scale * g * get(&p->x, i);
    }
  }
}

static void run(problem *p) {
  const lt_window *s = &p->s;
  require(lt_conv2d(&p->y, &p->x, &p->w, &p->bias, s->sh, s->sw, s->ph, s->pw, s->dh, s->dw,
                    s->groups));
  require(lt_conv2d_grad_input(&p->gx, &p->gy, &p->w, &p->x, s->sh, s->sw, s->ph, s->pw, s->dh,
                               s->dw, s->groups));
  require(lt_fill(&p->gw, 0));
  require(lt_fill(&p->gb, 0));
  require(lt_conv2d_grad_weight(&p->gw, &p->gb, &p->x, &p->gy, s->sh, s->sw, s->ph, s->pw, s->dh,
                                s->dw, s->groups, scale));
}

/* Fails where a result is wrong or depends on the number of threads. */
static void check(lt_window s, int dtype) {
  problem p = {.s = s};
  p.x = tensor(dtype, 4, (int64_t[]){s.n, s.c, s.h, s.w}, true);
  p.w = tensor(dtype, 4, (int64_t[]){s.k, s.c / s.groups, s.kh, s.kw}, true);
  p.bias = tensor(dtype, 1, &s.k, true);
  p.gy = tensor(dtype, 4, (int64_t[]){s.n, s.k, s.oh, s.ow}, true);
  p.y = (lt_tensor){.dtype = (uint8_t)dtype};
  p.gx = (lt_tensor){.dtype = (uint8_t)dtype};
  p.gw = tensor(dtype, 4, p.w.sizes, false);
  p.gb = tensor(dtype, 1, &s.k, false);
  define(&p);
  lt_tensor *results[4] = {&p.y, &p.gx, &p.gw, &p.gb};
  static const char *const names[4] = {"output", "gradInput", "gradWeight", "gradBias"};
  void *first[4] = {0};
  for (int threads = 1; threads <= 3; threads++) {
    require(lt_set_num_threads(threads));
    run(&p);
    for (int i = 0; i < 4; i++) {
      size_t bytes = (size_t)(lti_numel(results[i]) * lti_elsize(dtype));
      double e = error(results[i], p.want[i]);
      if (threads == 1) first[i] = memcpy(malloc(bytes), lti_data(results[i]), bytes);
      bool same = memcmp(first[i], lti_data(results[i]), bytes) == 0;
      if (e <= (dtype == LT_FLOAT ? 1e-4 : 1e-12) && same) continue;
      FAIL("%s of %s: n %d c %d k %d g %d, %dx%d by %dx%d, stride %d %d pad %d %d dilation "
           "%d %d, %d threads: error %g%s",
           names[i], lt_dtype_name(dtype), (int)s.n, (int)s.c, (int)s.k, (int)s.groups, (int)s.h,
           (int)s.w, (int)s.kh, (int)s.kw, (int)s.sh, (int)s.sw, (int)s.ph, (int)s.pw, (int)s.dh,
           (int)s.dw, threads, e, same ? "" : ", other bits than 1 thread");
    }
  }
  for (int i = 0; i < 4; i++) {
    free(first[i]);
    free(p.want[i]);
    lt_tensor_release(results[i]);
  }
  lt_tensor_release(&p.x);
  lt_tensor_release(&p.w);
  lt_tensor_release(&p.bias);
  lt_tensor_release(&p.gy);
}

int main(void) {
  for (int done = 0; done < 120;) {
    lt_window s = {.n = 1 + below(6),
                   .h = 1 + below(24),
                   .w = 1 + below(40),
                   .kh = 1 + below(5),
                   .kw = 1 + below(5),
                   .sh = 1 + below(3),
                   .sw = 1 + below(3),
                   .ph = below(3),
                   .pw = below(3),
                   .dh = 1 + below(2),
                   .dw = 1 + below(2),
                   .groups = below(3) ? 1 : 1 + below(4)};
    s.c = s.groups * (1 + below(9)), s.k = s.groups * (1 + below(done % 10 ? 20 : 150));
    int64_t room_h = s.h + 2 * s.ph - s.dh * (s.kh - 1) - 1;
    int64_t room_w = s.w + 2 * s.pw - s.dw * (s.kw - 1) - 1;
    if (room_h < 0 || room_w < 0) continue;
    s.oh = room_h / s.sh + 1, s.ow = room_w / s.sw + 1;
    check(s, done % 2 ? LT_FLOAT : LT_DOUBLE);
    done++;
  }
  return failures > 0;
}
