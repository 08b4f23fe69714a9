"""Who may call the API and see the pages."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from veille.access import Role
from veille.config.sections import SettingsSection

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Api(SettingsSection):
    """Where the API listens, and what it takes.

    header_seconds, body_seconds: until a request's header, then its body, must be there in full. idle_seconds: of a connection without
    a request; stalled_seconds: of one that takes nothing of its answer. connections: open at once, never more than a quarter of the
    descriptors that the process may have; connections_each: of one address other than loopback. requests: under way at once, of which
    requests_each of one person. body_kib: of a request, where its route says nothing else.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8712, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    header_seconds: float = Field(default=10.0, gt=0)
    body_seconds: float = Field(default=20.0, gt=0)
    idle_seconds: float = Field(default=5.0, gt=0)
    stalled_seconds: float = Field(default=30.0, gt=0)
    connections: int = Field(default=200, ge=8)
    connections_each: int = Field(default=50, ge=4)
    requests: int = Field(default=64, ge=4)
    requests_each: int = Field(default=16, ge=1)
    body_kib: int = Field(default=32, ge=8)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK


class AccessSettings(SettingsSection):
    """Tokens of people stand in `tokens.json` of the data folder (`veille token`).

    session_hours: after so long a person logs in to the pages again. lookups_a_minute, looks_a_minute: of one person, look-ups of a
    handle and lines of the audit log; failures_a_minute: calls of one address with no token or an unknown one.
    """

    without_tokens: bool = False
    session_hours: float = Field(default=12.0, gt=0)
    lookups_a_minute: int = Field(default=30, ge=1)
    looks_a_minute: int = Field(default=120, ge=1)
    failures_a_minute: int = Field(default=1200, ge=1)


class Login(SettingsSection):
    """A person who logs in: known by the subject that the issuer gave her, or by an address that the issuer has verified."""

    subject: str | None = Field(default=None, min_length=1)
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    roles: tuple[Role, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Login":
        if (self.subject is None) == (self.email is None):
            raise ValueError("set either subject or email")
        return self


class Dashboards(SettingsSection):
    """Who may see the pages. login: `loopback` (nobody logs in, served to this machine only), `oidc` (Streamlit's login) or `elsewhere`
    (a proxy in front of the pages controls access).

    issuer: with oidc, the only one believed, as its tokens name it. roles_claim: claim of the token that names roles or groups; roles:
    group, or verified address → roles; people: name → subject or verified address, and roles; default_roles: for everybody let in
    otherwise. secrets_file: Streamlit's, with its section [auth]. service_address, service_token_file: the API of the service, where
    the data folder is not shared with it.
    """

    login: Literal["loopback", "oidc", "elsewhere"] = "loopback"
    issuer: str | None = None
    roles_claim: str = "roles"
    roles: dict[str, tuple[Role, ...]] = {}
    people: dict[str, Login] = {}
    default_roles: tuple[Role, ...] = ()
    secrets_file: Path | None = None
    service_address: str | None = None
    service_token_file: Path | None = None
