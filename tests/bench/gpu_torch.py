"""The cases of gpu.lua in PyTorch, same names, inputs and output lines.

python3 tests/bench/gpu_torch.py GROUP [SECONDS [FILTER [SIZES [DEVICE]]]]

DEVICE cpu, with SIZES tiny, shows that the results are those of gpu.lua where there is no GPU.
"""
import gc
import sys

import torch
from torch import nn

import harness
import networks
import passes
from harness import case, fastest, loop, statement_case, step, tensor

GROUP, SECONDS, FILTER, SIZES, DEVICE = sys.argv[1:] + ["", "0.2", "", "full", "cuda"][len(sys.argv) - 1:]
TINY, ON_GPU = SIZES == "tiny", DEVICE == "cuda"
TYPES = (("float", torch.float, 4), ("half", torch.half, 2))


def skip(name, reason):
    print("%s\tskip\t%s" % (name, reason), flush=True)


if ON_GPU and not torch.cuda.is_available():
    skip("gpu." + GROUP, "PyTorch %s finds no CUDA device" % torch.__version__)
    sys.exit()
harness.options(float(SECONDS), FILTER)
harness.device(DEVICE, torch.cuda.synchronize if ON_GPU else lambda: None)
torch.backends.cudnn.benchmark = True


def pick(full, small):
    return small if TINY else full


def short(n):
    return "%d" % n if n < 1000 else ("%.0e" % n).replace("e+0", "e")


