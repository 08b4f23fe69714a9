"""What a test of `make test-fast` may not do: start a broker, a browser or another server, or wait for a fixed time."""

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

HEAVY = ("java", "mvn", "chromium", "chromium-browser", "google-chrome", "prometheus-alertmanager")
LONGEST_SLEEP = 1.0
HEAVY_FIXTURES = frozenset({"kafka_broker", "browser"})


class NotFastError(Exception):
    """A test without the mark `slow` does what only slow tests may."""


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make starting heavy programs and long sleeps fail until `monkeypatch` is undone."""
    popen, sleep = subprocess.Popen.__init__, time.sleep

    def started(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        first = args if isinstance(args, str) else str(next(iter(args), ""))
        if Path(first.split(" ", 1)[0]).name in HEAVY:
            raise NotFastError(f"{first} is started by a test without the mark slow")
        popen(self, args, *rest, **options)

    def slept(seconds: float) -> None:
        if seconds > LONGEST_SLEEP:
            raise NotFastError(f"a test without the mark slow sleeps for {seconds} s")
        sleep(seconds)

    monkeypatch.setattr(subprocess.Popen, "__init__", started)
    monkeypatch.setattr(time, "sleep", slept)
