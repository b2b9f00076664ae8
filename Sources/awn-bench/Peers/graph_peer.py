"""A graph isomorphism network in PyTorch, for `awn-bench graphs`: one JSON job a line in, one JSON answer a line out.

Best settings: one thread, fused Adam, subnormals flushed, gradients set to none, sums over neighbors as sparse CSR products or as
index_add, whichever is faster here. Minibatches are packed before the clock starts, or in every step as data loaders
do, from tensors of each graph: a shuffled epoch needs that.
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
    """Sum over neighbors, dense of learned width, dense, batch normalization, rectifier."""

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


class Graph:
    """One graph's tensors, as data loaders keep them."""

    def __init__(self, job, number):
        first, end = job["offsets"][number : number + 2]
        starts, neighbors = job["starts"], job["neighbors"]
        self.x = functional.one_hot(torch.tensor(job["marks"][first:end]), job["features"]).float()
        self.source = torch.tensor(neighbors[starts[first] : starts[end]])
        self.degrees = torch.tensor([starts[node + 1] - starts[node] for node in range(first, end)])
        self.target = torch.repeat_interleave(torch.arange(end - first), self.degrees)
        self.label = job["labels"][number]


def pack(graphs, sparse):
    sizes = torch.tensor([len(g.x) for g in graphs])
    firsts = (sizes.cumsum(0) - sizes).tolist()
    x = torch.cat([g.x for g in graphs])
    source = torch.cat([g.source + first for g, first in zip(graphs, firsts)])
    batch = {
        "x": x, "graph": torch.repeat_interleave(torch.arange(len(graphs)), sizes), "graphs": len(graphs),
        "labels": torch.tensor([g.label for g in graphs]),
    }
    if sparse:
        rows = functional.pad(torch.cat([g.degrees for g in graphs]).cumsum(0), (1, 0))
        batch["adjacency"] = torch.sparse_csr_tensor(
            rows, source, torch.ones(len(source)), size=(len(x), len(x)), check_invariants=False)
    else:
        batch["source"] = source
        batch["target"] = torch.cat([g.target + first for g, first in zip(graphs, firsts)])
    return batch


class Training:
    def __init__(self, job):
        torch.manual_seed(0)
        self.network = Network(job)
        raw = [layer.raw for layer in self.network.layers]
        weights = [p for p in self.network.parameters() if all(p is not r for r in raw)]
        self.optimizer = torch.optim.Adam(
            [{"params": weights, "weight_decay": 1e-4}, {"params": raw}], lr=1e-6, fused=True)
        graphs = [Graph(job, number) for number in range(len(job["labels"]))]
        order = torch.randperm(len(graphs)).tolist()
        self.chosen = [
            [graphs[g] for g in order[i : i + job["batch"]]]
            for i in range(0, len(order) - job["batch"] + 1, job["batch"])]
        self.packed = {sparse: [pack(chosen, sparse) for chosen in self.chosen] for sparse in (True, False)}
        self.done = 0
        times = {sparse: self.time(10, sparse, False) for _ in range(2) for sparse in (True, False)}
        self.sparse = times[True] < times[False]

    def step(self, sparse, packing):
        number = self.done % len(self.chosen)
        self.done += 1
        batch = pack(self.chosen[number], sparse) if packing else self.packed[sparse][number]
        for layer in self.network.layers:
            # The learning rate is so small that no width moves.
            assert layer.wanted() == layer.hidden.out_features
        loss = functional.cross_entropy(self.network(batch, sparse), batch["labels"])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def time(self, steps, sparse, packing):
        start = time.perf_counter()
        for _ in range(steps):
            self.step(sparse, packing)
        return time.perf_counter() - start


hello()
training = Training(json.loads(sys.stdin.readline()))
print(json.dumps({"sparse": training.sparse}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    print(json.dumps({"seconds": training.time(job["steps"], training.sparse, job["packing"])}), flush=True)
