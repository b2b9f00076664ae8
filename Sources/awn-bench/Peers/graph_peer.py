"""A graph isomorphism network in PyTorch, for `awn-bench graphs`: one JSON job a line in, one JSON answer a line out.

Best settings: one thread, fused Adam, subnormals flushed, gradients set to none, sums over neighbors as sparse CSR products or as
index_add, whichever is faster here. Minibatches are packed before the clock starts, or in every step as data loaders
do, from tensors of each graph: a shuffled epoch needs that.
"""

import json
import sys
import time

import torch
from torch.nn import functional

torch.set_num_threads(1)


class Training:
    def __init__(self, job):
        torch.manual_seed(0)
        rows = job["graphs"]
        self.network = GIN(
            rows["features"], job["channels"], job["depth"], job["width"], job["classes"], job["rate"])
        raw = [layer.hidden.raw for layer in self.network.layers]
        weights = [p for p in self.network.parameters() if all(p is not r for r in raw)]
        self.optimizer = torch.optim.Adam(
            [{"params": weights, "weight_decay": 1e-4}, {"params": raw}], lr=1e-6, fused=True)
        graphs = [Graph(rows, number) for number in range(len(rows["labels"]))]
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
        loss = functional.cross_entropy(self.network(batch), batch["labels"])
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
