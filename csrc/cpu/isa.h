/* isa.h: names of CPU kernels. Every file in csrc/cpu is compiled once per instruction set with
 * LT_ISA = base, avx2 or avx512; CPU(copy) is cpu_copy_avx2 in the second of them. */
#ifndef LT_ISA_H
#define LT_ISA_H

#include "core/internal.h"

#define LT_PASTE3(a, b, c) a##b##_##c
#define LT_PASTE2(a, b, c) LT_PASTE3(a, b, c)
#define CPU(name) LT_PASTE2(cpu_, name, LT_ISA)

#define KERNEL(name, args) lt_status CPU(name) args;
#include "kernels.def"
#undef KERNEL

#endif
