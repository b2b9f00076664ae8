"""How fast a folder of images is read.

usage: measure_images.py AWN_TUI [IMAGES]      needs Pillow and numpy; IMAGES: 2000 by default

Writes a folder of PNG and JPEG files of 24 to 640 pixels a side in four classes, of which three are damaged (cut short,
no image at all, an altered header), and times `awn-tui data FOLDER`, the fastest of three runs, with the time that the
processor spent on it.
"""

import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image

program = str(pathlib.Path(sys.argv[1]).resolve())
count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
random = numpy.random.default_rng(0)

with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    pixels, size = 0, 0
    for index in range(count):
        width, height = (int(x) for x in random.integers(24, 641, 2))
        # Smooth, as photographs are: a few waves and a little noise.
        y, x = numpy.mgrid[:height, :width] / 100
        waves = [numpy.sin(random.normal() * x * 3 + random.normal() * y * 3) for _ in range(3)]
        image = 127 + 90 * numpy.stack(waves, axis=2) + random.normal(0, 4, (height, width, 3))
        kind = ("cat", "dog", "fish", "bird")[index % 4]
        (root / kind).mkdir(exist_ok=True)
        path = root / kind / f"{index:05}.{'png' if index % 2 else 'jpg'}"
        Image.fromarray(image.clip(0, 255).astype("uint8")).save(path)
        pixels += width * height
    for index, path in enumerate(sorted(root.glob("*/*"))[:: count // 3][:3]):
        bytes_ = path.read_bytes()
        path.write_bytes([bytes_[: len(bytes_) // 3], b"no image", b"\x00" * 8 + bytes_[8:]][index])
    size = sum(path.stat().st_size for path in root.glob("*/*"))
    best, work = float("inf"), float("inf")
    for _ in range(3):
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([program, "data", folder, "--json"], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, time.monotonic() - start)
        work = min(work, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    report = json.loads(done.stdout)
    print(f"{count} images, {pixels / 1e6:.0f} megapixels, {size / 1e6:.0f} MB: {best:.2f} s, {count / best:.0f} images/s "
          f"({work:.2f} s of processor time, {count / work:.0f} images/s)")
    print(f"rows: {report['rows']}")
    for note in report["notes"]:
        print(f"note: {note}")
