"""The Transformer of `awn-bench translation` in PyTorch: one JSON job a line in, one JSON answer a line out.

Best settings on a processor: sentences of like length in a minibatch, so that little is padding; the fused
scaled_dot_product_attention, without a mask where the causal order makes one needless; the output layer on words
alone; fused Adam, gradients set to none, the loss read once a step.
"""

import json
import math
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional

BEGIN, END = 0, 1


def positions(length, size):
    """sin and cos of place / 10000^(2i/size), side by side."""
    place = torch.arange(length, dtype=torch.float64)[:, None]
    angle = place * 10000.0 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    return torch.stack((angle.sin(), angle.cos()), 2).reshape(length, size)


class Attention(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.norm, self.heads = nn.LayerNorm(size), heads
        self.out = nn.Linear(size, size)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def attend(self, q, k, v, mask, causal):
        y = functional.scaled_dot_product_attention(
            self.split(q), self.split(k), self.split(v), attn_mask=mask, is_causal=causal)
        return self.out(y.transpose(1, 2).flatten(2))


class SelfAttention(Attention):
    def __init__(self, size, heads):
        super().__init__(size, heads)
        self.qkv = nn.Linear(size, 3 * size)

    def forward(self, x, mask, causal):
        return x + self.attend(*self.qkv(self.norm(x)).chunk(3, -1), mask, causal)


class CrossAttention(Attention):
    def __init__(self, size, heads):
        super().__init__(size, heads)
        self.q, self.kv = nn.Linear(size, size), nn.Linear(size, 2 * size)

    def forward(self, x, memory, mask):
        return x + self.attend(self.q(self.norm(x)), *self.kv(memory).chunk(2, -1), mask, False)


class FeedForward(nn.Module):
    def __init__(self, size, width):
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.hidden, self.out = nn.Linear(size, width), nn.Linear(width, size)
        # Of the neurons of an adaptive layer; an ordinary one has none.
        self.importances = None

    def forward(self, x):
        h = functional.relu6(self.hidden(self.norm(x)))
        return x + self.out(h if self.importances is None else h * self.importances)


class Transformer(nn.Module):
    def __init__(self, vocabulary, size, heads, blocks, width, longest=300):
        super().__init__()
        self.size, self.heads = size, heads
        self.source, self.target = nn.Embedding(vocabulary, size), nn.Embedding(vocabulary, size)
        self.register_buffer("positions", positions(longest, size).to(torch.get_default_dtype()))
        self.encoder = nn.ModuleList(
            [layer for _ in range(blocks) for layer in (SelfAttention(size, heads), FeedForward(size, width))])
        self.encoder_norm = nn.LayerNorm(size)
        self.decoder = nn.ModuleList(
            [layer for _ in range(blocks)
             for layer in (SelfAttention(size, heads), CrossAttention(size, heads), FeedForward(size, width))])
        self.decoder_norm = nn.LayerNorm(size)
        self.output = nn.Linear(size, vocabulary)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                gain = 2 if isinstance(module, nn.Linear) and width in module.weight.shape else 1
                nn.init.normal_(module.weight, std=math.sqrt(gain / module.in_features))
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=size**-0.5)

    def embed(self, table, tokens):
        return table(tokens) * math.sqrt(self.size) + self.positions[: tokens.shape[1]]

    def encode(self, source, mask):
        x = self.embed(self.source, source)
        for layer in self.encoder:
            x = layer(x, mask, False) if isinstance(layer, SelfAttention) else layer(x)
        return self.encoder_norm(x)

    def decode(self, memory, mask, target):
        y = self.embed(self.target, target)
        for layer in self.decoder:
            if isinstance(layer, SelfAttention):
                y = layer(y, None, True)
            elif isinstance(layer, CrossAttention):
                y = layer(y, memory, mask)
            else:
                y = layer(y)
        return self.decoder_norm(y)

    def forward(self, batch):
        source, mask, target, places = batch
        y = self.decode(self.encode(source, mask), mask, target)
        return self.output(y.flatten(0, 1)[places])


def padded(sentences):
    longest = max(map(len, sentences))
    return torch.tensor([sentence + [END] * (longest - len(sentence)) for sentence in sentences])


