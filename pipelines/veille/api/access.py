"""Who calls: a bearer token of a person, or the token of the data folder, whose holder may act for a named person.

The folder's token is for programs on this machine that have checked the person themselves (the dashboards' server
side, the commands); they name her in `X-Veille-Actor: name;role`. A person's own token cannot do that.
"""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from veille.access import AccessError, Principal, Role, TokenFile, parse_actor

__all__ = ["Access", "AccessError", "Principal", "Role", "TokenFile", "require"]

LOCAL = Principal("local", frozenset[Role]({"admin"}))
_bearer = HTTPBearer(auto_error=False, description="A token of `veille token create`, or the data folder's api.token.")


class Access:
    """Turns the credentials of a call into a Principal."""

    def __init__(self, folder_token: str, tokens: TokenFile | None = None) -> None:
        self._folder_token = folder_token
        self._tokens = tokens

    def principal(self, token: str, actor: str | None) -> Principal:
        """Who calls. Raises HTTPException 401 (unknown token) or 403 (acting for another without the right)."""
        if secrets.compare_digest(token.encode(), self._folder_token.encode()):
            return self._acted_for(actor)
        try:
            found = self._tokens.find(token) if self._tokens else None
        except AccessError as error:
            raise HTTPException(503, str(error)) from None
        if found is None:
            raise _unknown("this token is not known, or was revoked")
        if actor is not None:
            raise HTTPException(403, "only the data folder's token may act for somebody else")
        return found

    @staticmethod
    def _acted_for(actor: str | None) -> Principal:
        try:
            return LOCAL if actor is None else parse_actor(actor)
        except AccessError as error:
            raise HTTPException(400, f"X-Veille-Actor is name;role: {error}") from None


def require(*roles: Role) -> Callable[..., Principal]:
    """A dependency that gives the caller, who holds one of `roles`; 401 for nobody known, 403 for the wrong role."""

    def check(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Principal:
        if credentials is None:
            raise _unknown("send a token: Authorization: Bearer …")
        access: Access = request.app.state.access
        caller = access.principal(credentials.credentials, request.headers.get("x-veille-actor"))
        if not caller.may(*roles):
            raise HTTPException(403, f"this needs the role {' or '.join((*roles, 'admin'))}")
        return caller

    return check


def _unknown(why: str) -> HTTPException:
    return HTTPException(401, why, headers={"WWW-Authenticate": "Bearer"})
