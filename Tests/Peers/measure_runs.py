#!/usr/bin/env python3
"""Measures what is said of runs: the home screen's first frame, dashboards that share a run, and replay.

    python3 Tests/Peers/measure_runs.py .build/release/awn-tui [home attach stopped replay scrub] [--seconds 60]
        [--repetitions 5] [--kinds stopped] [--wait 4] [--evaluations 3600]

Every program has a pseudo-terminal of its own of 120 x 36 cells, whose screen is kept as a terminal would. Nothing else
should run meanwhile. Times are from the start of a program, or from a key, until the screen shows what is waited for.
"""

import argparse
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
# An escape sequence or a character whose rest has not come yet.
UNFINISHED = re.compile(
    rb"(\x1b(\[[?>]?[\d;]*|\][^\x07]*|[()])?|[\xc0-\xff]|[\xe0-\xff][\x80-\xbf]|[\xf0-\xff][\x80-\xbf]{2})\Z")


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
        unfinished = UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self.rest = data[end:]
        for match in TOKEN.finditer(data[:end]):
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
            # What was drawn meanwhile; charts that move are never at rest.
            end = time.perf_counter() + 0.5
            while time.perf_counter() < end:
                for viewer in viewers:
                    viewer.read(0.01)
            # The price may have aged meanwhile: then the question waits for the next one.
            first.wait("enter truncates")
            began = time.perf_counter()
            first.press("\r")
            left = list(viewers)
            while left:
                ready = select.select([viewer.file for viewer in left], [], [], 20)[0]
                if not ready or time.perf_counter() - began > 20:
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


class Steps:
    """How far a run is, by the evaluations in its folder."""

    def __init__(self, path):
        self.path = path

    def next(self, limit=60.0):
        """Time and step of the next evaluation that is written."""
        size = os.path.getsize(self.path)
        deadline = time.perf_counter() + limit
        while os.path.getsize(self.path) == size:
            if time.perf_counter() > deadline:
                raise SystemExit("the run does not go on")
            time.sleep(0.001)
        now = time.perf_counter()
        with open(self.path, "rb") as file:
            file.seek(max(0, os.path.getsize(self.path) - 8192))
            line = file.read().rsplit(b"\n", 2)[-2]
        return now, json.loads(line)["step"]


