// sort_items.cuh: elements as items to be sorted, a key in the order of the values
// (core/sort_keys.h) with the element's place. Keys of at most 32 bits share a word with the place.
#ifndef LT_CUDA_SORT_ITEMS_CUH
#define LT_CUDA_SORT_ITEMS_CUH

#include "cuda/walk.cuh"

#include "core/sort_keys.h"

struct NarrowItem {
  uint64_t word;
  typedef uint32_t Key;
  __device__ static NarrowItem make(Key key, int64_t index) {
    return {(uint64_t)key << 32 | (uint64_t)index};
  }
  // Behind all others.
  __device__ static NarrowItem last() { return {UINT64_MAX}; }
  __device__ Key key() const { return (Key)(word >> 32); }
  __device__ int64_t index() const { return (int64_t)(word & UINT32_MAX); }
  __device__ bool before(const NarrowItem &b) const { return word < b.word; }
};

struct WideItem {
  uint64_t k;
  int64_t i;
  typedef uint64_t Key;
  __device__ static WideItem make(Key key, int64_t index) { return {key, index}; }
  __device__ static WideItem last() { return {UINT64_MAX, INT64_MAX}; }
  __device__ Key key() const { return k; }
  __device__ int64_t index() const { return i; }
  __device__ bool before(const WideItem &b) const { return k < b.k || (k == b.k && i < b.i); }
};

template <bool wide>
struct ItemOf {
  typedef NarrowItem type;
};
template <>
struct ItemOf<true> {
  typedef WideItem type;
};

// Order_float and its like: the order of a type's elements.
#define CUDA_ORDER(name, DTYPE, U)                                                          \
  struct Order_##name {                                                                     \
    typedef U Bits;                                                                         \
    typedef ItemOf<sizeof(U) == 8>::type Item;                                              \
    __device__ static typename Item::Key key(Bits bits) {                                   \
      return (typename Item::Key)order_##name(bits);                                        \
    }                                                                                       \
    __device__ static Bits value(typename Item::Key key) { return value_##name((U)key); }   \
    __device__ static bool shared(typename Item::Key key) { return shared_##name((U)key); } \
  };
LT_ORDER_ALL(CUDA_ORDER)

// Runs `return call;` with O the order of a dtype.
#define CUDA_ORDER_CASE(name, DTYPE, U) \
  case LT_##DTYPE: {                    \
    typedef Order_##name O;             \
    CUDA_ORDER_CALL;                    \
  }

#endif
