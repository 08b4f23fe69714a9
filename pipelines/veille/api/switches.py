"""Stop switches: paging and research publishing, stopped and resumed by one call each."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from veille.api.access import Principal, require
from veille.store.audit import Audit
from veille.store.modes import ServiceMode, Switch


class Switching(Protocol):
    """What stops and resumes."""

    def turn(self, what: Switch, *, stopped: bool, actor: str, comment: str) -> ServiceMode: ...


class SwitchRequest(BaseModel):
    """What is stopped or resumed, and why."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["paging", "research"]
    comment: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S")]


Switcher = Annotated[Principal, Depends(require("oncall", "steward", person=True))]


def router(switches: Switching, audit: Audit) -> APIRouter:
    """The switches of a folder."""
    api = APIRouter(prefix="/v1", tags=["operations"])

    def turned(said: SwitchRequest, caller: Principal, *, stopped: bool) -> dict[str, Any]:
        mode = switches.turn(said.what, stopped=stopped, actor=caller.on_record, comment=said.comment)
        audit.write(caller.on_record, "stop" if stopped else "resume", said.what, said.comment)
        return {**asdict(mode), "known_at": f"{mode.known_at.isoformat(timespec='seconds')}Z"}

    @api.post("/stop")
    def stop(said: SwitchRequest, caller: Switcher) -> dict[str, Any]:
        """Stop paging or research publishing until it is resumed. Audited."""
        return turned(said, caller, stopped=True)

    @api.post("/resume")
    def resume(said: SwitchRequest, caller: Switcher) -> dict[str, Any]:
        """Resume what was stopped. Audited."""
        return turned(said, caller, stopped=False)

    return api
