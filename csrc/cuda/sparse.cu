// Linear layers of sparse inputs, Float and Double. The sums of one weight or output are always
// formed in the order of the entries: where entries with equal keys meet, every thread goes through
// all entries and takes those of its share of the keys. Not in graphs: keys have to be checked.
#include "cuda/device.cuh"

static lt_status checked() { return cuda_unrecorded("sparse", cuda_waits); }

// The sample that has entry i.
__device__ static inline int64_t sample_of(const lti_entries &e, int64_t i) {
  int64_t low = 0, high = e.batch;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (e.ends[middle] <= i)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// In how many shares the keys are dealt out when each is worked on by `threads` threads.
static int64_t shares_of(const lti_entries &e, int64_t threads) {
  int64_t wanted = (int64_t)cuda_multiprocessors() * 512 / threads;
  return LT_MAX((int64_t)1, LT_MIN(LT_MIN(wanted, e.in), e.nnz));
}

__global__ void ends_kernel(unsigned long long *first, const int64_t *ends, int64_t batch,
                            int64_t nnz) {
  for (FLAT(b, batch)) {
    int64_t before = b ? ends[b - 1] : 0;
    if (ends[b] < before || ends[b] > nnz || (b == batch - 1 && ends[b] != nnz))
      atomicMin(first, (unsigned long long)b);
  }
}

CUDA_KERNEL(sparse_check)(int64_t *bad, const int64_t *ends, int64_t batch, int64_t nnz) {
  Scratch first;
  LT_TRY(first.allocate(sizeof *bad));
  CUDA_TRY("sparse", cudaMemsetAsync(first.as<char>(), 0xff, sizeof *bad, cuda_stream()));
  LT_TRY(
      launch_flat("sparse", batch, ends_kernel, first.as<unsigned long long>(), ends, batch, nnz));
  return cuda_read("sparse", bad, first.as<char>(), sizeof *bad);
}

template <typename T>
__global__ void forward_kernel(lti_entries e, T *y, const T *w, int64_t kstride, int64_t ostride,
                               const T *bias) {
  const T *values = (const T *)e.values;
  for (FLAT(at, e.batch * e.out)) {
    int64_t b = at / e.out, o = at % e.out;
    double sum = bias[o];
    for (int64_t i = b ? e.ends[b - 1] : 0; i < e.ends[b]; i++)
      sum += (double)values[i] * w[(e.keys[i] - 1) * kstride + o * ostride];
    y[at] = (T)sum;
  }
}

CUDA_KERNEL(sparse_linear)
(int dtype, const lti_entries *e, void *y, const void *w, int64_t kstride, int64_t ostride,
 const void *bias) {
  LT_TRY(checked());
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", e->batch * e->out, forward_kernel<S>, *e, (S *)y,
                                 (const S *)w, kstride, ostride, (const S *)bias))
}

template <typename T>
__global__ void grad_kernel(lti_entries e, T *gw, int64_t kstride, int64_t ostride, const T *gy,
                            T scale, T keep, int64_t shares) {
  const T *values = (const T *)e.values;
  for (FLAT(at, shares * e.out)) {
    int64_t share = at / e.out, o = at % e.out;
    for (int64_t b = 0, i = 0; b < e.batch; b++) {
      T g = scale * gy[b * e.out + o];
      for (; i < e.ends[b]; i++) {
        int64_t key = e.keys[i] - 1;
        if (key % shares != share) continue;
        T *w = gw + key * kstride + o * ostride;
        *w = keep * *w + g * values[i];
      }
    }
  }
}

CUDA_KERNEL(sparse_linear_grad_weight)
(int dtype, const lti_entries *e, void *gw, int64_t kstride, int64_t ostride, const void *gy,
 double scale, double decay) {
  LT_TRY(checked());
  int64_t shares = shares_of(*e, e->out);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", shares * e->out, grad_kernel<S>, *e, (S *)gw, kstride,
                                 ostride, (const S *)gy, (S)scale, (S)(1 - decay), shares))
}

template <typename T>
__global__ void outer_kernel(lti_entries e, T *r, const T *gy, T scale) {
  for (FLAT(at, e.nnz * e.out)) {
    int64_t i = at / e.out;
    T v = scale * ((const T *)e.values)[i];
    r[at] = v * gy[sample_of(e, i) * e.out + at % e.out];
  }
}

CUDA_KERNEL(sparse_rows)(int dtype, const lti_entries *e, void *r, const void *gy, double scale) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", e->nnz * e->out, outer_kernel<S>, *e, (S *)r,
                                 (const S *)gy, (S)scale))
}

