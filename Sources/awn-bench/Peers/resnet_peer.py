"""ResNet-20 in PyTorch, for the peers of `awn-bench`."""

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
    """rate: of the head's importances; None: there are none."""

    def __init__(self, classes, width, rate=None):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.stem_norm = torch.nn.BatchNorm2d(16)
        blocks, inputs = [], 16
        for outputs, stride in ((16, 1), (32, 2), (64, 2)):
            for number in range(3):
                blocks.append(Residual(inputs, outputs, 1 if number else stride))
                inputs = outputs
        self.blocks = torch.nn.Sequential(*blocks)
        self.head = Hidden(inputs, width, classes, rate)

    def forward(self, x):
        return self.head(self.blocks(functional.relu(self.stem_norm(self.stem(x)))).mean((2, 3)))
