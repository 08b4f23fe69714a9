"""The API in a thread of its own: a bound socket, a token in the data folder, its address in the owner's note."""

import os
import secrets
import socket
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from veille.access import AccessError, TokenFile
from veille.api import OperationError
from veille.config.access import LOOPBACK


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
            f"refusing to listen on {host} without any token: make one first (veille token create NAME --role admin), "
            "or listen on 127.0.0.1 (VEILLE_API__HOST)"
        )


class ApiServer:
    """Serves an application until `stop`; `address` is known from the start (port 0 takes a free one)."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        """Raises OperationError where the port is in use."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen()
        except OSError as error:
            self._socket.close()
            raise OperationError(
                f"cannot listen on {host}:{port} ({error.strerror}): set VEILLE_API__PORT to a free port, or 0 for any"
            ) from None
        bound = self._socket.getsockname()[1]
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the address to look from
        self.address = f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{bound}"
        settings = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
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
