"""The networks of networks.lua in PyTorch: each function makes a network and what a training step
needs, (model, criterion, input, target, optimizer)."""
import torch
import torch.nn.functional as F
from torch import nn

from harness import init, labels, tensor


def momentum(model):
    return torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)


def mlp():
    model = init(nn.Sequential(nn.Linear(784, 512), nn.ReLU(True), nn.Linear(512, 512),
                               nn.ReLU(True), nn.Linear(512, 10), nn.LogSoftmax(1)), 2)
    return (model, nn.NLLLoss(), tensor(0, 128, 784), labels(128, 10),
            torch.optim.SGD(model.parameters(), lr=1e-3))


def lenet(batch=128):
    model = init(nn.Sequential(nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5),
                               nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU(True),
                               nn.Linear(500, 10), nn.LogSoftmax(1)))
    return model, nn.NLLLoss(), tensor(0, batch, 1, 28, 28), labels(batch, 10), momentum(model)


def convolution(source, to, size, stride):
    return [nn.Conv2d(source, to, size, stride, (size - 1) // 2, bias=False), nn.BatchNorm2d(to)]


def vggsmall():
    modules, source = [], 3
    for to in (64, 128, 256):
        for _ in range(2):
            modules += convolution(source, to, 3, 1) + [nn.ReLU(True)]
            source = to
        modules.append(nn.MaxPool2d(2))
    model = init(nn.Sequential(*modules, nn.Flatten(), nn.Linear(4096, 512), nn.ReLU(True),
                               nn.Linear(512, 10), nn.LogSoftmax(1)), 2)
    return model, nn.NLLLoss(), tensor(0, 64, 3, 32, 32), labels(64, 10), momentum(model)


class Skipping(nn.Module):
    """A body of convolutions beside a skip connection."""
    def __init__(self, body, source, to, stride):
        super().__init__()
        self.body = nn.Sequential(*body)
        self.skip = nn.Identity()
        if stride != 1 or source != to:
            self.skip = nn.Sequential(*convolution(source, to, 1, stride))

    def forward(self, x):
        return F.relu(self.body(x).add_(self.skip(x)), inplace=True)


def block(source, to, stride):
    body = convolution(source, to, 3, stride) + [nn.ReLU(True)] + convolution(to, to, 3, 1)
    return Skipping(body, source, to, stride)


def bottleneck(source, width, stride):
    body = (convolution(source, width, 1, 1) + [nn.ReLU(True)]
            + convolution(width, width, 3, stride) + [nn.ReLU(True)]
            + convolution(width, 4 * width, 1, 1))
    return Skipping(body, source, 4 * width, stride)


def resnet18_model(size, classes):
    modules = convolution(3, 64, 3 if size == 32 else 7, 1 if size == 32 else 2) + [nn.ReLU(True)]
    if size != 32:
        modules.append(nn.MaxPool2d(3, 2, 1))
    source = 64
    for stage, to in enumerate((64, 128, 256, 512)):
        modules += [block(source, to, 2 if stage else 1), block(to, to, 1)]
        source = to
    return init(nn.Sequential(*modules, nn.AvgPool2d(4 if size == 32 else 7), nn.Flatten(),
                              nn.Linear(512, classes), nn.LogSoftmax(1)), 2)


def resnet18():
    model = resnet18_model(32, 10)
    return model, nn.NLLLoss(), tensor(0, 32, 3, 32, 32), labels(32, 10), momentum(model)


def resnet50(batch, size, width):
    modules = convolution(3, width, 7, 2) + [nn.ReLU(True), nn.MaxPool2d(3, 2, 1)]
    source = width
    for stage, blocks in enumerate((3, 4, 6, 3)):
        for k in range(blocks):
            modules.append(bottleneck(source, width * 2**stage, 2 if k == 0 and stage else 1))
            source = 4 * width * 2**stage
    model = init(nn.Sequential(*modules, nn.AvgPool2d(size // 32), nn.Flatten(),
                               nn.Linear(source, 1000), nn.LogSoftmax(1)), 2)
    return (model, nn.NLLLoss(), tensor(0, batch, 3, size, size), labels(batch, 1000),
            momentum(model))


class CharLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.lstm, self.out = nn.Embedding(96, 64), nn.LSTM(64, 256), nn.Linear(256, 96)

    def forward(self, x):
        y, _ = self.lstm(self.table(x))
        return F.log_softmax(self.out(y.view(-1, 256)), 1)


def charlstm(steps=50, batch=50):
    model = init(CharLSTM())
    return (model, nn.NLLLoss(), labels(steps * batch, 96).view(steps, batch),
            labels(steps * batch, 96),
            torch.optim.Adam(model.parameters(), lr=1e-3))


class Transformer(nn.Module):
    def __init__(self, d, heads, activation, mask=None):
        super().__init__()
        self.norm1 = nn.LayerNorm(d)
        self.attention = nn.MultiheadAttention(d, heads, batch_first=True)
        self.norm2, self.up, self.down = nn.LayerNorm(d), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.activation, self.options = activation, dict(need_weights=False, attn_mask=mask)
        if mask is not None and hasattr(F, "scaled_dot_product_attention"):
            self.options["is_causal"] = True

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, **self.options)[0]
        return x + self.down(self.activation(self.up(self.norm2(x))))


def attending(n, t, d, *options):
    model = init(Transformer(d, *options))
    return (model, nn.MSELoss(), tensor(0, n, t, d).requires_grad_(True), tensor(7, n, t, d),
            torch.optim.SGD(model.parameters(), lr=1e-2))


def transformer():
    return attending(8, 128, 256, 4, nn.ReLU(True))


def gpt2(n, t, d, heads):
    hidden = torch.ones_like(tensor(0, t, t), dtype=torch.bool).triu(1)
    return attending(n, t, d, heads, nn.GELU("tanh"), hidden)
