"""Tokens of people: made, listed and revoked by an admin; each change is audited."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from veille.access import AccessError, Role, TokenFile
from veille.api.access import Principal, require
from veille.api.errors import NotFoundError, OperationError
from veille.reasons import reason
from veille.store.audit import Audit

Admin = Annotated[Principal, Depends(require("admin", person=True))]


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    roles: list[Role] = Field(min_length=1, max_length=6)
    shared: bool = False


def router(tokens: TokenFile, audit: Audit | None) -> APIRouter:
    """audit: None before there is a database."""
    api = APIRouter(prefix="/v1/tokens", tags=["access"])

    @api.get("", dependencies=[Depends(require("admin", person=True))])
    def present() -> list[dict[str, Any]]:
        """Whose tokens there are, never the tokens."""
        return [describe(token) for token in tokens.tokens()]

    @api.post("", status_code=201)
    def create(wanted: NewToken, caller: Admin) -> dict[str, str]:
        """Make a token; it is in this answer and nowhere else."""
        try:
            token = create_token(tokens, audit, caller.on_record, wanted.name, wanted.roles, shared=wanted.shared)
        except AccessError as error:
            raise OperationError(str(error)) from None
        return {"name": wanted.name, "token": token}

    @api.delete("/{name}")
    def revoke(name: str, caller: Admin) -> dict[str, bool]:
        """Take a token back, by name or id; it counts from the next call on."""
        if not revoke_token(tokens, audit, caller.on_record, name):
            raise NotFoundError(reason("refused.no_token"))
        return {"revoked": True}

    return api


def create_token(
    tokens: TokenFile, audit: Audit | None, actor: str, name: str, roles: Sequence[str], *, shared: bool = False
) -> str:
    """Make a token. shared: for several people. On record before it is done, and not at all where it is refused. Raises AccessError."""
    tokens.check_new(name, roles)
    if audit:
        audit.write(actor, "token_create", name, ",".join((*roles, "shared") if shared else roles))
    return tokens.create(name, roles, shared=shared)


def revoke_token(tokens: TokenFile, audit: Audit | None, actor: str, name: str) -> bool:
    """Take a token back, by name or id, on record before it is done; False, and nothing on record, where there is none."""
    if not tokens.knows(name):
        return False
    if audit:
        audit.write(actor, "token_revoke", name)
    return tokens.revoke(name)


def describe(token: Any) -> dict[str, Any]:
    """What may be shown of a token."""
    return {
        "token_id": token.token_id,
        "name": token.name,
        "roles": list(token.roles),
        "created_at": token.created_at,
        "shared": token.shared,
    }
