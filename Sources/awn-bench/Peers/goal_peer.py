"""Training to a held-out accuracy in PyTorch, for `awn-bench time-to-accuracy`: one JSON job in, one JSON answer out.

Best settings: one thread, torch.compile where it is faster here (its compilation is not counted), fused Adam,
subnormals flushed, channels last for images, sums over neighbors in the faster of two ways, images moved and mirrored
as whole minibatches, the weight prior as the optimizer's own weight decay.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional

torch.set_num_threads(1)


class TableRows:
    """Rows of features, [rows, columns]."""

    ways = ("eager", "torch.compile")

    def __init__(self, rows):
        self.x = torch.from_file(rows["features"], size=rows["count"] * rows["columns"]).reshape(rows["count"], -1)
        self.y = torch.tensor(rows["labels"]).long()

    def network(self, job):
        return Hidden(self.x.shape[1], job["widths"][0], job["classes"])

    def batch(self, chosen, way):
        return self.x[chosen], self.y[chosen]


class ImageRows(TableRows):
    """Images whose training minibatches are moved by up to four pixels and mirrored."""

    reach = 4

    def __init__(self, rows):
        super().__init__(rows)
        images = self.x.reshape(-1, 32, 32, 3).permute(0, 3, 1, 2)
        self.padded = functional.pad(images, (self.reach,) * 4)
        self.x = images.contiguous(memory_format=torch.channels_last)

    def network(self, job):
        return ResNet20(job["classes"], job["widths"][0]).to(memory_format=torch.channels_last)

    def batch(self, chosen, way):
        count = len(chosen)
        down, right = torch.randint(2 * self.reach + 1, (2, count, 1))
        pixels = torch.arange(32).expand(count, 32)
        mirrored = torch.randint(2, (count, 1)).bool()
        rows, columns = pixels + down, torch.where(mirrored, 31 - pixels, pixels) + right
        x = self.padded.permute(0, 2, 3, 1)[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]
        return x.permute(0, 3, 1, 2), self.y[chosen]


class GraphSet:
    """Graphs, packed in every step."""

    ways = ("index_add", "sparse products")

    def __init__(self, rows):
        rows = rows["graphs"]
        self.graphs = [Graph(rows, number) for number in range(len(rows["labels"]))]
        self.y = torch.tensor(rows["labels"]).long()

    def network(self, job):
        features = self.graphs[0].x.shape[1]
        return GIN(features, job["channels"], len(job["widths"]), job["widths"][0], job["classes"])

    def batch(self, chosen, way):
        batch = pack([self.graphs[number] for number in chosen.tolist()], way == "sparse products")
        return batch, batch["labels"]


kinds = {"table": TableRows, "images": ImageRows, "graphs": GraphSet}


@torch.no_grad()
def initialize(model, bias_scale):
    """He's variances, as ours: 2 over the inputs of an output; biases 0 but for those of the first hidden layer."""
    for module in model.modules():
        if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)):
            torch.nn.init.normal_(module.weight, std=math.sqrt(2 / module.weight[0].numel()))
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif hasattr(module, "reset_running_stats"):
            module.reset_parameters()
    first = next(module for module in model.modules() if isinstance(module, Hidden))
    if bias_scale > 0:
        torch.nn.init.normal_(first.hidden.bias, std=bias_scale)


class Training:
    """A network, its optimizer and a walk over the rows in random order."""

    def __init__(self, job, rows, way):
        self.job, self.rows, self.way = job, rows, way
        self.model = rows.network(job)
        self.loss = torch.compile(self.data_loss) if way == "torch.compile" else self.data_loss
        self.start()

    def start(self):
        """Begins from the initial weights."""
        torch.manual_seed(self.job["seed"])
        initialize(self.model, self.job["bias_scale"])
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=self.job["learning_rate"], weight_decay=self.job["decay"], fused=True)
        self.batches = math.ceil(len(self.rows.y) / self.job["batch_size"])
        self.done = 0

    def data_loss(self, x, y):
        return functional.cross_entropy(self.model(x), y)

    def step(self):
        place = self.done % self.batches * self.job["batch_size"]
        if place == 0:
            self.order = torch.randperm(len(self.rows.y))
        progress = self.done / (self.batches * self.job["epochs"])
        warmup = min(1, (self.done + 1) / max(1, self.job["warmup"]))
        factor = warmup * (0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2)
        for group in self.optimizer.param_groups:
            group["lr"] = self.job["learning_rate"] * factor
        loss = self.loss(*self.rows.batch(self.order[place : place + self.job["batch_size"]], self.way))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return loss.item()


@torch.no_grad()
def accuracy(model, rows, way):
    model.eval()
    hits = 0
    for chosen in torch.arange(len(rows.y)).split(256):
        x = rows.x[chosen] if hasattr(rows, "x") else rows.batch(chosen, way)[0]
        hits += (model(x).argmax(1) == rows.y[chosen]).sum().item()
    model.train()
    return hits / len(rows.y)


hello()
for line in sys.stdin:
    job = json.loads(line)
    rows, held = (kinds[job["kind"]](job[part]) for part in ("training", "held"))
    makers = {way: lambda way=way: Training(job, rows, way).step for way in rows.ways}
    way, _ = faster(makers, job["trial_steps"])
    training = Training(job, rows, way)
    for _ in range(5):
        training.step()
    training.start()
    passed, best, reached = 0.0, 0.0, False
    for _ in range(job["epochs"]):
        passed += seconds(training.step, training.batches)
        best = max(best, accuracy(training.model, held, way))
        reached = best >= job["goal"]
        if reached:
            break
    print(json.dumps({"seconds": passed, "best": best, "reached": reached, "way": way}), flush=True)
