// plans.cuh: what a thread keeps of calls to a library, so that one that was made before asks the
// library for nothing but the work. A Key is made of words of 64 bits, `device` among them; a Plan
// has release().
#ifndef LT_CUDA_PLANS_CUH
#define LT_CUDA_PLANS_CUH

#include <string.h>

#include <new>
#include <unordered_map>

#include "cuda/device.cuh"

enum { MOST_PLANS = 4096 };

// The plans of a thread, which end with it.
template <typename Key, typename Plan>
class Plans {
public:
  // The plan of a key; where there is none yet, make(plan) makes it.
  template <typename Make>
  lt_status get(const char *op, const Key &k, Plan **out, Make make) {
    try {
      if (!all) all = new Map();
      auto at = all->find(k);
      if (at == all->end()) {
        if (all->size() >= MOST_PLANS) clear();
        Plan made = Plan();
        lt_status rc = make(made);
        if (rc != LT_OK) {
          made.release();
          return rc;
        }
        at = all->emplace(k, made).first;
      }
      *out = &at->second;
      return LT_OK;
    } catch (const std::bad_alloc &) {
      return lti_fail(LT_ENOMEM, "%s: out of memory for a plan", op);
    }
  }
  void forget(int64_t device) {
    if (!all) return;
    for (auto at = all->begin(); at != all->end();) {
      bool own = at->first.device == device;
      if (own) at->second.release();
      at = own ? all->erase(at) : ++at;
    }
  }
  ~Plans() {
    if (!all || cuda_first_thread()) return;
    clear();
    delete all;
  }

private:
  static_assert(sizeof(Key) % sizeof(int64_t) == 0, "keys are compared as words");
  struct Same {
    bool operator()(const Key &a, const Key &b) const { return memcmp(&a, &b, sizeof a) == 0; }
  };
  struct Hash {
    size_t operator()(const Key &k) const {
      const int64_t *word = reinterpret_cast<const int64_t *>(&k);
      uint64_t hash = 0;
      for (size_t i = 0; i < sizeof k / sizeof *word; i++)
        hash = (hash ^ (uint64_t)word[i]) * 0x9e3779b97f4a7c15u, hash ^= hash >> 29;
      return (size_t)hash;
    }
  };
  typedef std::unordered_map<Key, Plan, Hash, Same> Map;

  void clear() {
    for (auto &each : *all) each.second.release();
    all->clear();
  }

  Map *all = nullptr;
};

#endif
