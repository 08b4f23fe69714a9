"""Audit log and tokens for the commands: on the folder itself, or through the service that owns it."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote

from veille.access import TokenFile, actor_header, personal
from veille.api.errors import OperationError
from veille.api.tokens import create_token, describe, revoke_token
from veille.client import ApiError, Client
from veille.config import Settings
from veille.service.assembly import open_folder
from veille.store.audit import Audit
from veille.store.errors import StoreInUseError


class Records(Protocol):
    """What the commands ask. Methods raise OperationError, AccessError or ApiError with one line."""

    def entries(
        self, *, actor: str | None, action: str | None, subject: str | None, limit: int
    ) -> list[dict[str, Any]]: ...
    def note(self, action: str, subject: str) -> None: ...
    def verify(self, expected: str | None) -> dict[str, Any]: ...
    def tokens(self) -> list[dict[str, Any]]: ...
    def create_token(self, name: str, roles: Sequence[str], *, shared: bool) -> str: ...
    def revoke_token(self, name: str) -> bool: ...


def operator() -> str:
    """Who types: what the audit log and an incident's timeline name."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container without an entry in passwd
        return "operator"
    return personal(name)


@contextmanager
def open_records(settings: Settings, command: str, *, tokens_only: bool = False) -> Iterator[Records]:
    """The folder where nobody holds it, else its service. tokens_only: works before there is a database, unaudited then."""
    tokens = TokenFile(settings.tokens)
    if tokens_only and not settings.database.exists():
        yield _Local(None, tokens)
        return
    try:
        with open_folder(settings, command, create=False) as (database, _, _):
            yield _Local(Audit(database), tokens)
    except StoreInUseError:
        yield _Remote(Client(settings.data_dir, actor_header(operator(), ["admin"])))


def on_record(settings: Settings, command: str, action: str, subject: str) -> None:
    """Note a look at people before it is taken. Raises StoreError, OperationError or ApiError: then nothing may be shown.

    Without a database (a copy of what is published) there is no log: who may open files is outside of it.
    """
    if settings.database.exists():
        with open_records(settings, command) as records:
            records.note(action, subject)


class _Local:
    def __init__(self, audit: Audit | None, tokens: TokenFile) -> None:
        self._audit = audit
        self._tokens = tokens

    def entries(
        self, *, actor: str | None, action: str | None, subject: str | None, limit: int
    ) -> list[dict[str, Any]]:
        return self._log.entries(actor=actor, action=action, subject=subject, limit=limit).to_dicts()

    def note(self, action: str, subject: str) -> None:
        self._log.write(operator(), action, subject)

    def verify(self, expected: str | None) -> dict[str, Any]:
        found = self._log.verify(expected)
        return {name: getattr(found, name) for name in ("rows", "head", "first_broken", "expected_missing", "sound")}

    def tokens(self) -> list[dict[str, Any]]:
        return [describe(token) for token in self._tokens.tokens()]

    def create_token(self, name: str, roles: Sequence[str], *, shared: bool) -> str:
        return create_token(self._tokens, self._audit, operator(), name, roles, shared=shared)

    def revoke_token(self, name: str) -> bool:
        return revoke_token(self._tokens, self._audit, operator(), name)

    @property
    def _log(self) -> Audit:
        if self._audit is None:
            raise OperationError("there is no audit log yet: it starts with the first `veille run` or `veille replay`")
        return self._audit


class _Remote:
    def __init__(self, client: Client) -> None:
        self._client = client

    def entries(
        self, *, actor: str | None, action: str | None, subject: str | None, limit: int
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._client.get(
            "/v1/audit", actor=actor, action=action, subject=subject, limit=limit
        )
        return rows

    def note(self, action: str, subject: str) -> None:
        self._client.post("/v1/audit", {"action": action, "subject": subject})

    def verify(self, expected: str | None) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get("/v1/audit/verify", expect=expected)
        return found

    def tokens(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._client.get("/v1/tokens")
        return rows

    def create_token(self, name: str, roles: Sequence[str], *, shared: bool) -> str:
        return str(self._client.post("/v1/tokens", {"name": name, "roles": list(roles), "shared": shared})["token"])

    def revoke_token(self, name: str) -> bool:
        try:
            return bool(self._client.delete(f"/v1/tokens/{quote(name, safe='')}")["revoked"])
        except ApiError as error:
            if error.status == 404:
                return False
            raise
