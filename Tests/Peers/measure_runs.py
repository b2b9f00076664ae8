#!/usr/bin/env python3
"""Measures what is said of runs: the home screen's first frame, dashboards that share a run, and replay.

    python3 Tests/Peers/measure_runs.py .build/release/awn-tui [home attach stopped replay]

Every program has a pseudo-terminal of its own of 120 x 36 cells, whose screen is kept as a terminal would. Nothing else
should run meanwhile. Times are from the start of a program, or from a key, until the screen shows what is waited for.
"""

import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 120, 36
TOKEN = re.compile(
    rb"\x1b\[(\d*);?(\d*)H|\x1b\[[?>]?[\d;]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[()].|\x1b[=>78]|[\x00-\x1f]|[^\x00-\x1f\x1b]+"
)


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, arguments, folder):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.x = self.y = 0
        self.rest = b""
        self.bytes = 0
        self.began = time.perf_counter()
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            state = os.path.join(folder, "state")
            environment = {
                "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": folder,
                "XDG_STATE_HOME": state,
            }
            os.execve(arguments[0], arguments, environment)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, timeout):
        """Takes what comes within so many seconds; false: nothing does, or it is over."""
        if not select.select([self.file], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.file, 1 << 16)
        except OSError:
            return False
        self.bytes += len(data)
        self.feed(self.rest + data)
        return bool(data)

    def feed(self, data):
        end = 0
        for match in TOKEN.finditer(data):
            if match.end() == len(data) and data[match.start() : match.start() + 1] == b"\x1b":
                break
            end = match.end()
            text = match.group()
            if text.endswith(b"H") and text.startswith(b"\x1b["):
                self.y = int(match.group(1) or 1) - 1
                self.x = int(match.group(2) or 1) - 1
            elif text == b"\x1b[2J" or text == b"\x1b[J":
                self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
            elif text[:1] > b"\x1f":
                for character in text.decode("utf-8", "replace"):
                    if self.y < ROWS and self.x < COLUMNS:
                        self.cells[self.y][self.x] = character
                    self.x += 1
        self.rest = data[end:]

    @property
    def text(self):
        return "\n".join("".join(row) for row in self.cells)

    def wait(self, what, limit=60.0):
        """Milliseconds since the start until the screen shows a text."""
        deadline = time.perf_counter() + limit
        while what not in self.text:
            if time.perf_counter() > deadline:
                raise SystemExit(f"“{what}” does not come:\n{self.text}")
            self.read(0.2)
        return (time.perf_counter() - self.began) * 1000

    def press(self, keys):
        os.write(self.file, keys.encode())

    def close(self):
        try:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        except OSError:
            pass
        os.close(self.file)


