"""The cases of tests/bench/cases in PyTorch, same names, inputs and output lines (see harness.lua).

python3 tests/bench/workloads.py GROUP [SECONDS [FILTER]]
"""
import io
import math
import os
import re
import sys

import torch
from torch import nn

import networks
import passes
from harness import case, fill, fill_sequence, init, loop, options, statement_case, step, tensor

GROUP = sys.argv[1]
options(float(sys.argv[2]) if len(sys.argv) > 2 else 0.2, sys.argv[3] if len(sys.argv) > 3 else "")


class RMSNorm(nn.Module):
    def __init__(self, size, eps=1e-6):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


class Rotary(nn.Module):
    def __init__(self, size, length):
        super().__init__()
        rates = torch.pow(10000, torch.arange(0, size, 2).double() / -size)
        angles = torch.arange(length).double().view(-1, 1, 1) * rates
        self.cos, self.sin = angles.cos().float(), angles.sin().float()

    def forward(self, x):
        a, b = x[..., ::2], x[..., 1::2]
        turned = (a * self.cos - b * self.sin, a * self.sin + b * self.cos)
        return torch.stack(turned, -1).flatten(-2)


# ---- groups ----

def pointwise():
    n = 10000000
    a, b, c = tensor(0, n), tensor(1, n), torch.zeros(n)
    for name, statement in (
            ("copy", "c.copy_(a)"), ("add", "torch.add(a, b, out=c)"),
            ("mul", "torch.mul(a, b, out=c)"), ("relu", "torch.clamp_min(a, 0, out=c)"),
            ("exp", "torch.exp(a, out=c)"), ("tanh", "torch.tanh(a, out=c)"),
            ("sigmoid", "torch.sigmoid(a, out=c)")):
        statement_case("pointwise." + name, statement, lambda: dict(a=a, b=b, c=c), "c")

    for name, statement, view in (
            ("add_transposed", "torch.add(a, x, out=c)", lambda e: e["b"].t()),
            ("add_narrowed", "torch.add(a, x, out=c)", lambda e: e["wide"].narrow(1, 500, 1000)),
            ("add_every_second", "torch.add(a, x, out=c)",
             lambda e: e["wide"].view(1000, 1000, 2).select(2, 0)),
            ("add_row", "torch.add(a, x, out=c)", lambda e: e["row"].view(1, 1000)),
            ("add_column", "torch.add(a, x, out=c)", lambda e: e["row"].view(1000, 1)),
            ("exp_transposed", "torch.exp(x, out=c)", lambda e: e["b"].t()),
            ("exp_narrowed", "torch.exp(x, out=c)", lambda e: e["wide"].narrow(1, 500, 1000)),
            ("copy_transposed", "c.copy_(x)", lambda e: e["b"].t()),
            ("mul_transposed_inplace", "x.mul_(0.999)", lambda e: e["c"].copy_(e["a"]).t())):
        def make():
            env = dict(a=tensor(0, 1000, 1000), b=tensor(1, 1000, 1000), c=torch.zeros(1000, 1000),
                       wide=tensor(0, 1000, 2000), row=tensor(0, 1000))
            env["x"] = view(env)
            return env
        statement_case("layout." + name, statement, make, "c")

    for name, statement in (("uniform", "a.uniform_(0, 1)"), ("normal", "a.normal_(0, 1)"),
                            ("bernoulli", "a.bernoulli_(0.5)")):
        statement_case("random." + name, statement, lambda: dict(a=torch.empty(1000000)))


def products():
    for n in (64, 256, 1024):
        statement_case("product.gemm%d" % n, "torch.mm(a, b, out=c)",
                       lambda: dict(a=tensor(0, n, n), b=tensor(1, n, n), c=torch.zeros(n, n)), "c")


