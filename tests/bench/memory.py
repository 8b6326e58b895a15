"""Peak memory of a whole program, as memory.lua: memory.py allocate|tables"""
import sys

import torch

live = []
if sys.argv[1] == "tables":
    size = 0
    while size < 100 * 2**20:
        pair = [len(live), len(live) + 1]
        size += sys.getsizeof(pair)
        live.append(pair)

for i in range(10000):
    torch.empty(262144).fill_(i)

for line in open("/proc/self/status"):
    if line.startswith("VmHWM:"):
        print(int(line.split()[1]) * 1024)
