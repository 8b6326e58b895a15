/* Convolution of images and volumes against its definition in double, over random geometries,
 * groups, strides, paddings and dilations, for Float and Double; full convolution, which transposes
 * it; and that the number of threads changes no bit. Exits with 1 after printing what failed. */
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
  bool volume;
  lt_tensor x, w, bias, gy; /* inputs */
  lt_tensor y, gx, gw, gb;  /* results */
  double *want[4];          /* of y, gx, gw, gb */
} problem;

/* [a b (t) h w] */
static lt_tensor batch(const problem *p, int dtype, int64_t a, int64_t b, int64_t t, int64_t h,
                       int64_t w, bool random) {
  if (p->volume) return tensor(dtype, 5, (int64_t[]){a, b, t, h, w}, random);
  return tensor(dtype, 4, (int64_t[]){a, b, h, w}, random);
}

static const double scale = 0.5;

/* y, gx, scale gw and scale gb by the definition. */
static void define(problem *p) {
  const lt_window *s = &p->s;
  const lt_tensor *results[4] = {&p->gy, &p->x, &p->w, &p->bias};
  for (int i = 0; i < 4; i++) p->want[i] = calloc((size_t)lti_numel(results[i]), sizeof(double));
  int64_t cg = s->c / s->groups, kg = s->k / s->groups, kernel = s->kt * s->kh * s->kw;
  for (int64_t o = 0; o < lti_numel(&p->gy); o++) {
    int64_t ox = o % s->ow, oy = o / s->ow % s->oh, oz = o / (s->ow * s->oh) % s->ot;
    int64_t k = o / (s->ow * s->oh * s->ot) % s->k, n = o / (s->ow * s->oh * s->ot * s->k);
    double g = get(&p->gy, o);
    p->want[0][o] += get(&p->bias, k);
    p->want[3][k] += scale * g;
    for (int64_t q = 0; q < cg * kernel; q++) {
      int64_t c = k / kg * cg + q / kernel;
      int64_t z = oz * s->st - s->pt + q / (s->kh * s->kw) % s->kt * s->dt;
      int64_t y = oy * s->sh - s->ph + q / s->kw % s->kh * s->dh;
      int64_t x = ox * s->sw - s->pw + q % s->kw * s->dw;
      if (z < 0 || z >= s->t || y < 0 || y >= s->h || x < 0 || x >= s->w) continue;
      int64_t i = (((n * s->c + c) * s->t + z) * s->h + y) * s->w + x, at = k * cg * kernel + q;
      p->want[0][o] += get(&p->x, i) * get(&p->w, at);
      p->want[1][i] += g * get(&p->w, at);
      p->want[2][at] += scale * g * get(&p->x, i);
    }
  }
}

static void run(problem *p) {
  const lt_window *s = &p->s;
  require(lt_fill(&p->gw, 0));
  require(lt_fill(&p->gb, 0));
  if (p->volume) {
    require(lt_conv3d(&p->y, &p->x, &p->w, &p->bias, s->st, s->sh, s->sw, s->pt, s->ph, s->pw,
                      s->dt, s->dh, s->dw, s->groups));
    require(lt_conv3d_grad_input(&p->gx, &p->gy, &p->w, &p->x, s->st, s->sh, s->sw, s->pt, s->ph,
                                 s->pw, s->dt, s->dh, s->dw, s->groups));
    require(lt_conv3d_grad_weight(&p->gw, &p->gb, &p->x, &p->gy, s->st, s->sh, s->sw, s->pt, s->ph,
                                  s->pw, s->dt, s->dh, s->dw, s->groups, scale));
    return;
  }
  require(lt_conv2d(&p->y, &p->x, &p->w, &p->bias, s->sh, s->sw, s->ph, s->pw, s->dh, s->dw,
                    s->groups));
  require(lt_conv2d_grad_input(&p->gx, &p->gy, &p->w, &p->x, s->sh, s->sw, s->ph, s->pw, s->dh,
                               s->dw, s->groups));
  require(lt_conv2d_grad_weight(&p->gw, &p->gb, &p->x, &p->gy, s->sh, s->sw, s->ph, s->pw, s->dh,
                                s->dw, s->groups, scale));
}

/* The same by the full convolution from gy's to x's sizes, whose output is gx, with the roles of
 * y and gx and of their biases exchanged. */
static void run_full(problem *p, const lt_tensor *bias, lt_tensor *gb) {
  const lt_window *s = &p->s;
  int64_t at = (s->t + 2 * s->pt - s->kt) % s->st, ah = (s->h + 2 * s->ph - s->kh) % s->sh;
  int64_t aw = (s->w + 2 * s->pw - s->kw) % s->sw;
  require(lt_fill(&p->gw, 0));
  require(lt_fill(gb, 0));
  if (p->volume) {
    require(lt_fullconv3d(&p->gx, &p->gy, &p->w, bias, s->st, s->sh, s->sw, s->pt, s->ph, s->pw, at,
                          ah, aw, s->groups));
    require(lt_fullconv3d_grad_input(&p->y, &p->x, &p->w, &p->gy, s->st, s->sh, s->sw, s->pt, s->ph,
                                     s->pw, at, ah, aw, s->groups));
    require(lt_fullconv3d_grad_weight(&p->gw, gb, &p->gy, &p->x, s->st, s->sh, s->sw, s->pt, s->ph,
                                      s->pw, at, ah, aw, s->groups, scale));
    return;
  }
  require(
      lt_fullconv2d(&p->gx, &p->gy, &p->w, bias, s->sh, s->sw, s->ph, s->pw, ah, aw, s->groups));
  require(lt_fullconv2d_grad_input(&p->y, &p->x, &p->w, &p->gy, s->sh, s->sw, s->ph, s->pw, ah, aw,
                                   s->groups));
  require(lt_fullconv2d_grad_weight(&p->gw, gb, &p->gy, &p->x, s->sh, s->sw, s->ph, s->pw, ah, aw,
                                    s->groups, scale));
}

