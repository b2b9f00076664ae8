"""Whether onnx finds the model valid and onnxruntime computes with it what is expected.

usage: check_onnx.py FOLDER, which holds model.onnx and case.json: inputs and expected outputs, row by row.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

TOLERANCE = 1e-5


def tensor(entry):
    if entry["type"] == "string":
        return numpy.array(entry["texts"], dtype=object).reshape(entry["shape"])
    values = [float("nan") if value is None else value for value in entry["numbers"]]
    return numpy.array(values, dtype=entry["type"]).reshape(entry["shape"])


def check(name, found, expected):
    """Where NaN is expected, anything may be found: it stands behind the end of a text."""
    wanted = tensor(expected)
    assert found.shape == wanted.shape, f"{name}: {found.shape} for {wanted.shape}"
    if found.dtype == object:
        assert found.tolist() == wanted.tolist(), f"{name}: {found.tolist()} for {wanted.tolist()}"
        return
    assert numpy.isfinite(found).all(), f"{name}: {found}"
    found = numpy.where(numpy.isnan(wanted), wanted, found)
    numpy.testing.assert_allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)


def main(folder):
    case = json.loads((folder / "case.json").read_text())
    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    inputs = {entry["name"]: tensor(entry) for entry in case["inputs"]}
    assert [value.name for value in session.get_inputs()] == list(inputs)
    assert [value.name for value in session.get_outputs()] == [entry["name"] for entry in case["outputs"]]
    outputs = session.run(None, inputs)
    for found, expected in zip(outputs, case["outputs"]):
        check(expected["name"], found, expected)
    if not case["isByRow"]:
        return
    first = session.run(None, {name: value[:1] for name, value in inputs.items()})
    for alone, among in zip(first, outputs):
        assert alone.shape[0] == 1
        if alone.dtype == object:
            assert alone[0] == among[0]
        else:
            numpy.testing.assert_allclose(alone[0], among[0], rtol=TOLERANCE, atol=TOLERANCE)


main(pathlib.Path(sys.argv[1]))
