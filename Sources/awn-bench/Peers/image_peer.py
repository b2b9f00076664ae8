"""ResNet-20 in PyTorch, for `awn-bench images`: one JSON job a line in, one JSON answer a line out.

Best settings: channels last, torch.compile where it is faster here, fused Adam, subnormals flushed, gradients set to none, batches that are ready, the loss read once a step.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional


class Residual(torch.nn.Module):
    """Two convolutions and a shortcut without parameters: every second pixel, channels of zeros on both sides."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = torch.nn.BatchNorm2d(outputs)
        self.second = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = torch.nn.BatchNorm2d(outputs)
        self.stride, self.missing = stride, outputs - inputs

    def forward(self, x):
        y = functional.relu(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(y))
        if self.missing:
            pad = self.missing // 2
            x = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, pad, pad))
        return functional.relu(y + x)


class ResNet20(torch.nn.Module):
    def __init__(self, classes, rate, quantile=0.9):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.stem_norm = torch.nn.BatchNorm2d(16)
        blocks, inputs = [], 16
        for outputs, stride in ((16, 1), (32, 2), (64, 2)):
            for number in range(3):
                blocks.append(Residual(inputs, outputs, 1 if number else stride))
                inputs = outputs
        self.blocks = torch.nn.Sequential(*blocks)
        self.width = math.ceil(-math.log1p(-quantile) / rate)
        self.hidden = torch.nn.Linear(inputs, self.width)
        self.output = torch.nn.Linear(self.width, classes)
        self.raw = torch.nn.Parameter(torch.tensor(rate + math.log(-math.expm1(-rate))))

    def forward(self, x):
        features = self.blocks(functional.relu(self.stem_norm(self.stem(x)))).mean((2, 3))
        rate = functional.softplus(self.raw)
        n = torch.arange(self.width, dtype=torch.float32)
        importances = torch.exp(-rate * n) * (torch.expm1(-rate) / torch.expm1(-rate * self.width))
        return self.output(functional.relu6(self.hidden(features)) * importances)


class Training:
    def __init__(self, job, compiled):
        torch.set_num_threads(job["threads"])
        torch.manual_seed(0)
        self.model = ResNet20(job["classes"], job["rate"]).to(memory_format=torch.channels_last)
        self.loss = torch.compile(self.data_loss) if compiled else self.data_loss
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-6, fused=True)
        shape = (job["batch"], 3, 32, 32)
        self.batches = [
            (torch.randn(shape).to(memory_format=torch.channels_last), torch.randint(job["classes"], (job["batch"],)))
            for _ in range(4)
        ]
        self.count = 0

    def data_loss(self, x, y):
        return functional.cross_entropy(self.model(x), y)

    def step(self):
        x, y = self.batches[self.count % 4]
        self.count += 1
        loss = self.loss(x, y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()


hello()
job = json.loads(sys.stdin.readline())
way, step = faster({"eager": lambda: Training(job, False).step, "torch.compile": lambda: Training(job, True).step}, 2)
print(json.dumps({"way": way}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": seconds(step, json.loads(line)["steps"])}), flush=True)
