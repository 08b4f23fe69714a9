"""What a login's claims are worth (OpenID Connect): who it is, until when, with which roles. Pure: no page, no clock.

Only the issuer of the settings is believed. A person is known by issuer and subject; an address counts where the issuer says that
it has verified it. What a subject or an address is called gives no role by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from veille import config
from veille.access import ROLES, AccessError, Role, checked_name
from veille.errors import VeilleError

_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LoggedInPerson:
    """Who has logged in. ends_at: when she must log in again, UTC."""

    name: str
    roles: frozenset[Role]
    ends_at: datetime


class RefusedClaimsError(VeilleError):
    """Nobody is let in. key: of the text that says why (section `access`)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def of(claims: Mapping[str, Any], settings: config.Dashboards, session_hours: float, now: datetime) -> LoggedInPerson:
    """The person whom the claims name. Raises RefusedClaimsError."""
    if not settings.issuer:
        raise RefusedClaimsError("no_issuer")
    subject = claims.get("sub")
    if claims.get("iss") != settings.issuer or not isinstance(subject, str) or not subject:
        raise RefusedClaimsError("wrong_issuer")
    since = _since(claims)
    if since > now + _CLOCKS_APART:
        raise RefusedClaimsError("no_time")
    ends_at = since + timedelta(hours=session_hours)
    if now >= ends_at:
        raise RefusedClaimsError("session_over")
    found = _mapped(claims, settings)
    try:
        name = checked_name(found[0] if found else _verified(claims) or subject)
    except AccessError:
        raise RefusedClaimsError("no_name") from None
    return LoggedInPerson(name, roles_of(claims, settings), ends_at)


def roles_of(claims: Mapping[str, Any], settings: config.Dashboards) -> frozenset[Role]:
    """Roles from claims: those that `roles_claim` names or `roles` maps one of its groups to, those of the person under `people`, and
    the default ones."""
    stated = claims.get(settings.roles_claim)
    groups = {stated} if isinstance(stated, str) else set()
    if isinstance(stated, list | tuple):
        groups = {group for group in stated if isinstance(group, str)}
    own = _mapped(claims, settings)
    mapped = {role for group in groups for role in settings.roles.get(group, ())}
    mapped |= set(own[1]) if own else set()
    address = _verified(claims)
    mapped |= set(settings.roles.get(address, ())) if address else set()
    return frozenset(role for role in ROLES if role in groups or role in mapped or role in settings.default_roles)


def _mapped(claims: Mapping[str, Any], settings: config.Dashboards) -> tuple[str, tuple[Role, ...]] | None:
    """Name and roles of the person in the settings, by subject, else by verified address."""
    subject, address = claims.get("sub"), _verified(claims)
    for name, person in settings.people.items():
        if person.subject is not None and subject == person.subject:
            return name, person.roles
    for name, person in settings.people.items():
        if person.subject is None and person.email is not None and address == person.email.casefold():
            return name, person.roles
    return None


def _verified(claims: Mapping[str, Any]) -> str | None:
    """The address, where its issuer vouches for it."""
    address = claims.get("email")
    return (
        address.casefold()
        if isinstance(address, str) and "@" in address and claims.get("email_verified") is True
        else None
    )


def _since(claims: Mapping[str, Any]) -> datetime:
    """When she logged in. Raises RefusedClaimsError where the claims do not say."""
    at = claims.get("iat")
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise RefusedClaimsError("no_time")
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        raise RefusedClaimsError("no_time") from None
