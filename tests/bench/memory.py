"""Memory of a whole program, as memory.lua: memory.py allocate|tables, memory.py step|growth NAME
(the same with "shared" behind it)"""
import sys

import torch


def resident(field):
    for line in open("/proc/self/status"):
        if line.startswith(field):
            return int(line.split()[1]) * 1024


def allocate():
    live = []
    if sys.argv[1] == "tables":
        size = 0
        while size < 100 * 2**20:
            pair = [len(live), len(live) + 1]
            size += sys.getsizeof(pair)
            live.append(pair)
    for i in range(10000):
        torch.empty(262144).fill_(i)
    return resident("VmHWM")


def train(above):
    import harness
    import networks
    before = resident("VmRSS") if above else 0
    run, _ = harness.step(*getattr(networks, sys.argv[2])())
    run(3)
    return resident("VmHWM") - before


if sys.argv[1] in ("step", "growth"):
    print(train(sys.argv[1] == "growth"))
else:
    print(allocate())