static void describe(const problem *p, int dtype) {
  const lt_window *s = &p->s;
  printf("%s: n %d c %d k %d g %d, %dx%dx%d by %dx%dx%d, stride %d %d %d pad %d %d %d dilation %d "
         "%d %d\n",
         lt_dtype_name(dtype), (int)s->n, (int)s->c, (int)s->k, (int)s->groups, (int)s->t,
         (int)s->h, (int)s->w, (int)s->kt, (int)s->kh, (int)s->kw, (int)s->st, (int)s->sh,
         (int)s->sw, (int)s->pt, (int)s->ph, (int)s->pw, (int)s->dt, (int)s->dh, (int)s->dw);
}

/* Results of full convolution. */
static void check_full(problem *p, int dtype) {
  const lt_window *s = &p->s;
  lt_tensor bias = tensor(dtype, 1, &s->c, true), gb = tensor(dtype, 1, &s->c, false);
  int64_t plane = s->t * s->h * s->w, size = s->ot * s->oh * s->ow;
  double *sums = calloc((size_t)s->c, sizeof(double));
  for (int64_t i = 0; i < lti_numel(&p->x); i++) {
    p->want[1][i] += get(&bias, i / plane % s->c);
    sums[i / plane % s->c] += scale * get(&p->x, i);
  }
  for (int64_t i = 0; i < lti_numel(&p->gy); i++) p->want[0][i] -= get(&p->bias, i / size % s->k);
  run_full(p, &bias, &gb);
  double e[4] = {error(&p->gx, p->want[1]), error(&p->y, p->want[0]), error(&p->gw, p->want[2]),
                 error(&gb, sums)};
  for (int i = 0; i < 4; i++) {
    static const char *const names[4] = {"output", "gradInput", "gradWeight", "gradBias"};
    if (e[i] <= (dtype == LT_FLOAT ? 1e-4 : 1e-12)) continue;
    printf("FAIL %s of full convolution: error %g: ", names[i], e[i]);
    describe(p, dtype);
    failures++;
  }
  free(sums);
  lt_tensor_release(&bias);
  lt_tensor_release(&gb);
}

/* All results, and that they do not depend on the number of threads. */
static void check(lt_window s, bool volume, int dtype) {
  problem p = {.s = s, .volume = volume};
  p.x = batch(&p, dtype, s.n, s.c, s.t, s.h, s.w, true);
  p.w = batch(&p, dtype, s.k, s.c / s.groups, s.kt, s.kh, s.kw, true);
  p.bias = tensor(dtype, 1, &s.k, true);
  p.gy = batch(&p, dtype, s.n, s.k, s.ot, s.oh, s.ow, true);
  p.y = (lt_tensor){.dtype = (uint8_t)dtype};
  p.gx = (lt_tensor){.dtype = (uint8_t)dtype};
  p.gw = tensor(dtype, p.w.ndim, p.w.sizes, false);
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
      printf("FAIL %s, %d threads, error %g%s: ", names[i], threads, e,
             same ? "" : ", other bits than 1 thread");
      describe(&p, dtype);
      failures++;
    }
  }
  if (s.dt * s.dh * s.dw == 1) check_full(&p, dtype);
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
  for (int done = 0; done < 180;) {
    bool volume = done % 3 == 0;
    lt_window s = {.n = 1 + below(6),
                   .h = 1 + below(24),
                   .w = 1 + below(40),
                   .kh = 1 + below(5),
                   .kw = 1 + below(5),
                   .sh = 1 + below(3),
                   .sw = 1 + below(3),
                   .ph = below(3),
                   .pw = below(3),
                   .groups = below(3) ? 1 : 1 + below(4),
                   .t = 1,
                   .kt = 1,
                   .st = 1};
    if (volume) {
      s.t = 1 + below(7), s.kt = 1 + below(3), s.st = 1 + below(3), s.pt = below(3);
      s.h = 1 + s.h / 2, s.w = 1 + s.w / 2;
    }
    bool dilated = below(2);
    s.dt = dilated && volume ? 1 + below(2) : 1;
    s.dh = dilated ? 1 + below(2) : 1, s.dw = dilated ? 1 + below(2) : 1;
    if (done % 10 == 9) { /* a window as large as the input */
      s.t = s.kt, s.h = s.kh, s.w = s.kw, s.pt = s.ph = s.pw = 0, s.dt = s.dh = s.dw = 1;
    }
    s.c = s.groups * (1 + below(9)), s.k = s.groups * (1 + below(done % 10 ? 20 : 150));
    int64_t room_h = s.h + 2 * s.ph - s.dh * (s.kh - 1) - 1;
    int64_t room_w = s.w + 2 * s.pw - s.dw * (s.kw - 1) - 1;
    int64_t room_t = s.t + 2 * s.pt - s.dt * (s.kt - 1) - 1;
    if (room_t < 0 || room_h < 0 || room_w < 0) continue;
    s.ot = room_t / s.st + 1;
    s.oh = room_h / s.sh + 1, s.ow = room_w / s.sw + 1;
    check(s, volume, done % 2 ? LT_FLOAT : LT_DOUBLE);
    done++;
  }
  return failures > 0;
}
