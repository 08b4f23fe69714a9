"""Double coding: samples, and what each coder says, blind to the others until she has finished."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from veille.api.access import Principal, require
from veille.api.errors import NotFoundError, OperationError
from veille.reasons import reason
from veille.store.samples import NewSample, Samples

MOST_ITEMS = 1_000
Coder = Annotated[Principal, Depends(require("analyst", "researcher", person=True))]


class DrawnSample(BaseModel):
    """A sample as it was drawn."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=200)
    filters: dict[str, str | int | float | None] = {}
    seed: str = Field(min_length=1, max_length=64)
    drawn_from: int = Field(ge=1, le=2**62)
    event_ids: list[UUID] = Field(min_length=1, max_length=MOST_ITEMS)


class Code(BaseModel):
    """What the caller says of one item."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID
    code: Literal["yes", "no", "unsure"]


def router(samples: Samples) -> APIRouter:
    api = APIRouter(prefix="/v1/samples", tags=["samples"])

    @api.get("", dependencies=[Depends(require("analyst", "researcher"))])
    def every() -> list[dict[str, Any]]:
        """All samples, newest first, with how far each coder is."""
        return samples.list().to_dicts()

    @api.post("", status_code=201)
    def add(drawn: DrawnSample, caller: Coder) -> dict[str, str]:
        """Keep a sample that was drawn from what is published."""
        ids = list(dict.fromkeys(str(event_id) for event_id in drawn.event_ids))
        sample = NewSample(
            question=drawn.question,
            filters=dict(drawn.filters),
            seed=drawn.seed,
            drawn_from=drawn.drawn_from,
            event_ids=ids,
        )
        return {"sample_id": samples.add(caller.on_record, sample)}

    @api.get("/{sample_id}")
    def items(sample_id: str, caller: Coder) -> list[dict[str, Any]]:
        """Items in their order, with the caller's own codes and nobody else's."""
        found = samples.items(sample_id, caller.on_record)
        if found.is_empty():
            raise NotFoundError(reason("refused.no_sample"))
        return found.to_dicts()

    @api.post("/{sample_id}/codes")
    def code(sample_id: str, said: Code, caller: Coder) -> dict[str, bool]:
        """Code one item in the caller's name; again replaces it."""
        if str(said.event_id) not in set(samples.items(sample_id, caller.on_record)["event_id"]):
            raise NotFoundError(reason("refused.no_item"))
        samples.code(sample_id, str(said.event_id), caller.on_record, said.code)
        return {"coded": True}

    @api.get("/{sample_id}/codes")
    def codes(sample_id: str, caller: Coder) -> list[dict[str, Any]]:
        """Everybody's codes, for a caller who has coded every item: before that they would colour her own."""
        if samples.items(sample_id, caller.on_record)["code"].null_count():
            raise OperationError(reason("refused.code_first"))
        return samples.codes(sample_id).to_dicts()

    return api
