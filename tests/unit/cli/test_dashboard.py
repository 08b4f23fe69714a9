"""`veille dashboard`: ports and the server's life; what it serves is tested in tests/unit/dashboards and tests/e2e."""

import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from veille.cli import dashboard
from veille.cli.common import CommandError
from veille.cli.dashboard import DashboardServer

pytestmark = pytest.mark.slow


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield busy.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_named_with_a_free_one(tmp_path: Path, taken: int) -> None:
    with pytest.raises(CommandError, match=rf"port {taken} is in use: \d+ is free; use --port"):
        DashboardServer(tmp_path, port=taken)


def test_without_a_wish_the_next_free_port_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, taken: int
) -> None:
    monkeypatch.setattr(dashboard, "DEFAULT_PORT", taken)
    with DashboardServer(tmp_path) as server:
        assert server.port > taken
        assert httpx.get(f"{server.address}/_stcore/health", trust_env=False).text == "ok"
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.address, trust_env=False)


def test_a_port_that_another_program_takes_at_the_same_moment_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int
) -> None:
    monkeypatch.setattr(dashboard, "DEFAULT_PORT", free)
    server = DashboardServer(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", free))
        other.listen()
        with server:
            assert server.port > free
            assert httpx.get(f"{server.address}/_stcore/health", trust_env=False).text == "ok"


def test_an_address_of_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "elsewhere")
    with pytest.raises(CommandError, match="the address does not belong to this machine"):
        DashboardServer(tmp_path, host="192.0.2.1")


def test_nothing_is_served_beyond_this_machine_without_a_login(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot serve on 0\.0\.0\.0 without a login"):
        DashboardServer(tmp_path, host="0.0.0.0")


def test_a_server_that_ends_by_itself_is_told(tmp_path: Path, free: int) -> None:
    with DashboardServer(tmp_path, port=free) as server:
        server.check()
        server.stop()
        with pytest.raises(CommandError, match="stopped unexpectedly"):
            server.check()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_the_command_prints_its_address_and_stops_cleanly(tmp_path: Path, free: int, name: str) -> None:
    with running("--data-dir", str(tmp_path), "--port", str(free)) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address, _, token = line.split(": ", 1)[1].split()[0].partition("/?token=")
        assert len(token) >= 32
        assert httpx.get(f"{address}/_stcore/health", trust_env=False).text == "ok"
        process.send_signal(signal.Signals[name])
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_a_taken_port_is_one_line_and_status_1(tmp_path: Path, taken: int) -> None:
    with running("--data-dir", str(tmp_path), "--port", str(taken)) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert out == ""
    assert err.startswith(f"veille: port {taken} is in use")
    assert err.count("\n") == 1


def running(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from veille.cli import main; main()", "dashboard", "--no-browser", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_text_browser_never_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    dashboard.open_browser("http://127.0.0.1:1")
    assert opened == []
