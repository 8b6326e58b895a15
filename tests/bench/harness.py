"""Timing and inputs for the PyTorch workloads: the same as harness.lua, which describes the output
lines. The program that uses it gives options(seconds, part)."""
import gc
import math
import os
import time

import torch
from torch import nn

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count()))

settings = dict(budget=0.2, part="", device="cpu", wait=lambda: None, dtype=torch.float)


def options(budget, part):
    """Seconds to spend on a case, and a part of the names of the cases to run."""
    settings.update(budget=budget, part=part)


def device(name, wait):
    """Where the cases work, and what returns when all work there is done."""
    settings.update(device=name, wait=wait)


def precision(dtype):
    """The type of the elements of networks, layers and their inputs."""
    settings.update(dtype=dtype)


def wanted(name):
    return settings["part"] in name


PERIOD = 65521


def fill(t, seed, scale=1.0):
    """Fills a contiguous tensor with the quadratic sequence of harness.lua."""
    i = torch.arange(0, PERIOD, dtype=torch.float64).add_(seed * 1003 % PERIOD).fmod_(PERIOD)
    values = (i * i).mul_(17).add_(i, alpha=7919).add_(11).fmod_(PERIOD).div_(PERIOD).sub_(0.5)
    values = values.mul_(scale).to(t)
    with torch.no_grad():
        flat = t.view(-1)
        for first in range(0, flat.numel(), PERIOD):
            size = min(PERIOD, flat.numel() - first)
            flat[first:first + size].copy_(values[:size])
    return t


def tensor(seed, *sizes):
    return fill(torch.empty(*sizes, device=settings["device"], dtype=settings["dtype"]), seed)


def labels(n, k):
    return torch.arange(n, device=settings["device"]) * 7919 % k


def fill_sequence(layer, seed):
    """The weights of a recurrent layer or of attention, as one tensor, which Lua has."""
    names = dict(layer.named_parameters())
    if isinstance(layer, nn.MultiheadAttention):
        weights = [names.pop("in_proj_weight"), names.pop("out_proj.weight")]
        for p in names.values():
            p.data.zero_()
    else:
        weights = list(names.values())
    flat = fill(torch.empty(sum(p.numel() for p in weights)), seed, 0.25)
    first = 0
    for p in weights:
        p.data.copy_(flat[first:first + p.numel()].view_as(p))
        first += p.numel()
    return layer


def init(model, gain=1.0):
    seed, done = 1, set()
    with torch.no_grad():
        for m in model.modules():
            if m in done:
                continue
            if isinstance(m, nn.BatchNorm2d):
                m.weight.fill_(1)
            elif isinstance(m, (nn.LSTM, nn.MultiheadAttention)):
                fill_sequence(m, seed)
                done.update(m.modules())
                seed += 1
            elif isinstance(getattr(m, "weight", None), torch.Tensor):
                inputs = m.weight.numel() / m.weight.size(0)
                fill(m.weight.data, seed, 2 * math.sqrt(3 * gain / inputs))
                seed += 1
            if isinstance(getattr(m, "bias", None), torch.Tensor):
                m.bias.zero_()
    return model.to(settings["device"], settings["dtype"])


def loop(statement, **env):
    """A function that runs the statement n times, with the entries of env as its locals."""
    names = ", ".join("%s=%s" % (name, name) for name in env)
    source = "def run(n, %s):\n s = 0\n for i in range(1, n + 1):\n  %s\n return s\n" % (
        names, statement.replace("\n", "\n  "))
    space = dict(env, torch=torch)
    exec(compile(source, statement, "exec"), space)
    return space["run"]


def step(model, criterion, x, target, optimizer):
    """One training step; the check is the loss."""
    def loss_of():
        return criterion(model(x), target)

    def run(n):
        for _ in range(n):
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            optimizer.step()
            loss.item()

    def check():
        with torch.no_grad():
            return float(loss_of())
    return run, check


def check_of(x):
    x = x() if callable(x) else x
    if x is None:
        return "-"
    if isinstance(x, float):
        return "%.9g" % x
    x = x.detach().double()
    return "%.9g" % float(x.abs().sum() / x.numel())


def fastest(run):
    def timed(n):
        settings["wait"]()
        start = time.perf_counter()
        run(n)
        settings["wait"]()
        return time.perf_counter() - start

    piece = min(settings["budget"] / 20, 0.002)
    n, t = 1, timed(1)
    while t < piece:
        n = math.ceil(n * max(1.5, min(10, 1.2 * piece / t if t > 0 else 10)))
        t = timed(n)
    best, total, count = t, 0.0, 0
    while total < settings["budget"] or count < 3:
        t = timed(n)
        best, total, count = min(best, t), total + t, count + 1
    return best / n


def case(name, setup):
    if not wanted(name):
        return
    gc.collect()
    run, check = setup()
    run(1)
    check = check_of(check)
    print("\t".join((name, "%.9g" % fastest(run), check, "-")), flush=True)


def statement_case(name, statement, make, check=None):
    def setup():
        env = make()
        return loop(statement, **env), env.get(check)
    case(name, setup)
