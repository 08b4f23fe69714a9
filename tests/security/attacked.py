"""`veille run`'s service as a process under `ulimit -n 256`, with a stream and a pager, and whoever attacks it.

python -m tests.security.attacked --sockets 300 --seconds 600     the long form
"""

import argparse
import http.server
import json
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

DESCRIPTORS = 256
MIB = 1 << 20
Found = TypeVar("Found")
HALF_OPEN: dict[str, bytes] = {
    "says nothing": b"",
    "begins a request": b"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "begins a body": b"POST /v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000000\r\n\r\n[[[[",
    "asks for an upgrade": b"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
}


class Pager(http.server.BaseHTTPRequestHandler):
    """Takes pages."""

    pages = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).pages += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pager() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pager)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


class Service:
    """The service in a process of its own, and a caller with its token."""

    def __init__(self, folder: Path, hook: str, **environment: str) -> None:
        self.folder = folder
        given = {
            "VEILLE_CHANNELS__HOOK__TYPE": "webhook",
            "VEILLE_CHANNELS__HOOK__URL": hook,
            "VEILLE_CHANNELS__HOOK__SECRET": "x",
        }
        log = folder.with_name("service.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.security.attacked", "--serve", str(folder)],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(folder.parent),
                "PYTHONPATH": "pipelines:.",
                **given,
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS)),  # noqa: PLW1509
        )
        self.address = _until(self._announced, 90.0)
        token = (folder / "api.token").read_text(encoding="ascii")
        self.caller = httpx.Client(
            base_url=self.address,
            headers={"Authorization": f"Bearer {token}", "Connection": "close"},
            timeout=30.0,
            trust_env=False,
        )
        _until(lambda: self.status()["published_batch"] > 0 or None, 60.0)

    def _announced(self) -> str | None:
        assert self.process.poll() is None, self.log()
        try:
            return str(json.loads((self.folder / "owner.json").read_text(encoding="utf-8"))["api"])
        except (OSError, ValueError, KeyError):
            return None

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.caller.get("/v1/status").raise_for_status().json()
        return found

    def page(self) -> bool:
        return self.caller.post("/v1/channels/hook/test").is_success

    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def resident(self) -> int:
        """Bytes of the process and all below it."""
        root = psutil.Process(self.process.pid)
        total = 0
        for each in (root, *root.children(recursive=True)):
            try:
                total += each.memory_info().rss
            except psutil.Error:
                continue
        return total

    def descriptors(self) -> int:
        return int(psutil.Process(self.process.pid).num_fds())

    def log(self) -> str:
        return self.folder.with_name("service.log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        self.caller.close()
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def service(folder: Path, **environment: str) -> Iterator[Service]:
    with ExitStack() as stack:
        running = Service(folder, stack.enter_context(pager()), **environment)
        stack.callback(running.stop)
        yield running


class HalfOpen:
    """Keeps so many connections half open: what the service closes is opened anew, a byte is added now and then."""

    def __init__(self, port: int, count: int) -> None:
        self._port, self._count = port, count
        self._stop = threading.Event()
        self.opened = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "HalfOpen":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        held: list[socket.socket] = []
        kinds = list(HALF_OPEN.values())
        while not self._stop.is_set():
            held = [each for each in held if _alive(each)]
            while len(held) < self._count and not self._stop.is_set():
                try:
                    fresh = socket.create_connection(("127.0.0.1", self._port), timeout=0.5)
                    fresh.sendall(kinds[self.opened % len(kinds)])
                    fresh.setblocking(False)
                except OSError:
                    break
                held.append(fresh)
                self.opened += 1
            self._stop.wait(0.3)
        for each in held:
            each.close()


def _alive(one: socket.socket) -> bool:
    try:
        one.send(b"x")
        return one.recv(4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        one.close()
        return False


def measure(running: Service, seconds: float) -> dict[str, float]:
    """What the service does for others meanwhile: batches published, pages sent, longest answer, memory, descriptors."""
    before, pages, slowest = running.status()["published_batch"], Pager.pages, 0.0
    resident = descriptors = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        started = time.monotonic()
        running.status()
        assert running.page(), "no page went out"
        slowest = max(slowest, time.monotonic() - started)
        resident, descriptors = max(resident, running.resident()), max(descriptors, running.descriptors())
        time.sleep(0.5)
    return {
        "published": running.status()["published_batch"] - before,
        "pages": Pager.pages - pages,
        "slowest_seconds": slowest,
        "resident_mib": resident / MIB,
        "descriptors": descriptors,
    }


def _until(look: Callable[[], Found | None], seconds: float) -> Found:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to that in time")


def serve(folder: Path) -> None:
    """The service over an endless stream of simulated mentions."""
    from veille.config import load
    from veille.events import EventType
    from veille.service.live import Arrival, LiveSource
    from veille.service.supervise import run_service

    def arrivals() -> Iterator[Arrival]:
        at, number = datetime.now(UTC), 0
        while True:
            at += timedelta(seconds=0.5)
            rows = []
            for _ in range(20):
                number += 1
                event = {
                    "event_id": f"e{number}",
                    "occurred_at": at.isoformat(),
                    "account_id": f"a{number % 50}",
                    "target_id": "t1",
                }
                rows.append(json.dumps(event).encode())
            yield at, EventType.MENTION, rows

    settings = load(data_dir=folder)
    settings = settings.model_copy(update={"api": settings.api.model_copy(update={"port": 0})})
    run_service(settings, lambda _: LiveSource(arrivals()), threading.Event())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--sockets", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=600.0)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, service(Path(place) / "data") as running:
        idle = running.resident() / MIB
        with HalfOpen(running.port(), asked.sockets) as attack:
            try:
                found = measure(running, asked.seconds)
            except (httpx.HTTPError, AssertionError):
                sys.stdout.write(running.log()[-4000:])
                raise
        told = {"idle_mib": idle, "opened": attack.opened} | found
        sys.stdout.write("".join(f"{name:>16} {value:,.1f}\n" for name, value in told.items()))


if __name__ == "__main__":
    main()
