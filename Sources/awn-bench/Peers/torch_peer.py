"""The same work in PyTorch, for `awn-bench peers`: one JSON job a line in, one JSON answer a line out.

Best settings: torch.compile where it is faster here, fused Adam, subnormals flushed, gradients set to none, minibatches gathered from one tensor, the weight prior as the
optimizer's own weight decay (the same gradient as a term of the loss, and cheaper), the loss read once a step.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional


class FollowingHidden(Hidden):
    """A hidden layer whose width follows its rate: METHOD, sections on model and width."""

    quantile = 0.9

    def __init__(self, inputs, width, outputs):
        super().__init__(inputs, width, outputs, -math.log1p(-self.quantile) / (width - 0.5))

    @torch.no_grad()
    def follow_rate(self, optimizer):
        wanted = max(1, math.ceil(-math.log1p(-self.quantile) / functional.softplus(self.raw).item()))
        if wanted != self.width:
            for layer, name, dim in ((self.hidden, "weight", 0), (self.hidden, "bias", 0), (self.output, "weight", 1)):
                self.resize(layer, name, dim, wanted, optimizer)
            self.width = wanted

    def resize(self, layer, name, dim, width, optimizer):
        """Keeps the first neurons; new values are from N(0, 1), new moments zero."""
        old = getattr(layer, name)
        kept = min(width, old.shape[dim])

        def resized(value, fill):
            shape = list(value.shape)
            shape[dim] = width
            result = fill(shape)
            result.narrow(dim, 0, kept).copy_(value.detach().narrow(dim, 0, kept))
            return result

        new = torch.nn.Parameter(resized(old, torch.randn))
        setattr(layer, name, new)
        state = optimizer.state.pop(old, None)
        if state:
            state["exp_avg"] = resized(state["exp_avg"], torch.zeros)
            state["exp_avg_sq"] = resized(state["exp_avg_sq"], torch.zeros)
            optimizer.state[new] = state
        for group in optimizer.param_groups:
            group["params"] = [new if p is old else p for p in group["params"]]


class Training:
    """A model, its optimizer and a walk over the rows in random order."""

    def __init__(self, model, x, y, batch, learning_rate, weight_scale, compiled=False):
        self.model, self.x, self.y, self.batch = model, x, y, batch
        rate = [model.raw] if model.raw is not None else []
        weights = [p for p in model.parameters() if p is not model.raw]
        decay = 1 / (weight_scale**2 * len(x))
        self.optimizer = torch.optim.Adam(
            [{"params": weights, "weight_decay": decay}, {"params": rate}], lr=learning_rate, fused=True)
        self.loss = torch.compile(self.data_loss) if compiled else self.data_loss
        self.order, self.position = torch.randperm(len(x)), 0

    def data_loss(self, x, y):
        return functional.cross_entropy(self.model(x), y)

    def step(self):
        if self.model.raw is not None:
            self.model.follow_rate(self.optimizer)
        rows = self.order[self.position : self.position + self.batch]
        self.position += self.batch
        if self.position >= len(self.x):
            self.order, self.position = torch.randperm(len(self.x)), 0
        loss = self.loss(self.x[rows], self.y[rows])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def training(work, compiled):
    torch.manual_seed(0)
    x = torch.randn(work["rows"], work["inputs"])
    y = torch.randint(work["outputs"], (work["rows"],))
    model = (FollowingHidden if work["adaptive"] else Hidden)(work["inputs"], work["width"], work["outputs"])
    return Training(model, x, y, work["batch"], 1e-6, 10, compiled)


chosen = {}


def steps(job):
    """Seconds of so many steps, in the way that is fastest here: it is chosen once for each work."""
    work = job["work"]
    torch.set_num_threads(work["threads"])
    if work["name"] not in chosen:
        ways = {"eager": lambda: training(work, False).step}
        # A width that changes would have the network compiled again.
        if not work["adaptive"]:
            ways["torch.compile"] = lambda: training(work, True).step
        chosen[work["name"]] = faster(ways, max(20, job["steps"] // 5))
    way, step = chosen[work["name"]]
    return {"seconds": seconds(step, job["steps"]), "way": way}


hello()
for line in sys.stdin:
    print(json.dumps(steps(json.loads(line))), flush=True)
