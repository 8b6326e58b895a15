/* registers.h: what vector registers hold, for kernels that keep tiles of sums in them. */
#ifndef LT_REGISTERS_H
#define LT_REGISTERS_H

#if defined(__AVX512F__)
#define VBYTES 64
#define VSUMS 26 /* vectors of sums that fit in registers beside their operands */
#elif defined(__AVX__)
#define VBYTES 32
#define VSUMS 12
#else
#define VBYTES 16
#define VSUMS 12
#endif
#define UNROLL _Pragma("GCC unroll 32")

#endif
