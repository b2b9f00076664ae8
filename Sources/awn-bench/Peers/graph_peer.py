"""A graph isomorphism network in PyTorch, for `awn-bench graphs`: one JSON job a line in, one JSON answer a line out.

Best settings: one thread, fused Adam, gradients set to none, sums over neighbours as sparse CSR products or as
index_add, whichever is faster here. All minibatches are packed before the clock starts.
"""

import json
import math
import sys
import time

import torch
from torch.nn import functional

torch.set_num_threads(1)


class SparseSum(torch.autograd.Function):
    """x + A x. Graphs are undirected here: A is its own transpose."""

    @staticmethod
    def forward(context, adjacency, x):
        context.adjacency = adjacency
        return x + adjacency @ x

    @staticmethod
    def backward(context, gradient):
        return None, gradient + context.adjacency @ gradient


class Layer(torch.nn.Module):
    """Sum over neighbours, dense of learned width, dense, batch normalisation, rectifier."""

    def __init__(self, inputs, width, channels, rate):
        super().__init__()
        self.raw = torch.nn.Parameter(torch.tensor(rate + math.log(-math.expm1(-rate))))
        self.hidden = torch.nn.Linear(inputs, width)
        self.output = torch.nn.Linear(width, channels)
        self.norm = torch.nn.BatchNorm1d(channels)

    def importances(self):
        rate = functional.softplus(self.raw)
        width = self.hidden.out_features
        n = torch.arange(width, dtype=torch.float32)
        return torch.exp(-rate * n) * (torch.expm1(-rate) / torch.expm1(-rate * width))

    def wanted(self):
        return max(1, math.ceil(-math.log1p(-0.9) / functional.softplus(self.raw).item()))

    def forward(self, x, batch, sparse):
        if sparse:
            x = SparseSum.apply(batch["adjacency"], x)
        else:
            x = x.index_add(0, batch["target"], x.index_select(0, batch["source"]))
        x = functional.relu6(self.hidden(x)) * self.importances()
        return functional.relu(self.norm(self.output(x)))


class Network(torch.nn.Module):
    def __init__(self, job):
        super().__init__()
        inputs = [job["features"]] + [job["channels"]] * (job["depth"] - 1)
        self.layers = torch.nn.ModuleList(
            Layer(columns, job["width"], job["channels"], job["rate"]) for columns in inputs)
        self.output = torch.nn.Linear(job["features"] + job["depth"] * job["channels"], job["classes"])

    def forward(self, batch, sparse):
        def pooled(h):
            return torch.zeros(batch["graphs"], h.shape[1]).index_add_(0, batch["graph"], h)

        h = batch["x"]
        parts = [pooled(h)]
        for layer in self.layers:
            h = layer(h, batch, sparse)
            parts.append(pooled(h))
        return self.output(torch.cat(parts, 1))


def pack(job, graphs):
    offsets, starts, neighbours = job["offsets"], job["starts"], job["neighbours"]
    marks, source, target, rows, graph = [], [], [], [0], []
    for number, g in enumerate(graphs):
        first = len(marks)
        for node in range(offsets[g], offsets[g + 1]):
            for other in neighbours[starts[node] : starts[node + 1]]:
                source.append(first + other)
                target.append(len(marks))
            rows.append(len(source))
            marks.append(job["marks"][node])
            graph.append(number)
    x = functional.one_hot(torch.tensor(marks), job["features"]).float()
    source, target = torch.tensor(source), torch.tensor(target)
    adjacency = torch.sparse_csr_tensor(
        torch.tensor(rows), source, torch.ones(len(source)), size=(len(marks), len(marks)))
    return {
        "x": x, "source": source, "target": target, "adjacency": adjacency, "graph": torch.tensor(graph),
        "graphs": len(graphs), "labels": torch.tensor([job["labels"][g] for g in graphs]),
    }


class Training:
    def __init__(self, job):
        torch.manual_seed(0)
        self.network = Network(job)
        raw = [layer.raw for layer in self.network.layers]
        weights = [p for p in self.network.parameters() if all(p is not r for r in raw)]
        self.optimizer = torch.optim.Adam(
            [{"params": weights, "weight_decay": 1e-4}, {"params": raw}], lr=1e-6, fused=True)
        order = torch.randperm(len(job["labels"])).tolist()
        self.batches = [
            pack(job, order[i : i + job["batch"]]) for i in range(0, len(order) - job["batch"] + 1, job["batch"])]
        self.done = 0
        times = {sparse: self.time(10, sparse) for sparse in (True, False) for _ in range(2)}
        self.sparse = times[True] < times[False]

    def step(self, sparse):
        batch = self.batches[self.done % len(self.batches)]
        self.done += 1
        for layer in self.network.layers:
            # The learning rate is so small that no width moves.
            assert layer.wanted() == layer.hidden.out_features
        loss = functional.cross_entropy(self.network(batch, sparse), batch["labels"])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def time(self, steps, sparse):
        start = time.perf_counter()
        for _ in range(steps):
            self.step(sparse)
        return time.perf_counter() - start


print(json.dumps({"torch": torch.__version__.split("+")[0]}), flush=True)
training = Training(json.loads(sys.stdin.readline()))
print(json.dumps({"sparse": training.sparse}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": training.time(json.loads(line)["steps"], training.sparse)}), flush=True)
