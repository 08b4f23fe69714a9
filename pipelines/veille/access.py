"""Who may do what: the roles, the people behind a call, and the tokens by which the API knows them.

A token stands in `tokens.json` of the data folder as the SHA-256 of 256 random bits, so the file gives nobody access
(a slow hash would add nothing to a secret that cannot be guessed).
"""

import json
import os
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args
from urllib.parse import quote, unquote

from veille.errors import VeilleError

Role = Literal["viewer", "researcher", "analyst", "oncall", "steward", "admin"]
"""viewer: statistics. researcher: the research gateway. analyst: findings and incidents. oncall: pages and the service's
health. steward: identities, audit, research rights. admin: everything."""

ROLES: tuple[Role, ...] = get_args(Role)
SEES_PEOPLE: tuple[Role, ...] = ("analyst", "oncall", "steward")
"""Who sees targets, accounts, clusters, single events and exact numbers; the others see what research may, under the k-rule."""
NAME_CHARACTERS = 80
SHARED_MARK = " (shared)"
SHARED_NAMES = frozenset({"desk"})
"""Tokens of these names are shared whatever was said when they were made (deploy/desk.yml)."""
RESERVED_NAMES = frozenset({"veille", "service", "system", "local", "nobody"})
"""What Veille calls itself and callers without a name. No person may be called so."""
_PREFIX = "veille_"


class AccessError(VeilleError):
    """A name, role or token is not acceptable: one line that says why."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person (or program) behind a call. shared: several people act under this name, and nobody knows which of them."""

    name: str
    roles: frozenset[Role]
    shared: bool = False

    @property
    def on_record(self) -> str:
        """The name under which acts are recorded."""
        return f"{self.name}{SHARED_MARK}" if self.shared else self.name

    def may(self, *roles: Role) -> bool:
        """Whether one of `roles` is held. Everybody known is a viewer; an admin holds every role."""
        return "admin" in self.roles or "viewer" in roles or not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token: never the token itself."""

    token_id: str
    name: str
    roles: tuple[Role, ...]
    digest: str
    created_at: str
    shared: bool = False


def parse_roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by name; raises AccessError for none, or one that there is not."""
    given = [name.strip() for name in names]
    known = frozenset(role for role in ROLES if role in given)
    if not known or len(known) != len(set(given)):
        raise AccessError(f"a role must be one of {', '.join(ROLES)}")
    return known


def checked_name(name: str) -> str:
    """The name, trimmed; raises AccessError where it is empty, too long, not one printable line, or one of Veille's own."""
    trimmed = name.strip()
    if not trimmed or len(trimmed) > NAME_CHARACTERS or not trimmed.isprintable():
        raise AccessError(f"a name must be one printable line of 1 to {NAME_CHARACTERS} characters")
    folded = "".join(
        each for each in unicodedata.normalize("NFKC", trimmed).casefold() if each.isalnum() or each in ":("
    )
    if folded.partition(":")[0] in RESERVED_NAMES or folded.endswith("(shared"):
        raise AccessError("this name is used by Veille itself in its records", "choose another")
    return trimmed


def personal(name: str) -> str:
    """A name of the operating system as a person's name here: one that Veille uses itself is told apart."""
    try:
        return checked_name(name)
    except AccessError:
        return checked_name(f"user {''.join(each for each in name if each.isalnum())}"[:NAME_CHARACTERS])


def actor_header(name: str, roles: Iterable[Role], *, shared: bool = False) -> str:
    """Value of `X-Veille-Actor`: the person for whom the holder of the folder's token acts."""
    return f"{quote(checked_name(name), safe=' ')};{','.join(sorted(roles))}{';shared' if shared else ''}"


def parse_actor(header: str) -> Principal:
    """The person that `X-Veille-Actor: name;role[,role][;shared]` names. Raises AccessError."""
    name, _, rest = header.partition(";")
    roles, marked, mark = rest.partition(";")
    if marked and mark.strip() != "shared":
        raise AccessError("only `shared` may follow the roles")
    plain = checked_name(unquote(name))
    return Principal(plain, parse_roles(roles.split(",")), bool(marked) or _always_shared(plain))


def is_personal(token: str) -> bool:
    """Whether it is a token of `veille token create`, which says by itself who acts; else the data folder's."""
    return token.startswith(_PREFIX)


class TokenFile:
    """The tokens of a data folder; a change of the file counts from the next call on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """All tokens. Raises AccessError where the file is not ours alone or not readable."""
        with self._lock:
            return self._read()

    def find(self, token: str) -> Principal | None:
        """Whose token this is; None where nobody's."""
        digest = _digest(token)
        found = [each for each in self.tokens() if secrets.compare_digest(each.digest, digest)]
        if not found:
            return None
        return Principal(found[0].name, frozenset(found[0].roles), found[0].shared or _always_shared(found[0].name))

    def create(self, name: str, roles: Iterable[str], now: datetime | None = None, *, shared: bool = False) -> str:
        """Add a token and return it: it is shown this once. Raises AccessError for a name that is taken.

        shared: several people will use it, so its holder may act but not decide (`require(..., person=True)`).
        """
        held, wanted = parse_roles(roles), checked_name(name)
        token = _PREFIX + secrets.token_urlsafe(32)
        at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
        with self._lock:
            present = self._read()
            _refuse_taken(wanted, present)
            kept = tuple(r for r in ROLES if r in held)
            row = Token(
                token_id=secrets.token_hex(4),
                name=wanted,
                roles=kept,
                digest=_digest(token),
                created_at=at,
                shared=shared or _always_shared(wanted),
            )
            self._write((*present, row))
        return token

    def check_new(self, name: str, roles: Iterable[str]) -> None:
        """What `create` would refuse, so that nothing is put on record as done that is not. Raises AccessError."""
        parse_roles(roles)
        _refuse_taken(checked_name(name), self.tokens())

    def knows(self, name: str) -> bool:
        """Whether there is a token of this name or id."""
        return any(name in (each.name, each.token_id) for each in self.tokens())

    def revoke(self, name: str) -> bool:
        """Take a token back, by name or id; False where there is none."""
        with self._lock:
            present = self._read()
            kept = tuple(each for each in present if name not in (each.name, each.token_id))
            if len(kept) == len(present):
                return False
            self._write(kept)
        return True

    def _read(self) -> tuple[Token, ...]:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._tokens = None, ()
            return ()
        if state.st_mode & 0o077:
            raise AccessError(f"{self._path} can be read by others", "run chmod 600 on it, and create its tokens again")
        if self._stamp != (state.st_mtime_ns, state.st_ino):
            self._tokens = _parse(self._path)
            self._stamp = (state.st_mtime_ns, state.st_ino)
        return self._tokens

    def _write(self, tokens: tuple[Token, ...]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            json.dump([_plain(token) for token in tokens], handle, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(self._path)


def _always_shared(name: str) -> bool:
    return name.casefold() in SHARED_NAMES


def _refuse_taken(name: str, present: tuple[Token, ...]) -> None:
    if any(each.name == name for each in present):
        raise AccessError(f"{name} has a token already", "revoke it first, or choose another name")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _plain(token: Token) -> dict[str, Any]:
    return {name: getattr(token, name) for name in Token.__slots__}


def _parse(path: Path) -> tuple[Token, ...]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Token(**{**row, "roles": tuple(parse_roles(row["roles"]))}) for row in rows)
    except (ValueError, TypeError, KeyError, AccessError):
        raise AccessError(f"{path} is damaged", "remove it and create the tokens again (veille token create)") from None