def linalg():
    def dominant(n):
        return tensor(0, n, n).add_(torch.eye(n), alpha=n / 8)

    def symmetric(n):
        a = tensor(0, n, n)
        return a + a.t()

    for n in (10, 100, 500):
        statement_case("linalg.inverse%d" % n, "r = torch.inverse(a); out.copy_(r)",
                       lambda: dict(a=dominant(n), out=torch.zeros(n, n)), "out")
    for n in (10, 100):
        statement_case("linalg.gesv%d" % n, "r = torch.linalg.solve(a, b); out.copy_(r)",
                       lambda: dict(a=dominant(n), b=tensor(1, n, 4), out=torch.zeros(n, 4)), "out")
        statement_case("linalg.svd%d" % n,
                       "u, s_, v = torch.linalg.svd(a, full_matrices=False); out.copy_(s_)",
                       lambda: dict(a=dominant(n), out=torch.zeros(n)), "out")
        statement_case("linalg.symeig%d" % n, "e, v = torch.linalg.eigh(a); out.copy_(e)",
                       lambda: dict(a=symmetric(n), out=torch.zeros(n)), "out")
        statement_case("linalg.qr%d" % n, "q, r = torch.linalg.qr(a); out.copy_(r)",
                       lambda: dict(a=dominant(n), out=torch.zeros(n, n)), "out")


def layers():
    passes.convolution("conv.lenet1", 128, 1, 20, 5, 1, 0, 28)
    passes.convolution("conv.lenet2", 128, 20, 50, 5, 1, 0, 12)
    passes.convolution("conv.vgg64", 16, 64, 64, 3, 1, 1, 56)
    passes.convolution("conv.1x1", 16, 256, 64, 1, 1, 0, 56)
    passes.convolution("conv.stem7x7", 8, 3, 64, 7, 2, 3, 224)
    passes.convolution("conv.vgg512", 16, 512, 512, 3, 1, 1, 7)
    passes.convolution("conv.resnet3", 32, 3, 64, 3, 1, 1, 32)
    passes.convolution("conv.resnet64", 32, 64, 64, 3, 1, 1, 32)
    passes.convolution("conv.resnet128", 32, 128, 128, 3, 1, 1, 16)
    passes.convolution("conv.resnet256", 32, 256, 256, 3, 1, 1, 8)
    passes.convolution("conv.resnet512", 32, 512, 512, 3, 1, 1, 4)
    passes.convolution("conv.down256", 32, 128, 256, 3, 2, 1, 16)
    passes.convolution("conv.skip256", 32, 128, 256, 1, 2, 0, 16)

    for name, make_layer, sizes in (
            ("maxpool2", lambda: nn.MaxPool2d(2), (16, 64, 56, 56)),
            ("avgpool2", lambda: nn.AvgPool2d(2), (16, 64, 56, 56)),
            ("maxpool3d", lambda: nn.MaxPool3d(2), (4, 32, 16, 56, 56)),
            ("avgpool3d", lambda: nn.AvgPool3d(2), (4, 32, 16, 56, 56)),
            ("adaptivemax", lambda: nn.AdaptiveMaxPool2d(7), (16, 64, 56, 56)),
            ("adaptiveavg", lambda: nn.AdaptiveAvgPool2d(7), (16, 64, 56, 56)),
            ("globalavg", lambda: nn.AdaptiveAvgPool2d(1), (16, 512, 14, 14)),
            ("nearest2", lambda: nn.UpsamplingNearest2d(scale_factor=2), (8, 64, 56, 56)),
            ("bilinear2", lambda: nn.UpsamplingBilinear2d(scale_factor=2), (8, 64, 56, 56)),
            ("trilinear2", lambda: nn.Upsample(scale_factor=2, mode="trilinear",
                                               align_corners=True), (2, 32, 8, 28, 28)),
            ("reflectionpad", lambda: nn.ReflectionPad2d(3), (8, 64, 56, 56)),
            ("lrn5", lambda: nn.LocalResponseNorm(5), (8, 96, 55, 55)),
            ("batchnorm2d", lambda: nn.BatchNorm2d(64), (16, 64, 56, 56)),
            ("logsoftmax", lambda: nn.LogSoftmax(1), (1024, 1000)),
            ("softmax", lambda: nn.Softmax(1), (1024, 1000)),
            ("volumetric3", lambda: nn.Conv3d(16, 32, 3, padding=1), (4, 16, 16, 28, 28)),
            ("linear", lambda: nn.Linear(784, 512), (128, 784)),
            ("gelu", lambda: nn.GELU(), (64, 128, 768)),
            ("gelutanh", lambda: nn.GELU("tanh"), (64, 128, 768)),
            ("silu", lambda: nn.SiLU(), (64, 128, 768)),
            ("mish", lambda: nn.Mish(), (64, 128, 768)),
            ("hardswish", lambda: nn.Hardswish(), (64, 128, 768)),
            ("groupnorm", lambda: nn.GroupNorm(32, 64), (16, 64, 56, 56)),
            ("instancenorm", lambda: nn.InstanceNorm2d(64, affine=True), (16, 64, 56, 56)),
            ("layernorm", lambda: nn.LayerNorm(768), (64, 128, 768)),
            ("rmsnorm", lambda: RMSNorm(768), (64, 128, 768)),
            ("rotary", lambda: Rotary(64, 128), (64, 128, 12, 64)),
            ("depthwise3", lambda: nn.Conv2d(64, 64, 3, padding=1, groups=64), (16, 64, 56, 56)),
            ("groups4", lambda: nn.Conv2d(64, 64, 3, padding=1, groups=4), (16, 64, 56, 56))):
        passes.layer("layer." + name, make_layer, sizes)


