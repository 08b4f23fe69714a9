"""Who may call the API and see the pages."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from veille.access import Role
from veille.config.sections import Section

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Api(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8712, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK


class Access(Section):
    """Tokens of people stand in `tokens.json` of the data folder (`veille token`)."""

    without_tokens: bool = False


class Dashboards(Section):
    """Who may see the pages. login: `loopback` (nobody logs in, served to this machine only), `oidc` (Streamlit's login) or `elsewhere`
    (something before the pages keeps strangers out).

    roles_claim: claim of the token that names roles or groups; roles: group, address or subject → roles; default_roles: for
    everybody let in otherwise. secrets_file: Streamlit's, with its section [auth]. service_address, service_token_file: the API of the
    service, where the data folder is not shared with it.
    """

    login: Literal["loopback", "oidc", "elsewhere"] = "loopback"
    roles_claim: str = "roles"
    roles: dict[str, tuple[Role, ...]] = {}
    default_roles: tuple[Role, ...] = ()
    secrets_file: Path | None = None
    service_address: str | None = None
    service_token_file: Path | None = None