def resident(process):
    """Kilobytes in memory."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def training_seconds(process):
    """Processor time that the thread which trains has had."""
    total = 0
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{thread}/comm") as file:
            if file.read().strip() != "awn-train":
                continue
        with open(f"/proc/{process.pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def costs(kind, what, alone, other):
    """Prints by how much more than alone something takes."""
    values = [100 * (b / a - 1) for a, b in zip(alone, other)]
    spread = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    print(f"{kind}: costs {statistics.mean(values):+.2f} % ± {spread:.2f} of the {what} (median {statistics.median(values):+.2f} %)")


def stopped(program):
    """What one run's steps take: alone, with a dashboard, and with one that is stopped, by turns.

    In time, which depends on what else the machine does, and in the processor time of the thread that trains.
    """
    with tempfile.TemporaryDirectory() as folder:
        run = train(program, folder, "spiral", "--epochs", "100000000", "--output", "run", wait=False)
        while not os.path.exists(f"{folder}/run/metrics.jsonl"):
            time.sleep(0.01)
        steps = Steps(f"{folder}/run/metrics.jsonl")

        def step_time(kind):
            viewer = None
            if kind != "alone":
                viewer = Terminal([program, "attach", "run"], folder)
                viewer.wait("held-out accuracy")
            if kind == "stopped":
                os.kill(viewer.process, signal.SIGSTOP)
            time.sleep(OPTIONS.wait)
            steps.next()
            began, first = steps.next()
            used = training_seconds(run)
            while time.perf_counter() < began + OPTIONS.seconds:
                if kind == "watched":
                    viewer.read(0.05)
                else:
                    time.sleep(0.05)
            ended, last = steps.next()
            used = training_seconds(run) - used
            if viewer:
                viewer.close()
            return 1e6 * (ended - began) / (last - first), 1e6 * used / (last - first)

        kinds = ["alone", *OPTIONS.kinds]
        times = {kind: [] for kind in kinds}
        before = resident(run)
        for repetition in range(OPTIONS.repetitions):
            # No kind always comes first.
            first = repetition % len(kinds)
            for kind in kinds[first:] + kinds[:first]:
                times[kind].append(step_time(kind))
        for place, what in enumerate(["time", "training thread's time"]):
            of = {kind: [pair[place] for pair in times[kind]] for kind in kinds}
            for kind in kinds:
                report(f"{kind}, {OPTIONS.seconds:g} s each: {what} of a step", of[kind], "µs")
            for kind in kinds[1:]:
                costs(kind, what, of["alone"], of[kind])
        print(f"the run's memory: {before / 1024:.0f} MB before, {resident(run) / 1024:.0f} MB after")
        run.kill()
        run.wait()


def replay(program):
    with tempfile.TemporaryDirectory() as folder:
        train(program, folder, "spiral", "--epochs", "4000", "--output", "run")
        size = sum(os.path.getsize(f"{folder}/run/{name}") for name in os.listdir(f"{folder}/run"))
        print(f"a run of 4,000 evaluations: {size / 1e6:.2f} MB in its folder")
        terminal = Terminal([program, "replay", "run"], folder)
        print(f"replay: first moment after {terminal.wait('recording '):.0f} ms")
        terminal.press(" ")
        terminal.wait("paused")
        # To where there is a hundred moments to go back.
        for _ in range(6):
            terminal.press(")")
        while terminal.read(0.5):
            pass
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


def scrub(program):
    """A dashboard watches a run of as many evaluations as an hour may have; then a key is held down in its replay."""
    with tempfile.TemporaryDirectory() as folder:
        epochs = str(OPTIONS.evaluations)
        began = time.perf_counter()
        run = train(program, folder, "spiral", "--epochs", epochs, "--output", "run", wait=False)
        while not os.path.exists(f"{folder}/run/attach.sock"):
            time.sleep(0.01)
        viewer = Terminal([program, "attach", "run"], folder)
        while run.poll() is None:
            viewer.read(0.2)
        viewer.close()
        print(f"a watched run of {OPTIONS.evaluations:,} evaluations, {time.perf_counter() - began:.0f} s:")
        for name in ["metrics.jsonl", "events.jsonl", "inspections.jsonl"]:
            if os.path.exists(f"{folder}/run/{name}"):
                print(f"  {name}: {os.path.getsize(f'{folder}/run/{name}') / 1e6:.3f} MB")
        terminal = Terminal([program, "replay", "run"], folder)
        print(f"replay: first moment after {terminal.wait('recording '):.0f} ms")
        terminal.press(" ")
        terminal.wait("paused")
        for _ in range(12):
            terminal.press(")")
        terminal.wait(f"paused {OPTIONS.evaluations}/{OPTIONS.evaluations}")
        for size, keys in [((COLUMNS, ROWS), ",."), ((200, 60), ",.")]:
            fcntl.ioctl(terminal.file, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            for key in keys:
                shown = held(terminal, key)
                gaps = [1000 * (after - before) for before, after in zip(shown, shown[1:])]
                if not gaps:
                    raise SystemExit(f"no other moment is shown:\n{terminal.text}")
                frames = len(gaps) / (shown[-1] - shown[0])
                print(
                    f"{size[0]} x {size[1]}, {key!r} held down: {frames:.1f} moments a second, "
                    f"between two {statistics.median(gaps):.1f} ms, at most {max(gaps):.1f} ms")
        terminal.close()


def held(terminal, key):
    """The times at which another moment was on the screen while a key was repeated 60 times a second for 10 s."""
    moment = re.compile(r"recording paused ([\d,]+)/")
    shown, last = [], None
    began = pressed = time.perf_counter()
    while pressed < began + 10:
        if time.perf_counter() >= pressed:
            terminal.press(key)
            pressed += 1 / 60
        terminal.read(max(0, min(pressed - time.perf_counter(), 0.01)))
        match = moment.search(terminal.text.split("\n")[0])
        if match and match.group(1) != last:
            last = match.group(1)
            shown.append(time.perf_counter())
    return shown


MODES = {"home": home, "attach": attach, "stopped": stopped, "replay": replay, "scrub": scrub}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("modes", nargs="*", choices=[*MODES, []], help="what to measure; all unless named")
    parser.add_argument("--seconds", type=float, default=60, help="of each turn of stopped (60)")
    parser.add_argument("--repetitions", type=int, default=5, help="of stopped (5)")
    parser.add_argument(
        "--kinds", nargs="+", choices=["watched", "stopped"], default=["watched", "stopped"], help="of stopped (both)")
    parser.add_argument("--wait", type=float, default=0, help="seconds before each turn of stopped (0)")
    parser.add_argument("--evaluations", type=int, default=3600, help="of the recording for scrub (3600)")
    OPTIONS = parser.parse_args()
    for name in OPTIONS.modes or MODES:
        MODES[name](os.path.abspath(OPTIONS.program))