def sequence():
    def attention():
        return nn.MultiheadAttention(256, 8, batch_first=True)

    def call(layer, x):
        if isinstance(layer, nn.MultiheadAttention):
            return layer(x, x, x, need_weights=False)[0]
        return layer(x)[0]

    def made(make_layer, sizes):
        return fill_sequence(make_layer(), 1), tensor(0, *sizes).requires_grad_(True)

    for name, make_layer, sizes in (
            ("lstm", lambda: nn.LSTM(128, 128), (50, 32, 128)),
            ("gru", lambda: nn.GRU(128, 128), (50, 32, 128)),
            ("rnn", lambda: nn.RNN(128, 128), (50, 32, 128)),
            ("attention256", attention, (8, 256, 256)),
            ("attention2048", attention, (1, 2048, 256))):
        def forward():
            layer, x = made(make_layer, sizes)

            def run(n):
                with torch.no_grad():
                    for _ in range(n):
                        call(layer, x)
            with torch.no_grad():
                return run, call(layer, x)

        def both():
            layer, x = made(make_layer, sizes)
            g = fill(torch.empty(call(layer, x).shape), 3)
            call(layer, x).backward(g)
            first = x.grad

            def run(n):
                for _ in range(n):
                    x.grad = None
                    call(layer, x).backward(g)
            return run, first
        case("sequence.%s.forward" % name, forward)
        case("sequence.%s.forward_backward" % name, both)


def overhead():
    def two():
        return dict(a=tensor(0, 16), b=tensor(1, 16))

    def square():
        return dict(a=tensor(0, 4, 4))
    statement_case("overhead.add16", "a.add_(b)", two, "a")
    statement_case("overhead.add16_new", "r = a + b", two)
    statement_case("overhead.read", "s += a[i % 16].item()", two)
    statement_case("overhead.write", "a[i % 16] = i", two)
    statement_case("overhead.view", "v = a.view(16)", square)
    statement_case("overhead.narrow", "v = a.narrow(0, 1, 8)", two)
    statement_case("overhead.select", "v = a.select(0, 1)", square)
    statement_case("overhead.sum16", "s += a.sum().item()", two)
    statement_case("overhead.linear10", "layer(x).backward(g)",
                   lambda: dict(layer=init(nn.Linear(10, 10)), g=tensor(1, 1, 10),
                                x=tensor(0, 1, 10).requires_grad_(True)))

    def network():
        model = init(nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1)))
        x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
        y = torch.tensor([[0.], [1.], [1.], [0.]])
        return step(model, nn.MSELoss(), x, y, torch.optim.SGD(model.parameters(), lr=0.01))
    case("overhead.mlp_step", network)
    case("overhead.mlp_step_sgd", network)


def training():
    for name in ("mlp", "lenet", "vggsmall", "resnet18", "charlstm", "transformer"):
        case("training." + name, lambda: step(*getattr(networks, name)()))


def inference():
    for batch in (1, 8):
        def setup():
            model, x = networks.resnet18_model(224, 1000).eval(), tensor(0, batch, 3, 224, 224)

            def run(n):
                with torch.no_grad():
                    for _ in range(n):
                        model(x)
            return run, model(x)
        case("inference.resnet18.batch%d" % batch, setup)


