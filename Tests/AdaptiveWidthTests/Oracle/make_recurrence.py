"""Writes recurrence.json: the recurrent network of METHOD's cell in PyTorch, sequence by sequence and step by step.

Cases in float64 (loss and gradients, full and cut after some steps), and a curve of losses of a run in float32.
Run it in this folder: python3 make_recurrence.py
"""

import json
import math

import torch
from torch.nn import functional

FEATURES, STATE, CLASSES = 3, 4, 3
QUANTILE = 0.9


def width_of(rate):
    return max(1, math.ceil(-math.log1p(-QUANTILE) / rate))


class Perceptron(torch.nn.Module):
    def __init__(self, inputs, rate, outputs):
        super().__init__()
        self.width = width_of(rate)
        self.raw = torch.nn.Parameter(torch.tensor(rate + math.log(-math.expm1(-rate))))
        self.first = torch.nn.Parameter(torch.randn(inputs, self.width))
        self.first_bias = torch.nn.Parameter(0.3 * torch.randn(self.width))
        self.second = torch.nn.Parameter(torch.randn(self.width, outputs))
        self.second_bias = torch.nn.Parameter(0.3 * torch.randn(outputs))

    @property
    def rate(self):
        return functional.softplus(self.raw)

    def importances(self):
        n = torch.arange(self.width, dtype=self.raw.dtype)
        return (torch.exp(-self.rate * n) - torch.exp(-self.rate * (n + 1))) / -torch.expm1(-self.rate * self.width)

    def forward(self, x):
        return functional.relu6(x @ self.first + self.first_bias) * self.importances() @ self.second + self.second_bias

    def parameters_in_order(self):
        return [self.first, self.first_bias, self.second, self.second_bias]


class Network(torch.nn.Module):
    def __init__(self, rates):
        super().__init__()
        self.input = Perceptron(FEATURES, rates[0], STATE)
        self.state = Perceptron(STATE, rates[1], STATE)
        self.weights = torch.nn.Parameter(torch.randn(STATE, CLASSES))
        self.bias = torch.nn.Parameter(torch.randn(CLASSES))

    def logits(self, sequence, reach):
        h = torch.zeros(STATE, dtype=sequence.dtype)
        for t, x in enumerate(sequence):
            if reach and t == len(sequence) - reach:
                h = h.detach()
            h = torch.tanh(self.input(x) + self.state(h))
        return h @ self.weights + self.bias

    def loss(self, sequences, labels, reach=0):
        logits = torch.stack([self.logits(sequence, reach) for sequence in sequences])
        return logits, functional.cross_entropy(logits, torch.tensor(labels))

    def tensors(self):
        return self.input.parameters_in_order() + self.state.parameters_in_order() + [self.weights, self.bias]

    def raws(self):
        return [self.input.raw, self.state.raw]


def rows(tensor):
    return (tensor if tensor.dim() == 2 else tensor[None]).tolist()


def draw(lengths):
    sequences = [torch.randn(length, FEATURES) for length in lengths]
    return sequences, torch.randint(CLASSES, (len(lengths),)).tolist()


def description(network, sequences, labels):
    return {
        "rates": [perceptron.rate.item() for perceptron in (network.input, network.state)],
        "sequences": [sequence.tolist() for sequence in sequences],
        "labels": labels,
        "parameters": [rows(tensor) for tensor in network.tensors()],
    }


def case(name, lengths, reach):
    network = Network([0.5, 0.35])
    sequences, labels = draw(lengths)
    result = {"name": name, "reach": reach, **description(network, sequences, labels)}
    logits, loss = network.loss(sequences, labels, reach)
    # With respect to the rates themselves, not to what they are the softplus of.
    loss.backward()
    result["logits"] = logits.tolist()
    result["loss"] = loss.item()
    result["gradients"] = [rows(tensor.grad) for tensor in network.tensors()]
    result["rate_gradients"] = [raw.grad.item() / torch.sigmoid(raw).item() for raw in network.raws()]
    return result


def curve(steps=60, learning_rate=0.01, weight_scale=3.0):
    network = Network([0.2, 0.15])
    sequences, labels = draw([6, 3, 9, 1, 6, 4, 8, 2])
    result = {"learning_rate": learning_rate, "weight_scale": weight_scale, **description(network, sequences, labels)}
    # Rates move, widths do not: no neuron has to be drawn.
    decay = 1 / (weight_scale**2 * len(sequences))
    optimizer = torch.optim.Adam(
        [{"params": network.tensors(), "weight_decay": decay}, {"params": network.raws()}], lr=learning_rate)
    losses = []
    for _ in range(steps):
        loss = network.loss(sequences, labels)[1]
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {**result, "losses": losses}


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    cases = [case("equal lengths", [5, 5, 5], 0), case("unequal lengths", [5, 2, 7, 1, 5], 0)]
    cases += [case("cut, equal lengths", [6, 6], 2), case("cut, unequal lengths", [5, 2, 7, 1, 5], 3)]
    torch.set_default_dtype(torch.float32)
    with open("recurrence.json", "w") as file:
        json.dump({"cases": cases, "curve": curve()}, file)
