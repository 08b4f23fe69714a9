"""Looking up a known handle: whoever has a duty towards a person finds her page without anybody storing her name.

The handle is hashed here and forgotten: it is written nowhere, stands in no error and no log, and the audit log holds the
pseudonym that came of it.
"""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from veille.api.access import Principal, require
from veille.api.errors import InvalidError
from veille.privacy import Pseudonymiser, fold_person, short
from veille.reasons import reason
from veille.scrub import Scrubber
from veille.store.aliases import PeopleAliases
from veille.store.audit import Audit

Analyst = Annotated[Principal, Depends(require("analyst", "steward", person=True))]


class LookupRequest(BaseModel):
    """A person as she is called on her platform, and why she is looked up. The handle prints as stars."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    platform: str = Field(min_length=1, max_length=64, examples=["x"])
    handle: SecretStr = Field(min_length=1, max_length=256)
    reason: str = Field(min_length=1, max_length=1_000)


_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": LookupRequest.model_json_schema()}}}
}


def router(pseudonymiser: Pseudonymiser, audit: Audit, aliases: PeopleAliases) -> APIRouter:
    """Needs a pseudonymiser of the installation's key that keeps no originals."""
    api = APIRouter(prefix="/v1/lookup", tags=["lookup"])
    scrub = Scrubber(pseudonymiser.short_person)

    @api.post("", openapi_extra=_BODY, responses={422: {"description": "A part is missing or empty."}})
    def look_up(raw: Annotated[bytes, Depends(_body)], caller: Analyst) -> dict[str, Any]:
        """The pseudonym of the person whom a handle names, whether or not anything is known of her. Audited with its reason.

        Where a record showed the handle beside a number, it is the number's; `also` lists the other pseudonyms under which
        rows about the handle may stand: the handle's own, and those of people who had it before, each with its dates.
        """
        known = _read(raw)
        handle = known.handle.get_secret_value()
        named = UUID(bytes=pseudonymiser.one("person", known.platform.lower(), handle))
        holders = aliases.holders(named)
        target_id = holders[0].person if holders else named
        name = short(target_id, "target")
        audit.write(caller.on_record, "target.lookup", name, _without(scrub, known, name))
        also = [_other(each.person, each.first_at, each.last_at) for each in holders[1:]]
        return {"target_id": str(target_id), "target": name, "also": [*also, _other(named)] if holders else []}

    return api


def _other(person: UUID, first_at: datetime | None = None, last_at: datetime | None = None) -> dict[str, Any]:
    return {"target_id": str(person), "target": short(person, "target"), "first_at": first_at, "last_at": last_at}


async def _body(request: Request) -> bytes:
    return await request.body()


def _read(raw: bytes) -> LookupRequest:
    """The body. Read here and not by FastAPI, whose errors repeat what was sent."""
    try:
        known = LookupRequest.model_validate_json(raw)
    except ValidationError:
        raise InvalidError(reason("refused.three_texts")) from None
    if not fold_person(known.handle.get_secret_value()):
        raise InvalidError(reason("refused.empty_handle"))
    return known


def _without(scrub: Scrubber, known: LookupRequest, name: str) -> str:
    """The reason without the handle, in whatever spelling somebody wrote it there."""
    handle = known.handle.get_secret_value()
    plain = re.sub(rf"(?i)(?<!\w)@?{re.escape(fold_person(handle))}(?!\w)", name, known.reason)
    return scrub.exact(plain, known.platform, own={handle: name})
