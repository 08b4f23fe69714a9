"""`veille dashboard`."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import typer

from veille.cli.common import CommandError, DataDir, say, settings

DEFAULT_PORT = 8501
_PORTS_TRIED = 100
_CHECK_SECONDS = 0.5
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
ENTRY_TOKEN = "DASHBOARDS_ENTRY_TOKEN"  # noqa: S105  the name of a variable
"""Environment variables read by dashboards.address_token."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def dashboard(
    data_dir: DataDir = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Port to listen on.", show_default=f"{DEFAULT_PORT}, or the next free port"
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; other than loopback only with a login.")
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and do not open a browser.")
    ] = False,
) -> None:
    """Open the dashboards in the browser: what happens now, how fresh the data are. Reads only what is published; Ctrl-C stops it.

    It may start before the data are there, and run beside `veille run`, `replay` or `demo`.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serve(settings(data_dir).data_dir, port=port, host=host, browser=not no_browser, announce=say)


def serve(
    data_dir: Path, *, port: int | None, host: str, browser: bool, announce: Callable[[str], None], view: str = ""
) -> None:
    """Serve the dashboards of a data folder until Ctrl-C; `announce` is given a line with their address once they answer.

    view: path and query of the page to begin with. For the main thread. Raises CommandError where they cannot be served,
    or end by themselves.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
    try:
        with DashboardServer(data_dir, host, port) as server:
            entry = server.entry(view)
            announce(f"Dashboards of {data_dir}: {entry}  (Ctrl-C stops)")
            if browser:
                open_browser(entry)
            while True:
                time.sleep(_CHECK_SECONDS)
                server.check()
    except KeyboardInterrupt:
        announce("Stopped.")


class DashboardServer:
    """The dashboards in a process of their own, from construction until the end of the `with` block.

    port: None takes 8501, or the next free port one. Raises CommandError where the port is taken or the server does not start.
    """

    def __init__(self, data_dir: Path, host: str = "127.0.0.1", port: int | None = None) -> None:
        access = settings(data_dir).dashboards
        if host not in _LOOPBACK and access.login == "loopback":
            raise CommandError(
                f"cannot serve on {host} without a login",
                (
                    "set login under [dashboards] to oidc, or to elsewhere where "
                    "a proxy in front of the pages controls access (docs/dashboards.md)"
                ),
            )
        if access.login == "oidc" and not access.issuer:
            raise CommandError(
                "login is oidc, and issuer under [dashboards] is missing",
                "set it to what the tokens name as iss (docs/dashboards.md)",
            )
        if find_spec("dashboards") is None:
            raise CommandError("the dashboards are missing from this installation of veille", "install it again")
        self._host, self._any_port = host, port is None
        self._reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the address to look from, not to bind
        options = [
            f"--server.address={host}",
            f"--browser.serverAddress={self._reachable}",
            "--logger.level=warning",
        ]
        if host in _LOOPBACK:  # a page of another site cannot reach it under a name of its own
            options += [f"--server.allowedHosts={name}" for name in _LOOPBACK]
        if access.secrets_file is not None:
            options.append(f"--secrets.files={access.secrets_file.resolve()}")
        self._token = secrets.token_urlsafe(24) if access.login == "loopback" else None
        entry = {ENTRY_TOKEN: self._token} if self._token else {}
        self._options = options
        self._environment = {**os.environ, "VEILLE_DATA_DIR": str(data_dir.resolve()), **entry}
        self._start(_port(host, port))

    def __enter__(self) -> Self:
        try:
            while not self._answers():
                self._start(_port(self._host, None))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def entry(self, view: str = "") -> str:
        """The address to open: with a token on loopback, which the first browser that opens it exchanges for a cookie.

        view: path and query of the page to begin with.
        """
        if self._token is None:
            return f"{self.address}{view}"
        return f"{self.address}{view or '/'}{'&' if '?' in view else '?'}token={self._token}"

    def check(self) -> None:
        """Raises CommandError once the server has ended by itself."""
        status = self._process.poll()
        if status is not None:
            raise CommandError(f"the dashboards stopped unexpectedly (status {status}): see the messages above")

    def stop(self) -> None:
        """End the server; returns when it has ended."""
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self, port: int) -> None:
        self.port = port
        self.address = f"http://{f'[{self._reachable}]' if ':' in self._reachable else self._reachable}:{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboards", *self._options, f"--server.port={port}"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the command alone, which then stops it in order
        )

    def _answers(self) -> bool:
        """Wait until the server answers. False where another program took its port in the meantime, and any port will do.

        Raises CommandError where the server ends for another reason, or does not answer in time.
        """
        import httpx

        deadline = time.monotonic() + _START_SECONDS
        with httpx.Client(trust_env=False, timeout=2.0) as client:
            while time.monotonic() < deadline:
                if self._any_port and self._process.poll() is not None and not _is_free(self._host, self.port):
                    return False
                self.check()
                try:
                    if client.get(f"{self.address}/_stcore/health").is_success and self._listens():
                        return True
                except httpx.HTTPError:
                    pass
                time.sleep(0.1)
        raise CommandError(f"the dashboards did not answer at {self.address} within {_START_SECONDS:.0f} s")

    def _listens(self) -> bool:
        """Whether it is this server that answers, not one that took the port in the same moment."""
        import psutil

        try:
            connections = psutil.Process(self._process.pid).net_connections("tcp")
        except psutil.Error:
            return False
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == self.port for one in connections)


def open_browser(address: str) -> None:
    """Show the page where a person sits in front of a screen; a terminal's text browser is never started."""
    graphical = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
    )
    if graphical and sys.stdout.isatty():
        webbrowser.open(address)


def _port(host: str, wanted: int | None) -> int:
    first = wanted or DEFAULT_PORT
    free = next((port for port in range(first, min(first + _PORTS_TRIED, 65536)) if _is_free(host, port)), None)
    if free is None:
        raise CommandError(
            f"cannot serve on {host}: no free port from {first} upwards, or the address does not belong to this machine"
        )
    if wanted is not None and free != wanted:
        raise CommandError(f"port {wanted} is in use: {free} is free; use --port {free}")
    return free


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError:
        return False
    return True
