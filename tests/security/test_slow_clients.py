"""Callers that keep the service waiting: it goes on publishing and paging, and answers everybody else.

The long form: `python -m tests.security.attacked --sockets 300 --seconds 600`.
"""

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.security.attacked import DESCRIPTORS, MIB, HalfOpen, Service, measure, service

SOCKETS, SECONDS = 120, 12.0
QUICK = {
    "VEILLE_API__HEADER_SECONDS": "2",
    "VEILLE_API__BODY_SECONDS": "2",
    "VEILLE_API__IDLE_SECONDS": "1",
    "VEILLE_API__STALLED_SECONDS": "2",
    "VEILLE_RESEARCH__PUBLISH": "false",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("attacked") / "data", **QUICK) as found:
        yield found


def test_half_open_connections_stop_nothing(running: Service) -> None:
    idle = running.resident()
    with HalfOpen(running.port(), SOCKETS) as attack:
        found = measure(running, SECONDS)
    assert attack.opened > SOCKETS, "the service closed none"
    assert found["published"] >= 5
    assert found["pages"] >= 5
    assert found["slowest_seconds"] < 10
    assert found["descriptors"] < DESCRIPTORS * 3 / 4
    assert found["resident_mib"] < idle / MIB + 512


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /healthz HTT",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",  # and then nothing more
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\nX: ",
        b"POST /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx",
        b"POST /v1/webhooks/pagerduty HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx",
        b"POST /v1/webhooks/pagerduty HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    ],
    ids=repr,
)
def test_no_connection_stays_that_says_nothing_whole(running: Service, begun: bytes) -> None:
    """A byte now and then does not prolong it."""
    with socket.create_connection(("127.0.0.1", running.port())) as one:
        one.sendall(begun)
        one.settimeout(0.2)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if one.recv(65536) == b"":
                    break
                continue
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                if b"X: " in begun:
                    one.sendall(b"x")
            except OSError:
                break
        else:
            pytest.fail("it is still open after a minute")


def test_a_header_without_end_is_refused(running: Service) -> None:
    with socket.create_connection(("127.0.0.1", running.port())) as one:
        try:
            for _ in range(64):
                one.sendall(b"GET /" if not _ else b"a" * 16384)
            answer = one.recv(65536)
        except OSError:
            return
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


def test_a_long_header_in_one_read_is_refused_too(running: Service) -> None:
    for header in (b"X-Long: " + b"a" * 40_000 + b"\r\n", b"Cookie: a=b\r\n" * 3_000):
        with socket.create_connection(("127.0.0.1", running.port())) as one:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + b"\r\n")
            assert one.recv(65536).startswith(b"HTTP/1.1 400")


def test_a_body_is_not_read_from_a_stranger(running: Service) -> None:
    """60 MB of nested JSON without a token: answered at once, and memory stays."""
    before = running.resident()
    answers: list[int] = []

    def send() -> None:
        try:
            answers.append(
                httpx.post(f"{running.address}/v1/query", content=_brackets(60 << 20), timeout=20).status_code
            )
        except httpx.HTTPError:
            answers.append(0)  # the connection was closed while it was still sending

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    most = before
    while any(thread.is_alive() for thread in threads):
        most = max(most, running.resident())
        time.sleep(0.05)
    assert set(answers) <= {401, 0}
    assert most - before < 64 * MIB
    assert running.status()


def _brackets(size: int) -> Iterator[bytes]:
    for _ in range(size >> 16):
        yield b"[" * (1 << 16)
