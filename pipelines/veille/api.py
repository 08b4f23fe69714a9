"""The HTTP API of `veille run`: health, metrics, and what an operator does.

Loopback by default. `/v1` asks for the token of the data folder (`api.token`, readable by its owner only), so that
another user of the machine can neither read a dead letter nor make a copy of the data.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

import polars as pl
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.middleware.trustedhost import TrustedHostMiddleware


class Retry(BaseModel):
    """Which dead letters to try again; neither: all that are kept. `mapping`: contract field → the message's field."""

    model_config = ConfigDict(extra="forbid")

    letter_id: str | None = None
    rule: str | None = None
    mapping: dict[str, str] = {}


class BackupRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    destination: str


class Operations(Protocol):
    """What the API asks of the service. Methods may raise OperationError, which becomes a 409 with its line."""

    def alive(self) -> bool: ...
    def faults(self) -> list[str]: ...
    def metrics(self) -> bytes: ...
    def status(self) -> dict[str, Any]: ...
    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> pl.DataFrame: ...
    def letter(self, letter_id: str) -> dict[str, Any] | None: ...
    def replay_letters(self, letter_id: str | None, rule: str | None, mapping: dict[str, str]) -> dict[str, int]: ...
    def backup(self, destination: str) -> dict[str, Any]: ...


class OperationError(Exception):
    """An operation failed for a reason that its one line names."""


def create_app(operations: Operations, token: str, allowed_hosts: tuple[str, ...]) -> FastAPI:
    """The application; `token` guards everything under /v1."""
    app = FastAPI(title="Veille", version="1", docs_url=None, redoc_url=None)
    app.add_middleware(
        TrustedHostMiddleware,
        allowed_hosts=[host.strip("[]") if host == "[::1]" else host for host in allowed_hosts],
    )
    app.middleware("http")(_refuse_foreign_origins)
    app.exception_handler(OperationError)(_conflict)
    _add_health(app, operations)
    _add_operations(app, operations, _guard(token))
    return app


async def _refuse_foreign_origins(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """A page of another site must not post here from the operator's browser."""
    origin = request.headers.get("origin")
    if origin is not None and origin.split("://", 1)[-1] != request.headers.get("host"):
        return JSONResponse({"detail": "foreign origin"}, status_code=403)
    return await call_next(request)


async def _conflict(_request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=409)


def _guard(token: str) -> Callable[[str], None]:
    def check(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "send the token of the data folder: Authorization: Bearer …")

    return check


def _add_health(app: FastAPI, operations: Operations) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """200 while the loops of the service turn."""
        alive = operations.alive()
        return JSONResponse({"alive": alive}, status_code=200 if alive else 503)

    @app.get("/readyz")
    def readyz() -> Response:
        """200 while events can be taken in and read; else 503 with the faults."""
        faults = operations.faults()
        return JSONResponse({"ready": not faults, "faults": faults}, status_code=503 if faults else 200)

    @app.get("/metrics")
    def metrics() -> Response:
        """Prometheus metrics."""
        return Response(operations.metrics(), media_type="text/plain; version=0.0.4")


def _add_operations(app: FastAPI, operations: Operations, guard: Callable[[str], None]) -> None:
    guarded = [Depends(guard)]

    @app.get("/v1/status", dependencies=guarded)
    def status() -> dict[str, Any]:
        """Counts, positions and what is published."""
        return operations.status()

    @app.get("/v1/deadletters", dependencies=guarded)
    def letters(rule: str | None = None, replayed: bool = False, limit: int = 100) -> Response:
        """Dead letters, newest first, without their raw messages."""
        return Response(
            operations.letters(rule, replayed=replayed, limit=limit).write_json(),
            media_type="application/json",
        )

    @app.get("/v1/deadletters/{letter_id}", dependencies=guarded)
    def letter(letter_id: str) -> dict[str, Any]:
        """One dead letter with its raw message."""
        found = operations.letter(letter_id)
        if found is None:
            raise HTTPException(404, "no such dead letter")
        return found

    @app.post("/v1/deadletters/replay", dependencies=guarded)
    def replay(retry: Retry) -> dict[str, int]:
        """Try dead letters again."""
        return operations.replay_letters(retry.letter_id, retry.rule, retry.mapping)

    @app.post("/v1/backup", dependencies=guarded)
    def backup(request: BackupRequest) -> dict[str, Any]:
        """Write a consistent copy while ingest goes on."""
        return operations.backup(request.destination)
