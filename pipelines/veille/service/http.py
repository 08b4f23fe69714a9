"""The API in a thread of its own: a bound socket, a token in the data folder, its address in the owner's note."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from veille.access import AccessError, TokenFile
from veille.api import OperationError
from veille.api.guard import RequestLimits
from veille.api.guard.limits import KIB
from veille.config import Settings
from veille.config.access import LOOPBACK
from veille.service.connections import BACKLOG, HEADER_BYTES, Connection, ConnectionLimits, Connections, affordable


def folder_token(data_dir: Path) -> str:
    """The token of a data folder; made anew (0600) at each start of the service."""
    token = secrets.token_urlsafe(32)
    file = data_dir / "api.token"
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(token)
    return token


def check_exposure(host: str, tokens: TokenFile, *, without_tokens: bool) -> None:
    """Raises OperationError where the API would be reachable from elsewhere with nobody allowed to call it."""
    try:
        present = tokens.tokens()
    except AccessError as error:
        raise OperationError(str(error)) from None
    if host not in LOOPBACK and not present and not without_tokens:
        raise OperationError(
            f"cannot listen on {host} without a token",
            ("make one first (veille token create NAME --role admin), or listen on 127.0.0.1 (VEILLE_API__HOST)"),
        )


def door_limits(settings: Settings) -> RequestLimits:
    """What the settings let one request, one person and all together ask for."""
    api, access = settings.api, settings.access
    return RequestLimits(
        body_bytes=api.body_kib * KIB,
        body_seconds=api.body_seconds,
        requests=api.requests,
        requests_each=api.requests_each,
        queries_each=settings.research.queries_each,
        lookups_a_minute=access.lookups_a_minute,
        looks_a_minute=access.looks_a_minute,
        failures_a_minute=access.failures_a_minute,
    )


def connection_limits(settings: Settings) -> ConnectionLimits:
    """How many connections the settings allow, and how long one may say nothing."""
    api = settings.api
    return ConnectionLimits(
        header_seconds=api.header_seconds,
        idle_seconds=api.idle_seconds,
        stalled_seconds=api.stalled_seconds,
        most=api.connections,
        each=api.connections_each,
    )


class ApiServer:
    """Serves an application until `stop`; `address` is known from the start (port 0 takes a free one)."""

    def __init__(
        self,
        app: FastAPI,
        host: str,
        port: int,
        limits: ConnectionLimits | None = None,
        closed: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        """closed: told why a connection was closed early. Raises OperationError where the port is in use."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(BACKLOG)
        except OSError as error:
            self._socket.close()
            raise OperationError(
                f"cannot listen on {host}:{port} ({error.strerror})",
                "set VEILLE_API__PORT to a free port, or 0 for any",
            ) from None
        bound = self._socket.getsockname()[1]
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the address to look from
        self.address = f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{bound}"
        kept = limits or ConnectionLimits()
        self.connections = Connections(replace(kept, most=affordable(kept.most)), closed)
        settings = uvicorn.Config(
            app,
            http=partial(Connection, connections=self.connections),  # type: ignore[arg-type]
            ws="none",  # an upgrade would leave the limits behind
            log_level="critical",  # what callers send wrongly is no event of ours, and it must not fill the log
            access_log=False,
            lifespan="off",
            backlog=BACKLOG,
            timeout_keep_alive=max(1, round(kept.idle_seconds)),
            h11_max_incomplete_event_size=HEADER_BYTES,
            server_header=False,
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._serve, name="api", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop taking requests; waits a little for those under way."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()
