"""CPU seconds and peak memory of a process tree, measured from outside."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil


@dataclass
class Usage:
    """wall, cpu: seconds; peak: bytes of the whole tree (unique set sizes, so shared pages count once a process)."""

    wall: float
    cpu: float
    peak: int
    output: str


class Sampler(threading.Thread):
    """Follows a process and its children until it ends or `stop` is set."""

    def __init__(self, pid: int, every: float = 0.1) -> None:
        super().__init__(daemon=True)
        self._root, self._every, self.stop = psutil.Process(pid), every, threading.Event()
        self.cpu: dict[int, float] = {}
        self.peak = 0

    def run(self) -> None:
        while not self.stop.wait(self._every):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            resident = 0
            for process in tree:
                try:
                    times = process.cpu_times()
                    self.cpu[process.pid] = times.user + times.system
                    resident += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, resident)


def measured(command: Sequence[str], environment: Mapping[str, str], every: float = 0.1) -> Usage:
    """Run a command to its end; raises where it fails. every: seconds between two samples."""
    started = time.monotonic()
    with subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        sampler = Sampler(process.pid, every)
        sampler.start()
        output, errors = process.communicate()
        wall = time.monotonic() - started
        sampler.stop.set()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {errors[-2000:]}")
    return Usage(wall, sum(sampler.cpu.values()), sampler.peak, output)
