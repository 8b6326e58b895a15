/* The kernel table of one instruction set, made from kernels.def: a missing kernel is a link error.
 */
#include "cpu/isa.h"

const lt_backend CPU(backend) = {
    .name = "CPU",
    .kernels =
        {
#define KERNEL(name, args) .name = CPU(name),
#include "kernels.def"
#undef KERNEL
        },
};