def train(program, folder, *arguments, wait=True):
    command = [program, "train", *arguments, "--quiet"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if wait:
        process.wait()
    return process


def report(name, values, unit="ms"):
    values = sorted(values)
    print(
        f"{name}: median {statistics.median(values):.1f} {unit}, largest {values[-1]:.1f} {unit} of {len(values)}",
        flush=True)


def home(program):
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for _ in range(10):
            terminal = Terminal([program, "launch"], folder)
            times.append(terminal.wait("awn-tui"))
            terminal.close()
        report("home, empty folder: first frame", times)
        train(program, folder, "spiral", "--epochs", "200", "--output", "runs/first")
        for index in range(27):
            shutil.copytree(f"{folder}/runs/first", f"{folder}/runs/run-{index}")
        live = [
            train(program, folder, "spiral", "--epochs", "100000000", "--output", f"runs/live-{i}", wait=False)
            for i in range(2)
        ]
        while not all(os.path.exists(f"{folder}/runs/live-{i}/metrics.jsonl") for i in range(2)):
            time.sleep(0.05)
        frames, lists = [], []
        for _ in range(10):
            terminal = Terminal([program, "launch"], folder)
            frames.append(terminal.wait("awn-tui"))
            lists.append(terminal.wait("30 runs · 2 live"))
            terminal.close()
        report("home, 30 runs (2 live, training flat out): first frame", frames)
        report("home, 30 runs (2 live, training flat out): the runs", lists)
        for process in live:
            process.kill()
            process.wait()


def attach(program):
    with tempfile.TemporaryDirectory() as folder:
        run = train(
            program, folder, "spiral", "--epochs", "100000000", "--output", "run", "--initial-rate", "0.02", wait=False)
        while not os.path.exists(f"{folder}/run/attach.sock"):
            time.sleep(0.05)
        viewers = [Terminal([program, "attach", "run"], folder) for _ in range(3)]
        for viewer in viewers:
            viewer.wait("held-out accuracy")
        times = []
        for round in range(10):
            first = viewers[round % 3]
            first.press(":")
            first.wait("truncate")
            first.press(f"truncate {60 - round}")
            first.wait(f"truncate {60 - round}")
            first.press("\r")
            first.wait("enter truncates")
            time.sleep(0.3)
            while any([viewer.read(0) for viewer in viewers]):
                pass
            began = time.perf_counter()
            first.press("\r")
            left = list(viewers)
            while left:
                ready = select.select([viewer.file for viewer in left], [], [], 20)[0]
                if not ready:
                    raise SystemExit("the cut is not seen:\n" + left[0].text)
                for viewer in list(left):
                    if viewer.file in ready:
                        viewer.read(0)
                        if f"→ {60 - round} neurons" in viewer.text:
                            left.remove(viewer)
            times.append((time.perf_counter() - began) * 1000)
        report("attach: from enter until three dashboards show the cut", times)
        for viewer in viewers:
            viewer.close()
        run.send_signal(signal.SIGTERM)
        run.wait()


def stopped(program):
    """What a viewer that is stopped costs: steps a second of the same run, with and without one, by turns."""

    def seconds(folder, name, isWatched):
        summary = f"{folder}/{name}.json"
        run = subprocess.Popen(
            [program, "train", "spiral", "--epochs", "6000", "--output", name, "--summary", summary, "--quiet"],
            cwd=folder, stderr=subprocess.DEVNULL)
        viewer = None
        if isWatched:
            while not os.path.exists(f"{folder}/{name}/attach.sock"):
                time.sleep(0.01)
            viewer = Terminal([program, "attach", name], folder)
            viewer.wait("held-out accuracy")
            os.kill(viewer.process, signal.SIGSTOP)
        run.wait()
        if viewer:
            viewer.close()
        return json.load(open(summary))["seconds"]

    with tempfile.TemporaryDirectory() as folder:
        plain, watched = [], []
        for index in range(5):
            plain.append(seconds(folder, f"plain-{index}", False))
            watched.append(seconds(folder, f"watched-{index}", True))
        report("training alone", plain, "s")
        report("with a stopped viewer", watched, "s")
        print(f"cost: {100 * (statistics.median(watched) / statistics.median(plain) - 1):+.2f} %")


def replay(program):
    with tempfile.TemporaryDirectory() as folder:
        train(program, folder, "spiral", "--epochs", "4000", "--output", "run")
        size = sum(os.path.getsize(f"{folder}/run/{name}") for name in os.listdir(f"{folder}/run"))
        print(f"a run of 4,000 evaluations: {size / 1e6:.2f} MB in its folder")
        terminal = Terminal([program, "replay", "run"], folder)
        print(f"replay: first moment after {terminal.wait('recording '):.0f} ms")
        terminal.press(" ")
        terminal.wait("paused")
        times = []
        for _ in range(100):
            while terminal.read(0):
                pass
            before = terminal.text.split("\n")[0]
            began = time.perf_counter()
            terminal.press(",")
            while terminal.text.split("\n")[0] == before and terminal.read(5):
                pass
            times.append((time.perf_counter() - began) * 1000)
        report("replay: from a key until the moment is shown", times)
        terminal.close()


if __name__ == "__main__":
    executable = os.path.abspath(sys.argv[1])
    for name in sys.argv[2:] or ["home", "attach", "stopped", "replay"]:
        {"home": home, "attach": attach, "stopped": stopped, "replay": replay}[name](executable)