def order():
    def one(name, statement, layout, n, side):
        dim = 1 if layout == "last" else 0

        def setup():
            x = tensor(0, n) if layout == "line" else tensor(0, side, side)
            v, p = torch.empty(0), torch.empty(0, dtype=torch.int64)
            run = loop(statement, x=x, v=v, p=p, dim=dim, k=x.size(dim) // 10)
            return run, lambda: v.narrow(dim, 0, math.ceil(v.size(dim) / 2))
        case(name, setup)

    for name, statement in (
            ("sort", "torch.sort(x, dim, out=(v, p))"),
            ("topk", "torch.topk(x, 10, dim, out=(v, p))"),
            ("median", "torch.median(x, dim, keepdim=True, out=(v, p))"),
            ("kthvalue", "torch.kthvalue(x, k, dim, keepdim=True, out=(v, p))")):
        for size, n, side in (("1e3", 1000, 32), ("1e5", 100000, 316), ("1e7", 10000000, 3162)):
            for layout in ("line", "last", "first"):
                one("order.%s.%s%s" % (name, layout, size), statement, layout, n, side)


def ops():
    def shuffled(n):
        return torch.arange(n) * 7919 % n

    def zeros(dtype=torch.float):
        return lambda h, w: torch.zeros(h, w, dtype=dtype)

    def square(h, w):
        n = math.isqrt(h * w)
        return tensor(0, n, n).add_(torch.eye(n), alpha=n / 8)

    def definite(h, w):
        a = square(h, w)
        return a + a.t() + torch.eye(len(a)) * len(a)

    def ints(seed, h, w):
        return fill(torch.empty(h, w), seed, 16).add_(8).int()

    layouts = dict(
        contiguous=lambda h, w: tensor(0, h, w), transposed=lambda h, w: tensor(0, w, h).t(),
        narrowed=lambda h, w: tensor(0, h, 2 * w).narrow(1, w // 2, w))
    make = dict(
        h=lambda h, w: h, w=lambda h, w: w, count=lambda h, w: h * w,
        r=zeros(), y=lambda h, w: tensor(1, h, w), p=lambda h, w: tensor(2, h, w).add_(1),
        m=zeros(torch.bool), none=zeros(torch.bool), mask=lambda h, w: tensor(3, h, w) > 0,
        row=lambda h, w: tensor(1, 1, w), column=lambda h, w: tensor(1, h, 1),
        rows=lambda h, w: tensor(2, h), columns=lambda h, w: tensor(3, w),
        rows1=lambda h, w: torch.zeros(1, w), rows2=lambda h, w: torch.zeros(h, 1),
        at1=lambda h, w: torch.zeros(1, w, dtype=torch.long),
        at2=lambda h, w: torch.zeros(h, 1, dtype=torch.long),
        halves2=lambda h, w: torch.zeros(h, 1, dtype=torch.half),
        doubles1=lambda h, w: torch.zeros(1, w, dtype=torch.double),
        doubles2=lambda h, w: torch.zeros(h, 1, dtype=torch.double),
        top1=lambda h, w: torch.zeros(5, w), top2=lambda h, w: torch.zeros(h, 5),
        place1=lambda h, w: torch.zeros(5, w, dtype=torch.long),
        place2=lambda h, w: torch.zeros(h, 5, dtype=torch.long), at=zeros(torch.long),
        pick1=lambda h, w: shuffled(h), pick2=lambda h, w: shuffled(w),
        all1=lambda h, w: shuffled(h).view(h, 1).expand(h, w).clone(),
        all2=lambda h, w: shuffled(w).view(1, w).expand(h, w).clone(),
        flat=lambda h, w: torch.empty(0), line=lambda h, w: torch.empty(0),
        spots=lambda h, w: torch.empty(0, dtype=torch.long),
        twice1=lambda h, w: torch.empty(2 * h, w), twice2=lambda h, w: torch.empty(h, 2 * w),
        pair=lambda h, w: torch.empty(2, h, w), long=lambda h, w: torch.empty(h * w),
        order=lambda h, w: torch.empty(h * w, dtype=torch.long),
        drawn=lambda h, w: torch.empty(h, 10, dtype=torch.long), bins=lambda h, w: torch.empty(100),
        xi=lambda h, w: ints(0, h, w), yi=lambda h, w: ints(1, h, w),
        xd=lambda h, w: tensor(0, h, w).double(), xh=lambda h, w: tensor(0, h, w).half(),
        bytes=lambda h, w: ints(0, h, w).byte(),
        rd=zeros(torch.double), rh=zeros(torch.half), rf=zeros(torch.bfloat16), ri=zeros(torch.int),
        rs=zeros(torch.short), rc=zeros(torch.int8), rb=zeros(torch.uint8),
        sorted=lambda h, w: torch.sort(tensor(1, 1000)).values,
        across=lambda h, w: tensor(1, w, h), product=lambda h, w: torch.zeros(h, h),
        left=lambda h, w: tensor(0, h, w // 8, 8), right=lambda h, w: tensor(1, h, 8, 8),
        batch=lambda h, w: torch.zeros(h, w // 8, 8),
        summed=lambda h, w: torch.zeros(w // 8, 8),
        triples=lambda h, w: tensor(0, 3, h, w), others=lambda h, w: tensor(1, 3, h, w),
        cubes=lambda h, w: torch.zeros(3, h, w),
        k5=lambda h, w: tensor(1, 5, 5), k333=lambda h, w: tensor(1, 3, 3, 3),
        volume=lambda h, w: tensor(0, 10, h // 5, w // 2),
        pairs=lambda h, w: tensor(0, h, w // 2, 2),
        spectrum=lambda h, w: tensor(0, h, w // 2 + 1, 2),
        square=square, definite=definite,
        factor=lambda h, w: torch.linalg.cholesky(definite(h, w), upper=True),
        reflectors=lambda h, w: torch.geqrf(square(h, w))[0],
        tau=lambda h, w: torch.geqrf(square(h, w))[1],
        sides=lambda h, w: tensor(1, math.isqrt(h * w), 4))

    def run(name, statement, layout, h, w):
        def build():
            env = dict(x=layouts[layout](h, w))
            for word in re.findall("[a-z][a-z_0-9]*", statement):
                if word in make and word not in env:
                    env[word] = make[word](h, w)
            if "x2" in statement:
                env["x2"] = env["x"].clone(memory_format=torch.contiguous_format)
            return env
        statement_case(name, statement, build)

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops.tsv")) as table:
        rows = [line.rstrip("\n").split("\t") for line in table][1:]
    sizes = (("1e3", 25, 40), ("1e5", 250, 400), ("1e7", 2500, 4000))

    def admits(only, name, kind):
        return name in only or not any(other in only for other in kind)

    for name, _, statement, only in rows:
        for size, h, w in sizes if statement else ():
            for layout in layouts:
                if admits(only.split(), size, [s[0] for s in sizes]) and \
                        admits(only.split(), layout, layouts):
                    run("op.%s.%s.%s" % (name, size, layout), statement, layout, h, w)


def pictures():
    """Decoding by Pillow (libjpeg; a PNG reader of its own over zlib), scaling by PyTorch."""
    h, w = 768, 1024
    i, j = torch.arange(h).view(1, h, 1), torch.arange(w).view(1, 1, w)
    c = torch.arange(1, 4).view(3, 1, 1)
    x = ((j // 8 * c + i // 8 * 3 + i * j % 29) % 256).to(torch.uint8)
    try:
        from PIL import Image
    except ImportError:
        Image = None
    if Image:
        whole = Image.frombytes("RGB", (w, h), bytes(x.permute(1, 2, 0).reshape(-1).tolist()))
        for kind in ("jpeg", "png"):
            def build():
                data = io.BytesIO()
                whole.save(data, kind)
                read = lambda: torch.tensor(list(Image.open(data).tobytes()), dtype=torch.float)
                return dict(Image=Image, data=data, mean=read)
            statement_case("image.decode." + kind, "Image.open(data).load()", build, "mean")
    for name, size, how in (("down", (192, 256), dict(mode="area")),
                            ("up", (1536, 2048), dict(mode="bilinear", align_corners=True))):
        scale = lambda t, size=size, how=how: nn.functional.interpolate(t, size=size, **how)
        statement_case("image.scale." + name, "scale(x)",
                       lambda: dict(scale=scale, x=x.float()[None], out=scale(x.float()[None])),
                       "out")


dict(pointwise=pointwise, products=products, linalg=linalg, order=order, layers=layers, sequence=sequence,
     overhead=overhead, training=training, inference=inference, pictures=pictures,
     ops=ops).get(GROUP, lambda: None)()  # the others are about luatorch alone
