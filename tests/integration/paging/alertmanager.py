"""The real Prometheus Alertmanager (Debian: prometheus-alertmanager), with a receiver that keeps what it notifies."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.paging.ports import free_port

CONFIG = """
route:
  receiver: hook
  group_by: [rota]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: hook
    webhook_configs:
      - url: {hook}
        send_resolved: true
"""


class Alertmanager:
    """url: of its API. notified: groups that it sent to its receiver, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.notified: list[dict[str, Any]] = []

    def alerts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/api/v2/alerts").json()
        return found

    def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Waits for what must become true."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"not within {seconds} s: {self.notified}"
            time.sleep(0.1)


@contextmanager
def running_alertmanager(folder: Path) -> Iterator[Alertmanager]:
    """Runs until the end of the block. Skips where it is not installed, fails on CI."""
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        missing = "the Alertmanager is not installed: apt-get install prometheus-alertmanager"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    port = free_port()
    running = Alertmanager(f"http://127.0.0.1:{port}")
    with _hook(running) as hook:
        file = folder / "alertmanager.yml"
        file.write_text(CONFIG.format(hook=hook))
        arguments = [f"--config.file={file}", f"--storage.path={folder / 'data'}", "--cluster.listen-address="]
        with (folder / "alertmanager.log").open("wb") as log:
            process = subprocess.Popen(
                [program, *arguments, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log
            )
        try:
            running.until(lambda: _ready(running.url))
            yield running
        finally:
            process.terminate()
            process.wait(10)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").is_success
    except httpx.HTTPError:
        return False


@contextmanager
def _hook(running: Alertmanager) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            running.notified.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
