"""What persons add beside the data: notes on the timeline."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from veille.api.access import Principal, require
from veille.api.errors import NotFoundError
from veille.reasons import reason
from veille.store.annotations import Annotations

Author = Annotated[Principal, Depends(require("analyst", "oncall", "researcher"))]


class AnnotationRequest(BaseModel):
    """A note on a moment, or on a stretch of event time. Times without a zone are UTC."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    note: str = Field(min_length=1, max_length=500)
    since: datetime
    until: datetime | None = None
    about: str | None = Field(default=None, pattern=r"^[a-z_]{1,20}:[\w-]{1,64}$", examples=["surge:0f…"])


def router(annotations: Annotations) -> APIRouter:
    api = APIRouter(prefix="/v1/annotations", tags=["annotations"])

    @api.post("", status_code=201)
    def add(note: AnnotationRequest, caller: Author) -> dict[str, str]:
        """Write a note in the caller's name; pages show it with the next publication."""
        return {"annotation_id": annotations.add(caller.on_record, note.note, note.since, note.until, note.about)}

    @api.delete("/{annotation_id}")
    def withdraw(annotation_id: str, caller: Author) -> dict[str, bool]:
        """Take a note back; what it said, and who took it back, stays on record."""
        if not annotations.withdraw(annotation_id, caller.on_record):
            raise NotFoundError(reason("refused.no_note"))
        return {"withdrawn": True}

    return api
