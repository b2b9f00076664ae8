"""A graph isomorphism network in PyTorch and the packing of its minibatches, for the peers of `awn-bench`."""

import torch
from torch.nn import functional


class SparseSum(torch.autograd.Function):
    """x + A x. Graphs are undirected here: A is its own transpose."""

    @staticmethod
    def forward(context, adjacency, x):
        context.adjacency = adjacency
        return x + adjacency @ x

    @staticmethod
    def backward(context, gradient):
        return None, gradient + context.adjacency @ gradient


class GraphLayer(torch.nn.Module):
    """Sum over neighbors, hidden layer, batch normalization, rectifier."""

    def __init__(self, inputs, width, channels, rate):
        super().__init__()
        self.hidden = Hidden(inputs, width, channels, rate)
        self.norm = torch.nn.BatchNorm1d(channels)

    def forward(self, x, batch):
        if "adjacency" in batch:
            x = SparseSum.apply(batch["adjacency"], x)
        else:
            x = x.index_add(0, batch["target"], x.index_select(0, batch["source"]))
        return functional.relu(self.norm(self.hidden(x)))


class GIN(torch.nn.Module):
    """The pooled nodes of all layers are read side by side. rate: of all importances; None: there are none."""

    def __init__(self, features, channels, depth, width, classes, rate=None):
        super().__init__()
        inputs = [features] + [channels] * (depth - 1)
        self.layers = torch.nn.ModuleList(GraphLayer(columns, width, channels, rate) for columns in inputs)
        self.output = torch.nn.Linear(features + depth * channels, classes)

    def forward(self, batch):
        def pooled(h):
            return torch.zeros(batch["graphs"], h.shape[1]).index_add_(0, batch["graph"], h)

        h = batch["x"]
        parts = [pooled(h)]
        for layer in self.layers:
            h = layer(h, batch)
            parts.append(pooled(h))
        return self.output(torch.cat(parts, 1))


class Graph:
    """One graph's tensors, as data loaders keep them.

    rows: features, and of all graphs offsets, starts, neighbors, marks and labels.
    """

    def __init__(self, rows, number):
        first, end = rows["offsets"][number : number + 2]
        starts, neighbors = rows["starts"], rows["neighbors"]
        # -1: a label that no training graph has.
        marks = torch.tensor(rows["marks"][first:end])
        self.x = functional.one_hot(marks.clamp(min=0), rows["features"]) * (marks >= 0).float()[:, None]
        self.source = torch.tensor(neighbors[starts[first] : starts[end]], dtype=torch.long)
        self.degrees = torch.tensor([starts[node + 1] - starts[node] for node in range(first, end)])
        self.target = torch.repeat_interleave(torch.arange(end - first), self.degrees)
        self.label = rows["labels"][number]


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
