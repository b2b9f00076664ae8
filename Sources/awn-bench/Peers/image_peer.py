"""ResNet-20 in PyTorch, for `awn-bench images`: one JSON job a line in, one JSON answer a line out.

Best settings: channels last, torch.compile where it is faster here, fused Adam, subnormals flushed, gradients set to none, batches that are ready, the loss read once a step.
"""

import json
import sys
import time

import torch
from torch.nn import functional


class Training:
    def __init__(self, job, compiled):
        torch.set_num_threads(job["threads"])
        torch.manual_seed(0)
        self.model = ResNet20(job["classes"], job["width"], job["rate"]).to(memory_format=torch.channels_last)
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
