"""Writes graph_network_sum.json and graph_network_mean.json: small graph isomorphism networks in PyTorch.

    python3 graph_networks.py

Float64 for one forward and backward pass, float32 for a loss curve of Adam from the same parameters; both start
from numbers that a float32 holds. Graphs are directed, with loops, repeated edges and lone nodes.
"""

import json
import math
import pathlib

import torch
from torch.nn import functional

FEATURES, CHANNELS, CLASSES, RATES, WEIGHT_SCALE, OBSERVATIONS = 5, 4, 3, [0.35, 0.8], 2.0, 100


def graphs(generator, count):
    """Graphs of 1 … 6 nodes: features, the neighbors of each node, and a class."""
    result = []
    for index in range(count):
        nodes = index % 6 + 1
        neighbors = [
            torch.randint(nodes, (int(torch.randint(4, (1,), generator=generator)),), generator=generator).tolist()
            for _ in range(nodes)]
        features = torch.randn(nodes, FEATURES, generator=generator).float().tolist()
        result.append({"features": features, "neighbors": neighbors, "label": index % CLASSES})
    return result


def parameters(generator, widths):
    """In the order of the network's blocks."""
    def normal(*shape, scale=0.7):
        return (scale * torch.randn(*shape, generator=generator)).float()
    result, inputs = [], FEATURES
    for width in widths:
        result += [normal(inputs, width), normal(1, width), normal(width, CHANNELS), normal(1, CHANNELS)]
        result += [1 + normal(1, CHANNELS, scale=0.2), normal(1, CHANNELS, scale=0.2)]
        inputs = CHANNELS
    return result + [normal(FEATURES + len(widths) * CHANNELS, CLASSES), normal(1, CLASSES)]


def importances(rate, width):
    n = torch.arange(width, dtype=rate.dtype)
    return torch.exp(-rate * n) * torch.expm1(-rate) / torch.expm1(-rate * width)


class Network:
    def __init__(self, values, rates, pooling, dtype):
        self.parameters = [v.to(dtype).clone().requires_grad_() for v in values]
        self.raw = [torch.tensor(r + math.log(-math.expm1(-r)), dtype=dtype, requires_grad=True) for r in rates]
        self.running = [(torch.zeros(CHANNELS, dtype=dtype), torch.ones(CHANNELS, dtype=dtype)) for _ in rates]
        self.pooling, self.dtype = pooling, dtype

    def forward(self, batch, training):
        x = torch.tensor([row for g in batch for row in g["features"]], dtype=self.dtype)
        sizes = torch.tensor([len(g["features"]) for g in batch])
        adjacency = torch.zeros(len(x), len(x), dtype=self.dtype)
        first = 0
        for g in batch:
            for node, neighbors in enumerate(g["neighbors"]):
                for other in neighbors:
                    adjacency[first + node, first + other] += 1
            first += len(g["features"])
        graph_of = torch.repeat_interleave(torch.arange(len(batch)), sizes)

        def pooled(h):
            total = torch.zeros(len(batch), h.shape[1], dtype=self.dtype).index_add(0, graph_of, h)
            return total / sizes[:, None] if self.pooling == "mean" else total

        h, parts, self.rates = x, [pooled(x)], []
        for layer, raw in enumerate(self.raw):
            w, b, u, c, scale, shift = self.parameters[6 * layer : 6 * layer + 6]
            rate = functional.softplus(raw)
            if rate.requires_grad:
                rate.retain_grad()
            self.rates.append(rate)
            hidden = functional.relu6((h + adjacency @ h) @ w + b) * importances(rate, w.shape[1])
            h = torch.relu(functional.batch_norm(
                hidden @ u + c, *self.running[layer], scale[0], shift[0], training=training))
            parts.append(pooled(h))
        return torch.cat(parts, 1) @ self.parameters[-2] + self.parameters[-1]

    def loss(self, batch):
        return functional.cross_entropy(self.forward(batch, True), torch.tensor([g["label"] for g in batch]))


def case(pooling, seed):
    generator = torch.Generator().manual_seed(seed)
    widths = [math.ceil(-math.log1p(-0.9) / rate) for rate in RATES]
    data, values = graphs(generator, 18), parameters(generator, widths)
    batches = [list(range(start, start + 6)) for start in (0, 6, 12)]

    exact = Network(values, RATES, pooling, torch.float64)
    output = exact.forward(data, True)
    loss = functional.cross_entropy(output, torch.tensor([g["label"] for g in data]))
    loss.backward()

    trained = Network(values, RATES, pooling, torch.float32)
    optimizer = torch.optim.Adam(
        [{"params": trained.parameters, "weight_decay": 1 / (WEIGHT_SCALE**2 * OBSERVATIONS)},
         {"params": trained.raw}], lr=0.01)
    losses = []
    for step in range(60):
        optimizer.zero_grad()
        value = trained.loss([data[i] for i in batches[step % 3]])
        value.backward()
        optimizer.step()
        losses.append(value.item())
    with torch.no_grad():
        predicted = trained.forward(data, False)
    return {
        "pooling": pooling, "channels": CHANNELS, "rates": RATES, "widths": widths, "weight_scale": WEIGHT_SCALE,
        "observations": OBSERVATIONS, "graphs": data, "parameters": [v.tolist() for v in values],
        "output": output.tolist(), "loss": loss.item(),
        "gradients": [p.grad.tolist() for p in exact.parameters],
        "rate_gradients": [r.grad.item() for r in exact.rates],
        "running": [[m.tolist() for m in pair] for pair in exact.running],
        "learning_rate": 0.01, "batches": batches, "losses": losses, "predicted": predicted.tolist(),
    }


for pooling, seed in (("sum", 1), ("mean", 2)):
    path = pathlib.Path(__file__).with_name(f"graph_network_{pooling}.json")
    path.write_text(json.dumps(case(pooling, seed)) + "\n")
