"""Cases of one layer, as passes.lua."""
import torch
from torch import nn

from harness import case, fill, init, tensor


PARTS = ("forward", "gradInput", "gradWeight")


def convolution(name, batch, nin, nout, k, stride, pad, size):
    def make():
        layer = init(nn.Conv2d(nin, nout, k, stride, pad))
        x = tensor(0, batch, nin, size, size)
        with torch.no_grad():
            y = layer(x)
        return layer, x, y

    def forward():
        layer, x, y = make()

        def run(n):
            with torch.no_grad():
                for _ in range(n):
                    layer(x)
        return run, y

    def back(mask):
        def setup():
            layer, x, y = make()
            g, w = fill(y.clone(), 3), layer.weight.detach()
            gw, gb = torch.zeros_like(w), torch.zeros_like(layer.bias)

            def one():
                r = torch.ops.aten.convolution_backward(
                    g, x, w, [nout], layer.stride, layer.padding, layer.dilation, False, [0, 0], 1,
                    mask)
                if mask[1]:
                    gw.add_(r[1])
                    gb.add_(r[2])
                return r

            def run(n):
                with torch.no_grad():
                    for _ in range(n):
                        one()
            return run, (lambda: gw) if mask[1] else (lambda: one()[0])
        return setup
    case(name + ".forward", forward)
    case(name + ".gradInput", back([True, False, False]))
    case(name + ".gradWeight", back([False, True, True]))


def layer(name, make, sizes):
    def forward():
        module, x = init(make()), tensor(0, *sizes)

        def run(n):
            with torch.no_grad():
                for _ in range(n):
                    module(x)
        with torch.no_grad():
            return run, module(x)

    def both():
        module, x = init(make()), tensor(0, *sizes).requires_grad_(True)
        g = fill(module(x).detach().clone(), 3)
        module(x).backward(g)
        first = x.grad

        def run(n):
            for _ in range(n):
                x.grad = None
                module(x).backward(g)
        return run, first
    case(name + ".forward", forward)
    case(name + ".forward_backward", both)
