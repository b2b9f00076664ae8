"""What every PyTorch peer of `awn-bench` begins with: subnormal numbers count as zero, as in ours, and PyTorch says what
it is. The peer's own script follows in the same program.
"""

import json
import platform
import time

import torch

# Before any other thread of PyTorch exists: they take the setting over from this one.
torch.set_flush_denormal(True)


def hello():
    """The peer's first answer."""
    library = "MKL" if torch.backends.mkl.is_available() else "no MKL"
    about = (
        f"PyTorch {torch.__version__}, Python {platform.python_version()}, "
        f"kernels for {torch.backends.cpu.get_cpu_capability()}, {library}"
    )
    print(json.dumps({"torch": torch.__version__.split("+")[0], "about": about}), flush=True)


def seconds(step, count):
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


def faster(makers, count):
    """The fastest of several ways to train.

    makers: by name, functions that return a step; a way that cannot be built here, as torch.compile without a C++
    compiler, is left out unless it is the first. Each is warmed up, then all take `count` steps in turns, three times.
    Returns the name and the step.
    """
    steps = {}
    for name, make in makers.items():
        try:
            step = make()
            for _ in range(5):
                step()
            steps[name] = step
        except Exception:
            if not steps:
                raise
    if len(steps) == 1:
        return next(iter(steps.items()))
    times = {name: [] for name in steps}
    for _ in range(3):
        for name, step in steps.items():
            times[name].append(seconds(step, count))
    best = min(steps, key=lambda name: min(times[name]))
    return best, steps[best]
