"""The recurrent cell of `awn-bench sequences` in PyTorch: one JSON job a line in, one JSON answer a line out.

h_t = tanh(MLP_x(x_t) + MLP_h(h_{t-1})), each MLP with one hidden layer of ReLU6 times importances. Best settings: MLP_x
for all steps in one go, the importances folded into the weights that follow them, so that a step is two fused
products, a ReLU6 in place and a tanh; fused Adam, subnormals flushed. TorchScript made the loop over steps no faster.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional


def scan(u, first, first_bias, second):
    """u [steps, batch, H] -> the last state; first [H, width], second [width, H].

    Unbound, because the gradient of each `u[t]` would be as large as that of u.
    """
    h = torch.zeros_like(u[0])
    for u_t in u.unbind(0):
        hidden = functional.hardtanh(torch.addmm(first_bias, h, first), 0.0, 6.0, inplace=True)
        h = torch.tanh(torch.addmm(u_t, hidden, second))
    return h


class Hidden(torch.nn.Module):
    """relu6(x W + b) f V + c, with importances f of a rate."""

    def __init__(self, inputs, width, outputs, quantile=0.9):
        super().__init__()
        rate = -math.log1p(-quantile) / (width - 0.5)
        self.raw = torch.nn.Parameter(torch.tensor(rate + math.log(-math.expm1(-rate))))
        self.width = width
        self.first = torch.nn.Parameter(torch.randn(inputs, width) * math.sqrt(2 / inputs))
        self.first_bias = torch.nn.Parameter(torch.zeros(width))
        deviation = math.sqrt(2 / (self.importances().detach() ** 2).sum().item())
        self.second = torch.nn.Parameter(torch.randn(width, outputs) * deviation)
        self.second_bias = torch.nn.Parameter(torch.zeros(outputs))

    def importances(self):
        rate = functional.softplus(self.raw)
        n = torch.arange(self.width, dtype=self.raw.dtype)
        return torch.exp(-rate * n) * (torch.expm1(-rate) / torch.expm1(-rate * self.width))

    def folded(self):
        return self.second * self.importances()[:, None]

    def forward(self, x):
        hidden = functional.relu6(torch.addmm(self.first_bias, x, self.first), inplace=True)
        return torch.addmm(self.second_bias, hidden, self.folded())


class Recurrent(torch.nn.Module):
    """Sequences of one length, [steps, batch, inputs]."""

    def __init__(self, inputs, width, state, outputs):
        super().__init__()
        self.input, self.state = Hidden(inputs, width, state), Hidden(state, width, state)
        self.output = torch.nn.Linear(state, outputs)

    def forward(self, x):
        steps, batch, inputs = x.shape
        u = (self.input(x.reshape(-1, inputs)) + self.state.second_bias).reshape(steps, batch, -1)
        return self.output(scan(u, self.state.first, self.state.first_bias, self.state.folded()))


class Training:
    def __init__(self, work):
        torch.set_num_threads(work["threads"])
        torch.manual_seed(0)
        self.work = work
        self.model = Recurrent(work["inputs"], work["width"], work["state"], work["outputs"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-6, weight_decay=1e-6, fused=True)
        self.x = torch.randn(work["length"], work["batch"], work["inputs"])
        self.y = torch.randint(work["outputs"], (work["batch"],))

    def step(self):
        loss = functional.cross_entropy(self.model(self.x), self.y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()


trainings = {}


def speed(job):
    key = json.dumps(job["work"])
    if key not in trainings:
        trainings[key] = Training(job["work"])
        for _ in range(3):
            trainings[key].step()
    start = time.perf_counter()
    for _ in range(job["steps"]):
        trainings[key].step()
    return {"seconds": time.perf_counter() - start}


hello()
for line in sys.stdin:
    print(json.dumps(speed(json.loads(line))), flush=True)
