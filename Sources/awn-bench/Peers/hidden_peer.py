"""A hidden layer in PyTorch, of a fixed or a learned width, for the peers of `awn-bench`."""

import math

import torch
from torch.nn import functional


class Hidden(torch.nn.Module):
    """An affine layer, relu6, importances if there is a rate, and an affine layer.

    rate: of exponential importances, which the optimizer can move; None: they are 1, as in an ordinary network.
    """

    def __init__(self, inputs, width, outputs, rate=None):
        super().__init__()
        self.width = width
        self.raw = None if rate is None else torch.nn.Parameter(torch.tensor(rate + math.log(-math.expm1(-rate))))
        self.hidden = torch.nn.Linear(inputs, width)
        self.output = torch.nn.Linear(width, outputs)

    def importances(self):
        rate = functional.softplus(self.raw)
        n = torch.arange(self.width, dtype=torch.float32)
        return torch.exp(-rate * n) * (torch.expm1(-rate) / torch.expm1(-rate * self.width))

    def forward(self, x):
        h = functional.relu6(self.hidden(x))
        return self.output(h if self.raw is None else h * self.importances())
