"""What an operator does: status, dead letters, backup."""

from typing import Annotated, Any, Protocol

import polars as pl
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, field_validator

from veille.api.access import Principal, require
from veille.api.errors import NotFoundError
from veille.api.health import HealthSource
from veille.events import misplaced_ids
from veille.reasons import reason

Limit = Annotated[int, Query(ge=1, le=10_000)]


class RetryRequest(BaseModel):
    """Which dead letters to try again; neither: all that are kept. `mapping`: contract field → the message's field."""

    model_config = ConfigDict(extra="forbid")

    letter_id: str | None = None
    rule: str | None = None
    mapping: dict[str, str] = {}

    @field_validator("mapping")
    @classmethod
    def _ids_stay_ids(cls, mapping: dict[str, str]) -> dict[str, str]:
        if misplaced_ids(mapping):
            raise ValueError("an ID can only be mapped to an ID field")
        return mapping


class BackupRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    destination: str


class Maintenance(Protocol):
    """Dead letters and backups of a data folder. Methods may raise OperationError with its line."""

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> pl.DataFrame: ...
    def letter(self, letter_id: str, reader: str) -> dict[str, Any] | None: ...
    def replay_letters(
        self, letter_id: str | None, rule: str | None, mapping: dict[str, str], actor: str
    ) -> dict[str, int]: ...
    def backup(self, destination: str) -> dict[str, Any]: ...


class Operations(HealthSource, Maintenance, Protocol):
    """What this part of the API asks of a running service."""

    def status(self) -> dict[str, Any]: ...


def router(operations: Operations) -> APIRouter:
    """Status of a running service."""
    api = APIRouter(prefix="/v1", tags=["operations"])

    @api.get("/status", dependencies=[Depends(require("viewer"))])
    def status() -> dict[str, Any]:
        """Counts, positions and what is published."""
        return operations.status()

    return api


def maintenance_router(maintenance: Maintenance) -> APIRouter:
    """Dead letters and backups of a folder, whether or not a service runs."""
    api = APIRouter(prefix="/v1", tags=["operations"])

    @api.get("/deadletters", dependencies=[Depends(require("oncall"))])
    def letters(rule: str | None = None, replayed: bool = False, limit: Limit = 100) -> Response:
        """Dead letters, newest first, without their raw messages."""
        found = maintenance.letters(rule, replayed=replayed, limit=limit)
        return Response(found.write_json(), media_type="application/json")

    @api.get("/deadletters/{letter_id}")
    def letter(
        letter_id: str, caller: Annotated[Principal, Depends(require("steward", person=True))]
    ) -> dict[str, Any]:
        """One dead letter with its raw message, which may hold personal data. Audited."""
        found = maintenance.letter(letter_id, caller.on_record)
        if found is None:
            raise NotFoundError(reason("refused.no_dead_letter"))
        return found

    @api.post("/deadletters/replay")
    def replay(retry: RetryRequest, caller: Annotated[Principal, Depends(require("oncall"))]) -> dict[str, int]:
        """Try dead letters again. Audited with the mapping."""
        return maintenance.replay_letters(retry.letter_id, retry.rule, retry.mapping, caller.on_record)

    @api.post("/backup", dependencies=[Depends(require("admin", person=True))])
    def backup(request: BackupRequest) -> dict[str, Any]:
        """Write a consistent copy while ingest goes on."""
        return maintenance.backup(request.destination)

    return api
