"""Memory of a whole program, as memory.lua: memory.py allocate|tables, memory.py step NAME (the
same with "shared" behind it)"""
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


def step():
    import harness
    import networks
    before = resident("VmRSS")
    run, _ = harness.step(*getattr(networks, sys.argv[2])())
    run(3)
    return resident("VmHWM") - before


print(step() if sys.argv[1] == "step" else allocate())
