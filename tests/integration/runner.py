"""`veille` as a real process against a real broker, for tests that kill it."""

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.forked import Forked

PATIENCE = 120.0


def environment(data_dir: Path, **extra: str) -> dict[str, str]:
    """A clean environment with the data folder and quick settings.

    The research catalogue and processes of their own for decoding and clusters only where `extra` wants them: starting
    these takes longer than most tests.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    return {
        **kept,
        "VEILLE_DATA_DIR": str(data_dir),
        "VEILLE_API__PORT": "0",
        "VEILLE_LOG__FORMAT": "json",
        "VEILLE_RESEARCH__PUBLISH": "false",
        "VEILLE_INGEST__DECODE_PROCESSES": "0",
        "VEILLE_COORDINATION__PROCESS": "false",
        **extra,
    }


def veille(*arguments: str, data_dir: Path, check: bool = True, **extra: Any) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    with tempfile.TemporaryDirectory() as folder:
        streams = Path(folder, "out"), Path(folder, "err")
        command = Forked(arguments, environment(data_dir, **extra), *streams)
        try:
            status = command.wait(240)
        finally:
            command.kill()
        done = subprocess.CompletedProcess(["veille", *arguments], status, *(each.read_text() for each in streams))
    if check and done.returncode:
        raise AssertionError(f"veille {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Running:
    """A `veille run` in the background; its log goes to a file beside the data folder."""

    def __init__(self, data_dir: Path, bootstrap: str, **extra: str) -> None:
        self.data_dir = data_dir
        self.settings = {"VEILLE_KAFKA__BOOTSTRAP_SERVERS": bootstrap, **extra}
        self._environment = environment(data_dir, **self.settings)
        self.log = data_dir.with_name(data_dir.name + ".log")
        self.process: Forked | None = None

    def start(self, *options: str) -> None:
        self.process = Forked(["run", *options], self._environment, self.log, self.log)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def api(self, path: str) -> tuple[int, Any]:
        """Status and body of a GET; (0, None) while nothing listens."""
        try:
            note = json.loads((self.data_dir / "owner.json").read_text())
            token = (self.data_dir / "api.token").read_text()
            request = urllib.request.Request(note["api"] + path, headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(request, timeout=30) as response:
                body = response.read()
                status = response.status
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        except (OSError, ValueError, KeyError):
            return 0, None
        try:
            return status, json.loads(body)
        except ValueError:
            return status, body.decode()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Poll until `condition`; fails naming `what`. Only a fault uses up the seconds, so they are the same for all."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