def precision(name):
    """Floats, floats with TF32, or BFloat16, of which networks, layers and their inputs are made."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = name == "tf32"
    harness.precision(torch.bfloat16 if name == "bf16" else torch.float)


def supported(name, kind):
    """Whether there are operations for a type; half ones are for GPUs."""
    if kind in ("half", "bf16") and not ON_GPU:
        skip(name, "half precision on the CPU")
        return False
    return True


def print_copy_rate():
    n = int(pick(1e8, 1000))
    seconds = fastest(loop("c.copy_(a)", a=tensor(0, n), c=torch.empty(n, device=DEVICE)))
    print("rate.copy\t%.9g" % (8 * n / seconds), flush=True)


def elementwise():
    print_copy_rate()
    for kind, dtype, _ in TYPES:
        for n in pick((10**3, 10**6, 10**8), (16, 1000)):
            made = {}

            def env():
                for seed, key in enumerate("abc") if not made else ():
                    made[key] = tensor(seed, n).to(dtype)
                return made
            for name, statement in (
                    ("copy", "c.copy_(a)"), ("add", "torch.add(a, b, out=c)"),
                    ("mul", "torch.mul(a, b, out=c)"), ("exp", "torch.exp(a, out=c)"),
                    ("relu", "torch.clamp_min(a, 0, out=c)")):
                name = "gpu.%s.%s.%s" % (name, kind, short(n))
                if supported(name, kind):
                    statement_case(name, statement, env, "c")


def reductions():
    print_copy_rate()
    for kind, dtype, _ in TYPES:
        made = {}

        def env():
            if not made:
                x = tensor(0, *pick((250, 400, 1000), (5, 7, 11))).to(dtype)
                made.update(x=x)
            return dict(made, r=made["x"].new_empty(0), p=made["x"].new_empty(0).long())

        def whole(name, statement):
            def setup():
                e = env()
                run = loop(statement, **e)
                return run, lambda: float(run(1))
            if supported(name, kind):
                case(name, setup)

        def along(name, statement):
            if supported(name, kind):
                statement_case(name, statement, env, "r")
        whole("gpu.sum.all." + kind, "s += x.sum().item()")
        whole("gpu.max.all." + kind, "s += x.max().item()")
        for d in range(3):
            along("gpu.sum.along%d.%s" % (d + 1, kind), "torch.sum(x, %d, True, out=r)" % d)
            along("gpu.max.along%d.%s" % (d + 1, kind), "torch.max(x, %d, True, out=(r, p))" % d)


def gemm():
    for kind in ("float", "tf32", "half"):
        precision(kind)
        dtype = torch.half if kind == "half" else torch.float
        for n in pick((1024, 4096, 8192), (8, 33)):
            name = "gpu.gemm.%s.%d" % (kind, n)
            if supported(name, kind):
                statement_case(name, "torch.mm(a, b, out=c)",
                               lambda: dict(a=tensor(0, n, n).to(dtype), b=tensor(1, n, n).to(dtype),
                                            c=tensor(0, n, n).to(dtype)), "c")
    precision("float")


def convolution():
    layers = (
        ("lenet1", 128, 1, 20, 5, 1, 0, 28), ("lenet2", 128, 20, 50, 5, 1, 0, 12),
        ("vgg64", 32, 64, 64, 3, 1, 1, 224), ("vgg256", 32, 256, 256, 3, 1, 1, 56),
        ("vgg512", 32, 512, 512, 3, 1, 1, 14), ("stem7x7", 32, 3, 64, 7, 2, 3, 224),
        ("resnet64", 32, 64, 64, 3, 1, 1, 56), ("resnet512", 32, 512, 512, 3, 1, 1, 7),
        ("expand", 32, 64, 256, 1, 1, 0, 56), ("shrink", 32, 1024, 256, 1, 1, 0, 14),
        ("down", 32, 128, 128, 3, 2, 1, 56), ("skip", 32, 256, 512, 1, 2, 0, 56))
    for kind in ("float", "tf32", "bf16"):
        precision(kind)
        for name, batch, nin, nout, k, stride, pad, size in layers:
            if TINY:
                batch, nin, nout, size = 2, min(nin, 3), 4, 9
            name = "gpu.conv.%s.%s" % (name, kind)
            if all([supported(name + "." + part, kind) for part in passes.PARTS]):
                passes.convolution(name, batch, nin, nout, k, stride, pad, size)
    precision("float")


def layers():
    precision("float")

    def layer(name, make, *sizes):
        passes.layer("gpu.layer." + name, make, sizes)
    n, batch, planes, size, d = pick((1024, 32, 64, 112, 768), (3, 2, 3, 6, 12))
    layer("softmax1000", lambda: nn.Softmax(1), n, pick(1000, 10))
    layer("logsoftmax1000", lambda: nn.LogSoftmax(1), n, pick(1000, 10))
    layer("logsoftmax50257", lambda: nn.LogSoftmax(1), n, pick(50257, 40))
    layer("batchnorm", lambda: nn.BatchNorm2d(planes), batch, planes, size, size)
    layer("maxpool", lambda: nn.MaxPool2d(2), batch, planes, size, size)
    layer("layernorm", lambda: nn.LayerNorm(d), pick(8, 2), pick(1024, 5), d)
    layer("gelu", lambda: nn.GELU("tanh"), pick(8, 2), pick(1024, 5), 4 * d)


STEPS = (
    ("lenet", pick((128,), (2,)), ("float",)),
    ("resnet50", pick((32, 224, 64), (2, 64, 4)), ("float", "tf32", "bf16")),
    ("charlstm", pick((50, 50), (3, 2)), ("float",)),
    ("gpt2", pick((8, 1024, 768, 12), (2, 4, 8, 2)), ("float", "tf32", "bf16")))


def training_step(name, sizes, kind):
    """A step, and its loss where that has enough digits; halves of images with channels last."""
    model, criterion, x, target, optimizer = getattr(networks, name)(*sizes)
    if kind == "bf16" and x.dim() == 4:
        model, x = model.to(memory_format=torch.channels_last), x.to(
            memory_format=torch.channels_last)
    run, check = step(model, criterion, x, target, optimizer)
    return run, None if kind == "bf16" else check


def training():
    for name, sizes, kinds in STEPS:
        for kind in kinds:
            name_of_case = "gpu.training.%s.%s" % (name, kind)
            precision(kind)
            if supported(name_of_case, kind):
                case(name_of_case, lambda: training_step(name, sizes, kind))
    precision("float")


def twenty():
    env = dict(a=tensor(0, 16), b=tensor(1, 16), graph=torch.cuda.CUDAGraph())
    env["a"].mul_(env["b"])
    with torch.cuda.graph(env["graph"]):
        for _ in range(20):
            env["a"].mul_(env["b"])
    return env


def launch():
    def two():
        return dict(a=tensor(0, 16), b=tensor(1, 16))

    def square():
        a = tensor(0, 4, 4)
        return dict(a=a, b=tensor(1, 4, 4), c=a.clone(), r=a.sum(0, True))
    for name, statement, make, check in (
            ("add", "a.add_(b)", two, "a"), ("mul", "a.mul_(b)", two, "a"),
            ("exp", "a.exp_()", two, None), ("fill", "a.fill_(1)", two, "a"),
            ("copy", "a.copy_(b)", two, "a"), ("add_new", "r = a + b", two, None),
            ("sum", "torch.sum(a, 0, True, out=r)", square, "r"),
            ("mm", "torch.mm(a, b, out=c)", square, "c")):
        statement_case("gpu.launch.%s16" % name, statement, make, check)
    if ON_GPU:
        statement_case("gpu.launch.graph20", "graph.replay()", twenty, "a")
    else:
        skip("gpu.launch.graph20", "graphs of the CPU")


def memory():
    precision("float")
    for name, sizes, _ in STEPS:
        name_of_case = "gpu.memory." + name
        if not harness.wanted(name_of_case):
            continue
        if not ON_GPU:
            skip(name_of_case, "memory of the CPU")
            continue
        gc.collect()
        before = torch.cuda.memory_allocated()
        run, _ = step(*getattr(networks, name)(*sizes))
        gc.collect()
        torch.cuda.reset_peak_memory_stats()
        run(3)
        print("%s\t%d\t-\tbytes" % (name_of_case, torch.cuda.max_memory_allocated() - before),
              flush=True)
        del run


dict(elementwise=elementwise, reductions=reductions, gemm=gemm, convolution=convolution,
     layers=layers, training=training, launch=launch, memory=memory)[GROUP]()
