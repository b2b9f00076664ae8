"""Whether a safetensors file's tensors and metadata alone, block by block, give what the network gives.

usage: check_blocks.py FOLDER, which holds model.safetensors and case.json: inputs and expected outputs.
"""

import json
import pathlib
import sys

import numpy
import safetensors

TOLERANCE = 1e-5
FUNCTIONS = {
    "identity": lambda x: x,
    "relu6": lambda x: numpy.clip(x, 0, 6),
    "tanh": numpy.tanh,
    "relu": lambda x: numpy.maximum(x, 0),
    "leaky_relu": lambda x: numpy.where(x < 0, 0.01 * x, x),
}


def softmax(x):
    weights = numpy.exp(x - x.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def normalise(block, own, x):
    x = (x - own["running_mean"]) / numpy.sqrt(own["running_var"] + block["epsilon"])
    return x * own["weight"] + own["bias"]


def picture(x, image):
    return x.reshape(image["height"], image["width"], image["channels"])


def convolution(block, own, _, x, y=None):
    size, padding, step = block["kernel"], block["padding"], block["stride"]
    image = numpy.pad(picture(x, block["image"]), ((padding, padding), (padding, padding), (0, 0)))
    patches = numpy.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(0, 1))[::step, ::step]
    result = numpy.einsum("hwcij,ocij->hwo", patches, own["convolution.weight"])
    result = normalise(
        block, {name.removeprefix("normalisation."): value for name, value in own.items()}, result)
    if y is not None:
        y = picture(y, block["shortcut"])
        step = (y.shape[0] - 1) // result.shape[0] + 1
        before = (result.shape[2] - y.shape[2]) // 2
        targets = block.get("shortcut_targets") or range(before, before + y.shape[2])
        for channel, target in enumerate(targets):
            if target >= 0:
                result[:, :, target] += y[::step, ::step, channel]
    return FUNCTIONS[block.get("function", "relu")](result).reshape(1, -1)


def dense_normalisation(block, own, _, x):
    inner = {
        name.removeprefix("normalisation."): value for name, value in own.items() if name != "weight"}
    return FUNCTIONS[block["function"]](normalise(block, inner, x @ own["weight"].T))


def max_pool(block, own, _, x):
    image = picture(x, block["image"])
    height, width = image.shape[0] // 2, image.shape[1] // 2
    cells = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1)
    return cells.max(axis=(1, 3)).reshape(1, -1)


def recurrence(block, own, _, x):
    state = numpy.zeros(block["outputs"])
    for step in x:
        hidden = FUNCTIONS[block["function"]](own["hidden.weight"] @ state + own["hidden.bias"])
        state = numpy.tanh(step + own["output.weight"] @ hidden + own["output.bias"])
    return state[None]


def neighbour_sum(block, own, about, x):
    result = x.copy()
    for node, neighbor in about["edges"]:
        result[node] += x[neighbor]
    return result


def batch_norm(block, own, _, x):
    x = normalise(block, own, x)
    return numpy.maximum(x, 0) if block["rectified"] else x


def layer_norm(block, own, _, x):
    x = (x - x.mean(axis=1, keepdims=True)) / numpy.sqrt(x.var(axis=1, keepdims=True) + block["epsilon"])
    return x * own["weight"] + own["bias"]


