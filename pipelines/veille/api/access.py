"""Who calls: a bearer token of a person, or the token of the data folder, whose holder may act for a named person.

The folder's token is for programs on this machine that have checked the person themselves (the dashboards' server
side, the commands); they name her in `X-Veille-Actor: name;role`. A person's own token cannot do that. The request guard
(veille.api.guard) finds the caller before anything of the request's body is read.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from veille.access import AccessError, Principal, Role, TokenFile, parse_actor
from veille.errors import VeilleError
from veille.reasons import Reason, reason

__all__ = ["Access", "AccessError", "Principal", "Role", "TokenFile", "require"]

LOCAL = Principal("local", frozenset[Role]({"admin"}))
TOKEN_CHARACTERS = 200
_bearer = HTTPBearer(auto_error=False, description="A token of `veille token create`, or the data folder's api.token.")


class AccessRefusedError(VeilleError):
    """A caller is refused: status 400, 401, 403 or 503, and one line."""

    def __init__(self, status: int, cause: str | Reason, *, cure: str = "") -> None:
        super().__init__(cause, cure)
        self.status = status


class Access:
    """Turns the credentials of a call into a Principal."""

    def __init__(self, folder_token: str, tokens: TokenFile | None = None) -> None:
        self._folder_token = folder_token
        self._tokens = tokens

    def caller(self, authorization: Sequence[str], actors: Sequence[str]) -> Principal:
        """Who calls, by the values of the headers Authorization and X-Veille-Actor. Raises RefusedError."""
        if not authorization:
            raise AccessRefusedError(401, "send a token: Authorization: Bearer …")
        scheme, _, token = authorization[0].partition(" ")
        if len(authorization) > 1 or scheme.lower() != "bearer" or not 0 < len(token.strip()) <= TOKEN_CHARACTERS:
            raise AccessRefusedError(401, "send one token: Authorization: Bearer …")
        if len(actors) > 1:
            raise AccessRefusedError(400, "send X-Veille-Actor once")
        return self._principal(token.strip(), actors[0] if actors else None)

    def _principal(self, token: str, actor: str | None) -> Principal:
        if secrets.compare_digest(token.encode(), self._folder_token.encode()):
            return self._acted_for(actor)
        try:
            found = self._tokens.find(token) if self._tokens else None
        except AccessError as error:
            raise AccessRefusedError(503, str(error)) from None
        if found is None:
            raise AccessRefusedError(401, "this token is unknown or was revoked")
        if actor is not None:
            raise AccessRefusedError(403, "only the token of the data folder may act for another person")
        return found

    @staticmethod
    def _acted_for(actor: str | None) -> Principal:
        try:
            return LOCAL if actor is None else parse_actor(actor)
        except AccessError as error:
            raise AccessRefusedError(400, f"X-Veille-Actor is name;role: {error}") from None


def require(*roles: Role, person: bool = False) -> Callable[..., Principal]:
    """A dependency that gives the caller, who holds one of `roles`; 401 for nobody known, 403 for the wrong role.

    person: this is decided or seen by one person, who answers for it; a token that several people share is refused.
    """

    def check(
        request: Request, _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Principal:
        caller = getattr(request.state, "caller", None)
        if not isinstance(caller, Principal):  # the request guard has not let anybody in
            raise HTTPException(401, "send a token: Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"})
        if not caller.may(*roles):
            raise AccessRefusedError(403, reason("refused.role", roles=list(dict.fromkeys((*roles, "admin")))))
        if person and caller.shared:
            raise AccessRefusedError(403, SHARED)
        return caller

    return check


SHARED = reason("refused.shared")
