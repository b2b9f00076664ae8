"""Makes transformer.json: small Transformers in PyTorch, float64, on padded minibatches, and a float32 loss curve.

    python3 make_transformer.py PATH_OF_awn-bench/Peers
"""

import json
import math
import random
import sys

import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, sys.argv[1])
from torch_transformer import BEGIN, END, FeedForward, SelfAttention, Transformer, collate

QUANTILE = 0.9


def linear(layer):
    return [layer.weight, layer.bias]


def norm(layer):
    return [layer.weight, layer.bias]


def encoder_parameters(model):
    yield model.source.weight
    for layer in model.encoder:
        yield from norm(layer.norm)
        if isinstance(layer, SelfAttention):
            yield from linear(layer.qkv)
        else:
            yield from linear(layer.hidden)
        yield from linear(layer.out)
    yield from norm(model.encoder_norm)


def parameters(model):
    """In the order of the network's blocks."""
    yield from encoder_parameters(model)
    yield model.target.weight
    for layer in model.decoder:
        yield from norm(layer.norm)
        if isinstance(layer, SelfAttention):
            yield from linear(layer.qkv)
        elif isinstance(layer, FeedForward):
            yield from linear(layer.hidden)
        else:
            yield from linear(layer.q)
            yield from linear(layer.kv)
        yield from linear(layer.out)
    yield from norm(model.decoder_norm)
    yield from linear(model.output)


def randomise(model):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)


def sentences(count, vocabulary, longest):
    return [[random.randrange(2, vocabulary) for _ in range(random.randint(1, longest))] for _ in range(count)]


def pairs(count, vocabulary, longest):
    source, target = sentences(count, vocabulary, longest), sentences(count, vocabulary, longest)
    return [(s + [END], [BEGIN] + t + [END]) for s, t in zip(source, target)]


def adapt(model, rate):
    """Gives every feed-forward block a rate of its own, near `rate`, and the importances it means."""
    rates = []
    for layer in [*model.encoder, *model.decoder]:
        if isinstance(layer, FeedForward):
            width = layer.hidden.out_features
            value = torch.tensor(rate - 0.01 * len(rates), requires_grad=True)
            assert math.ceil(-math.log1p(-QUANTILE) / value.item()) == width
            n = torch.arange(width)
            layer.importances = (torch.exp(-value * n) - torch.exp(-value * (n + 1))) / -torch.expm1(-value * width)
            rates.append(value)
    return rates


def numbers(tensor):
    return [[float(f"{x:.9g}") for x in row] for row in (tensor if tensor.dim() == 2 else tensor[None]).tolist()]


def stored(values, order, model):
    """As the blocks keep them: a layer's weights as [inputs, outputs]."""
    turned = {id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Linear)}
    return [numbers(v.T if id(p) in turned else v) for v, p in zip(values, order)]


def record(loss, order, rates, model):
    values = torch.autograd.grad(loss, order + rates, retain_graph=True, materialize_grads=True)
    return {
        "loss": loss.item(),
        "parameters": stored(order, order, model),
        "gradients": stored(values[: len(order)], order, model),
        "rates": [r.item() for r in rates],
        "rate_gradients": [g.item() for g in values[len(order) :]],
    }


def translation():
    model = Transformer(11, 8, 2, 1, 5, longest=12)
    randomise(model)
    rates = adapt(model, 0.5)
    data = pairs(3, 11, 7)
    batch, labels = collate(data)
    logits = model(batch)
    loss = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    order = list(parameters(model))
    return {"pairs": data, "logits": numbers(logits), "plain_loss": functional.cross_entropy(logits, labels).item()} | record(
        loss, order, rates, model)


def classification():
    model = Transformer(9, 6, 3, 2, 5, longest=12)
    randomise(model)
    rates = adapt(model, 0.5)[:2]
    texts = [s + [END] for s in sentences(4, 9, 6)]
    batch, _ = collate([(t, [BEGIN, END]) for t in texts])
    source, mask = batch[:2]
    memory = model.encode(source, mask)
    head = torch.randn(6, 3, requires_grad=True), torch.randn(3, requires_grad=True)
    means = torch.stack([row[: len(t)].mean(0) for row, t in zip(memory, texts)])
    logits = means @ head[0] + head[1]
    labels = torch.tensor([0, 2, 1, 1])
    order = [*encoder_parameters(model), *head]
    return {"texts": texts, "labels": labels.tolist(), "logits": numbers(logits)} | record(
        functional.cross_entropy(logits, labels), order, rates, model)


def curve():
    model = Transformer(13, 16, 2, 2, 24, longest=12)
    order = list(parameters(model))
    start = stored(order, order, model)
    batches = [pairs(6, 13, 8) for _ in range(8)]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1 / (10**2 * 48))
    losses = []
    for step in range(60):
        optimizer.param_groups[0]["lr"] = 0.01 * min(1, (step + 1) / 20)
        batch, labels = collate(batches[step % len(batches)])
        loss = functional.cross_entropy(model(batch), labels, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"batches": batches, "parameters": start, "losses": losses}


if __name__ == "__main__":
    torch.manual_seed(5)
    random.seed(5)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    result = {"translation": translation(), "classification": classification()}
    torch.set_default_dtype(torch.float32)
    result["curve"] = curve()
    with open("transformer.json", "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