def embedding(block, own, about, _):
    tokens, columns = about[block["side"]], block["outputs"]
    column = numpy.arange(columns)
    angles = numpy.arange(len(tokens))[:, None] / 10000 ** (column // 2 * 2 / columns)
    return numpy.sqrt(columns) * own["weight"][tokens] + numpy.where(
        column % 2 == 0, numpy.sin(angles), numpy.cos(angles))


def attention(block, own, _, x, y=None, z=None):
    columns = block["outputs"]
    if z is not None:
        query, key, value = x, y, z
    elif y is None:
        query, key, value = numpy.split(x, 3, axis=1)
    elif block["attention"] == "cross":
        query, key, value = x, y[:, :columns], y[:, columns:]
    else:
        (query, key), value = numpy.split(x, 2, axis=1), y
    return attend(block, query, key, value, numpy.sqrt(query.shape[1] // block["heads"]))


def query_key_attention(block, own, _, x, y, value):
    query, key = x @ own["query.weight"].T + own["query.bias"], y @ own["key.weight"].T
    return attend(block, query, key, value, block["temperature"])


def attend(block, query, key, value, temperature):
    results = []
    for q, k, v in zip(*(numpy.split(part, block["heads"], axis=1) for part in (query, key, value))):
        products = q @ k.T / temperature
        if block["attention"] == "causal":
            products[numpy.triu_indices(len(products), 1)] = -numpy.inf
        results.append(softmax(products) @ v)
    return numpy.concatenate(results, axis=1)


KINDS = {
    "dense": lambda block, own, _, x: FUNCTIONS[block["function"]](x @ own["weight"].T + own["bias"]),
    "convolution": convolution,
    "dense_normalisation": dense_normalisation,
    "max_pool": max_pool,
    "average_pool": lambda block, own, _, x: x.reshape(-1, block["outputs"]).mean(axis=0, keepdims=True),
    "recurrence": recurrence,
    "neighbour_sum": neighbour_sum,
    "segment_pool": lambda block, own, _, x: getattr(numpy, block["pooling"])(x, axis=0, keepdims=True),
    "concatenation": lambda block, own, _, *all: numpy.concatenate(all, axis=1),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "embedding": embedding,
    "attention": attention,
    "query_key_attention": query_key_attention,
    "addition": lambda block, own, _, x, y: x + y,
}


def output(blocks, tensors, about):
    values = []
    for index, block in enumerate(blocks):
        prefix = f"blocks.{index}."
        own = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        read = [about["rows"] if source == -1 else values[source] for source in block["sources"]]
        values.append(KINDS[block["kind"]](block, own, about, *read))
        assert values[-1].shape[1] == block["outputs"]
    return values[-1]


def observations(inputs, metadata):
    """Each with its own rows, edges or tokens, none of which are padded."""
    means, scales = (numpy.array(json.loads(metadata[f"feature_{key}"])) for key in ("means", "scales"))
    if "pixels" in inputs:
        order = json.loads(metadata.get("pixel_order", "null"))
        for image in inputs["pixels"] / 255:
            rows = image[None] if order is None else image[order][:, None]
            yield {"rows": (rows - means) / scales}
    elif "steps" in inputs:
        for steps, length in zip(inputs["steps"], inputs["lengths"]):
            yield {"rows": numpy.nan_to_num((steps[:length] - means) / scales)}
    elif "nodes" in inputs:
        nodes = (inputs["nodes"] - means) / scales
        for graph in range(inputs["graph"].max() + 1):
            own = numpy.flatnonzero(inputs["graph"] == graph)
            edges = inputs["edges"].T[numpy.isin(inputs["edges"][0], own)] - own[0]
            yield {"rows": nodes[own], "edges": edges}
    else:
        targets = inputs.get("target", [None] * len(inputs["tokens"]))
        for tokens, length, target in zip(inputs["tokens"], inputs["lengths"], targets):
            yield {"rows": None, "source": tokens[:length], "target": target}


def main(folder):
    case = json.loads((folder / "case.json").read_text())
    inputs = {}
    for entry in case["inputs"]:
        numbers = [float("nan") if value is None else value for value in entry["numbers"]]
        kind = "int64" if entry["type"] == "int64" else "float64"
        inputs[entry["name"]] = numpy.array(numbers, dtype=kind).reshape(entry["shape"])
    with safetensors.safe_open(folder / "model.safetensors", "numpy") as file:
        metadata = file.metadata()
        tensors = {key: file.get_tensor(key).astype("float64") for key in file.keys()}
    blocks = json.loads(metadata["blocks"])
    found = numpy.array([output(blocks, tensors, about) for about in observations(inputs, metadata)])
    for expected in case["outputs"]:
        if expected["type"] == "string":
            winners = found[:, 0].argmax(axis=1)
            assert [json.loads(metadata["class_names"])[winner] for winner in winners] == expected["texts"]
            continue
        values = [float("nan") if value is None else value for value in expected["numbers"]]
        wanted = numpy.array(values).reshape(expected["shape"])
        if expected["name"] == "logits":
            result = numpy.where(numpy.isnan(wanted), wanted, found)
        elif expected["name"] == "probabilities":
            result = softmax(found[:, 0])
        else:
            result = float(metadata["target_mean"]) + float(metadata["target_scale"]) * found[:, 0]
        numpy.testing.assert_allclose(result, wanted, rtol=TOLERANCE, atol=TOLERANCE, err_msg=expected["name"])


main(pathlib.Path(sys.argv[1]))