template <typename T>
__global__ void update_kernel(lti_entries e, T *weight, int64_t kstride, const T *rows,
                              const T *shifts, T rate, T keep, int64_t shares) {
  for (FLAT(at, shares * e.out)) {
    int64_t share = at / e.out, o = at % e.out;
    for (int64_t i = 0; i < e.nnz; i++) {
      int64_t key = e.keys[i] - 1;
      if (key % shares != share) continue;
      T *w = weight + key * kstride, lr = rate;
      if (shifts) {
        lr *= w[-2];
        if (o == 0) w[-1] -= lr * shifts[i];
      }
      w[o] = keep * w[o] - lr * rows[i * e.out + o];
    }
  }
}

CUDA_KERNEL(sparse_rows_update)
(int dtype, const lti_entries *e, void *w, int64_t kstride, const void *rows, const void *shifts,
 double lr, double decay) {
  LT_TRY(checked());
  int64_t shares = shares_of(*e, e->out);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", shares * e->out, update_kernel<S>, *e, (S *)w, kstride,
                                 (const S *)rows, (const S *)shifts, (S)lr, (S)(1 - decay), shares))
}

// first[k] = the first entry with key k + 1.
__global__ void first_kernel(lti_entries e, unsigned long long *first) {
  for (FLAT(i, e.nnz)) atomicMin(&first[e.keys[i] - 1], (unsigned long long)i);
}

template <typename T>
__global__ void columns_kernel(lti_entries e, T *w, const T *gw, T lr,
                               const unsigned long long *first) {
  for (FLAT(at, e.nnz * e.out)) {
    int64_t i = at % e.nnz, place = at / e.nnz * e.in + e.keys[i] - 1;
    if (first[e.keys[i] - 1] == (unsigned long long)i) w[place] -= lr * gw[place];
  }
}

CUDA_KERNEL(sparse_columns_update)
(int dtype, const lti_entries *e, void *w, const void *gw, double lr) {
  LT_TRY(checked());
  Scratch first;
  size_t bytes = (size_t)e->in * sizeof(unsigned long long);
  LT_TRY(first.allocate(bytes));
  CUDA_TRY("sparse", cudaMemsetAsync(first.as<char>(), 0xff, bytes, cuda_stream()));
  LT_TRY(launch_flat("sparse", e->nnz, first_kernel, *e, first.as<unsigned long long>()));
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", e->nnz * e->out, columns_kernel<S>, *e, (S *)w,
                                 (const S *)gw, (S)lr, first.as<unsigned long long>()))
}

template <typename T>
__global__ void normalize_kernel(lti_entries e, T *r, T *weight, int64_t kstride, int training,
                                 int64_t shares) {
  for (FLAT(share, shares))
    for (int64_t i = training ? 0 : share; i < e.nnz; i += training ? 1 : shares) {
      int64_t key = e.keys[i] - 1;
      if (training && key % shares != share) continue;
      T *w = weight + key * kstride, v = ((const T *)e.values)[i], size = v < 0 ? -v : v;
      if (training) {
        if (size > w[0]) {
          w[0] = size;
          w[1] = 1 / size;
        }
        w[2] = 1;
      }
      r[i] = (size > w[0] ? (T)(v > 0) - (T)(v < 0) : v * w[1]) + w[3];
    }
}

CUDA_KERNEL(sparse_normalize)
(int dtype, const lti_entries *e, void *r, void *w, int64_t kstride, int training) {
  LT_TRY(checked());
  int64_t shares = training ? shares_of(*e, 16) : e->nnz;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", shares, normalize_kernel<S>, *e, (S *)r, (S *)w, kstride,
                                 training, shares))
}

template <typename T>
__global__ void shifts_kernel(lti_entries e, T *r, const T *gy, const T *weight, int64_t kstride,
                              double scale) {
  for (FLAT(i, e.nnz)) {
    const T *g = gy + sample_of(e, i) * e.out, *w = weight + (e.keys[i] - 1) * kstride;
    double sum = 0;
    for (int64_t o = 0; o < e.out; o++) sum += (double)g[o] * w[o];
    r[i] = (T)(scale * sum);
  }
}

CUDA_KERNEL(sparse_shifts)
(int dtype, const lti_entries *e, void *r, const void *gy, const void *w, int64_t kstride,
 double scale) {
  LT_TRY(checked());
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "sparse",
              return launch_flat("sparse", e->nnz, shifts_kernel<S>, *e, (S *)r, (const S *)gy,
                                 (const S *)w, kstride, scale))
}
