"""The audit log: what pages note of what was looked at, and the steward's view of all of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from veille.api.access import SHARED, Principal, require
from veille.api.errors import ForbiddenError, InvalidError
from veille.reasons import reason
from veille.store.audit import Audit

Viewer = Annotated[Principal, Depends(require("viewer"))]
Limit = Annotated[int, Query(ge=1, le=10_000)]
Filter = Annotated[str | None, Query(max_length=200)]


_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""One line, so that it cannot look like another row where the log is printed."""
OWN_ACTIONS = frozenset({"cluster", "letter", "letters", "look", "target.lookup"})
"""Actions, and first words of actions, that only Veille writes, of what it did itself. A page's look has another."""
SHARED_NEVER = frozenset({"prompt"})
"""First words of looks that a token which several people share cannot take: nobody would answer for them."""


class ViewRecord(BaseModel):
    """What the caller looked at or took out, in words that Veille does not use for what it did itself."""

    model_config = ConfigDict(extra="forbid")

    action: str = Field(pattern=r"^[a-z_]{1,40}\.[a-z_]{1,40}$", examples=["target.read"])
    subject: str | None = Field(default=None, max_length=200, pattern=_LINE)
    reason: str | None = Field(default=None, max_length=1_000, pattern=_LINE)


def router(audit: Audit) -> APIRouter:
    api = APIRouter(prefix="/v1/audit", tags=["audit"])

    @api.post("", status_code=201)
    def note(look: ViewRecord, caller: Viewer) -> dict[str, bool]:
        """Note in the caller's name what she looks at."""
        first = look.action.partition(".")[0]
        if OWN_ACTIONS & {first, look.action}:
            raise InvalidError(reason("refused.reserved_action"))
        if caller.shared and first in SHARED_NEVER:
            raise ForbiddenError(SHARED)
        audit.write(caller.on_record, look.action, look.subject, look.reason)
        return {"written": True}

    @api.get("", dependencies=[Depends(require("steward"))])
    def entries(
        actor: Filter = None, action: Filter = None, subject: Filter = None, limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """Who did what, newest first."""
        return audit.entries(actor=actor, action=action, subject=subject, limit=limit).to_dicts()

    @api.get("/verify", dependencies=[Depends(require("steward"))])
    def verify(expect: Filter = None) -> dict[str, Any]:
        """Recompute the hash chain; `expect`: a head noted earlier that must still be in it."""
        found = audit.verify(expect)
        return {
            "sound": found.sound,
            "rows": found.rows,
            "head": found.head,
            "first_broken": found.first_broken,
            "expected_missing": found.expected_missing,
        }

    return api
