"""Writes residual.json: what PyTorch makes of a small residual network, in float64, and as a float32 training run.

    python3 residual.py > residual.json

Weights and inputs come from a hash that the tests compute too. Of each gradient, the file has the norm, the product
with another such sequence, and the first elements.
"""

import json

import torch
from torch.nn import functional

torch.set_num_threads(1)


def sequence(count, key, scale):
    mask = 0xFFFFFFFF
    values = []
    for i in range(count):
        h = (i * 2654435761 + key * 97) & mask
        h ^= h >> 16
        h = (h * 0x45D9F3B) & mask
        h ^= h >> 16
        values.append((h / 2**32 - 0.5) * scale)
    return torch.tensor(values, dtype=torch.float32)


class Convolution(torch.nn.Module):
    """Weights in the order of this project: kernel line, pixel, input, output."""

    def __init__(self, inputs, outputs, stride, key, dtype):
        super().__init__()
        self.stride, self.outputs = stride, outputs
        self.weight = torch.nn.Parameter(sequence(9 * inputs * outputs, key, 0.5).to(dtype).reshape(3, 3, inputs, outputs))
        self.scale = torch.nn.Parameter((1 + sequence(outputs, key + 1, 0.5)).to(dtype))
        self.shift = torch.nn.Parameter(sequence(outputs, key + 2, 0.5).to(dtype))
        self.register_buffer("mean", torch.zeros(outputs, dtype=dtype))
        self.register_buffer("var", torch.ones(outputs, dtype=dtype))

    def forward(self, x, shortcut=None):
        z = functional.conv2d(x, self.weight.permute(3, 2, 0, 1), stride=self.stride, padding=1)
        y = functional.batch_norm(z, self.mean, self.var, self.scale, self.shift, self.training, 0.1, 1e-5)
        if shortcut is not None:
            if shortcut.shape[1] != self.outputs:
                pad = (self.outputs - shortcut.shape[1]) // 2
                shortcut = functional.pad(shortcut[:, :, ::2, ::2], (0, 0, 0, 0, pad, pad))
            y = y + shortcut
        return functional.relu(y)


class Dense(torch.nn.Module):
    def __init__(self, inputs, outputs, key, dtype):
        super().__init__()
        self.weight = torch.nn.Parameter(sequence(inputs * outputs, key, 1).to(dtype).reshape(inputs, outputs))
        self.bias = torch.nn.Parameter(sequence(outputs, key + 1, 0.5).to(dtype))

    def forward(self, x):
        return x @ self.weight + self.bias


class Network(torch.nn.Module):
    def __init__(self, dtype):
        super().__init__()
        shapes = [(2, 16, 1), (16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1)]
        self.convolutions = torch.nn.ModuleList(
            Convolution(i, o, s, 10 * n, dtype) for n, (i, o, s) in enumerate(shapes))
        self.hidden = Dense(32, 24, 100, dtype)
        self.output = Dense(24, 3, 110, dtype)

    def forward(self, x):
        c = self.convolutions
        x = functional.max_pool2d(c[0](x), 2)
        x = c[2](c[1](x), x)
        x = c[4](c[3](x), x)
        return self.output(functional.relu6(self.hidden(x.mean((2, 3)))))


def batch(key, dtype):
    x = sequence(6 * 8 * 8 * 2, 1000 + key, 4).to(dtype).reshape(6, 8, 8, 2).permute(0, 3, 1, 2)
    return x, torch.tensor([(row + key) % 3 for row in range(6)])


def summary(value):
    flat = value.detach().double().flatten()
    return {
        "norm": flat.norm().item(),
        "product": (flat @ sequence(len(flat), 7, 2).double()).item(),
        "first": flat[:4].tolist(),
    }


double = Network(torch.float64)
x, y = batch(0, torch.float64)
loss = functional.cross_entropy(double(x), y)
loss.backward()
result = {
    "loss": loss.item(),
    "gradients": [summary(p.grad) for p in double.parameters()],
    "means": [summary(c.mean) for c in double.convolutions],
    "variances": [summary(c.var) for c in double.convolutions],
}
double.eval()
result["logits"] = double(x).flatten().tolist()

single = Network(torch.float32)
optimizer = torch.optim.Adam(single.parameters(), lr=0.003)
result["losses"] = []
for step in range(40):
    x, y = batch(step % 4, torch.float32)
    loss = functional.cross_entropy(single(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    result["losses"].append(loss.item())
print(json.dumps(result, indent=1))