def collate(pairs):
    """Source tokens, which of them are words, decoder inputs, where they have a next token, and those tokens."""
    source, target = zip(*pairs)
    lengths = torch.tensor([len(sentence) for sentence in source])
    x = padded(source)
    mask = (torch.arange(x.shape[1]) < lengths[:, None])[:, None, None, :]
    y = padded([sentence[:-1] for sentence in target])
    places = torch.cat([torch.arange(len(t) - 1) + row * y.shape[1] for row, t in enumerate(target)])
    labels = torch.tensor([token for sentence in target for token in sentence[1:]])
    return (x, None if bool(mask.all()) else mask, y, places), labels


def batches(pairs, size, bucketed=True):
    """Minibatches in random order: of pairs of like length, or of any."""
    order = list(range(len(pairs)))
    random.shuffle(order)
    if bucketed:
        order.sort(key=lambda i: (len(pairs[i][0]), len(pairs[i][1])))
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    random.shuffle(chunks)
    return [collate([pairs[i] for i in chunk]) for chunk in chunks]


def unpack(rows):
    """Pairs of [sentence + end] and [begin + sentence + end] from packed tokens and offsets."""
    def sentences(tokens, offsets):
        return [tokens[a:b] for a, b in zip(offsets, offsets[1:])]

    return list(zip(sentences(rows["tokens"], rows["offsets"]), sentences(rows["targets"], rows["target_offsets"])))


class Training:
    def __init__(self, work, compiled=False):
        torch.set_num_threads(1)
        torch.manual_seed(0)
        random.seed(0)
        self.work = work
        self.model = Transformer(work["vocabulary"], work["size"], work["heads"], work["blocks"], work["width"])
        decay = 1 / (work["weight_scale"] ** 2 * work["observations"])
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=work["learning_rate"], weight_decay=decay, fused=True)
        self.forward = torch.compile(self.loss, dynamic=True) if compiled else self.loss
        self.count = 0

    def loss(self, batch, labels):
        return functional.cross_entropy(self.model(batch), labels, label_smoothing=self.work["smoothing"])

    def step(self, batch, labels):
        self.count += 1
        for group in self.optimizer.param_groups:
            group["lr"] = self.work["learning_rate"] * min(1, self.count / max(1, self.work["warmup"]))
        loss = self.forward(batch, labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.no_grad()
    def evaluate(self, data):
        total, correct, count = 0.0, 0, 0
        for batch, labels in data:
            logits = self.model(batch)
            total += functional.cross_entropy(logits, labels, reduction="sum").item()
            correct += (logits.argmax(1) == labels).sum().item()
            count += len(labels)
        return {"loss": total / count, "accuracy": correct / count}


def speed(job):
    """Seconds of processor time of so many steps, and the tokens they had, in the source and in the decoder."""
    training = state.get("speed")
    if training is None or job["fresh"]:
        training = state["speed"] = Training(job["work"], job["compiled"])
        state["batches"] = batches(unpack(job["rows"]), job["work"]["batch"])
        for batch, labels in state["batches"][:10]:
            training.step(batch, labels)
    chosen = [state["batches"][i % len(state["batches"])] for i in range(job["steps"])]
    start = time.process_time()
    for batch, labels in chosen:
        training.step(batch, labels)
    seconds = time.process_time() - start
    sources = sum(int(b[1].sum()) if b[1] is not None else b[0].numel() for b, _ in chosen)
    return {"seconds": seconds, "tokens": sources + sum(len(labels) for _, labels in chosen)}


def learn(job):
    """So many epochs; held-out loss and accuracy after each, and the seconds of training alone."""
    training = Training(job["work"])
    pairs, held = unpack(job["rows"]), batches(unpack(job["held"]), 64)
    results, seconds = [], 0.0
    for _ in range(job["epochs"]):
        start = time.process_time()
        for batch, labels in batches(pairs, job["work"]["batch"], job["bucketed"]):
            training.step(batch, labels)
        seconds += time.process_time() - start
        results.append(training.evaluate(held) | {"seconds": seconds})
    return {"epochs": results}


state = {}

if __name__ == "__main__":
    hello()
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps({"speed": speed, "learn": learn}[job["kind"]](job)), flush=True)
