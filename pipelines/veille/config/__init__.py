"""Settings: `veille.toml` < environment `VEILLE_SECTION__KEY` < what is passed explicitly. Frozen; typos refuse to start."""

import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from veille.config.access import AccessSettings, Api, Dashboards
from veille.config.channels import (
    Alertmanager,
    Apprise,
    Channel,
    ChannelName,
    DeliverySettings,
    Email,
    PagerDuty,
    Webhook,
)
from veille.config.detection import Coordination, Surges
from veille.config.incidents import Blindness, IncidentSettings, Rota
from veille.config.pipeline import Ingest, Kafka, LogSettings, Privacy, Publish, Registry, Store, Topic
from veille.config.posts import Generator, Posts
from veille.config.research import KernelLock, Research
from veille.config.rules import RULES, Rule, Severity
from veille.config.sections import SettingsSection
from veille.errors import VeilleError

__all__ = [
    "RULES",
    "AccessSettings",
    "Alertmanager",
    "Api",
    "Apprise",
    "Blindness",
    "Channel",
    "ChannelName",
    "ConfigError",
    "Coordination",
    "Dashboards",
    "DeliverySettings",
    "Email",
    "Generator",
    "IncidentSettings",
    "Ingest",
    "Kafka",
    "KernelLock",
    "LogSettings",
    "PagerDuty",
    "Posts",
    "Privacy",
    "Publish",
    "Registry",
    "Research",
    "Rota",
    "Rule",
    "Settings",
    "SettingsSection",
    "Severity",
    "Store",
    "Surges",
    "Topic",
    "Webhook",
    "load",
]

DEFAULT_FILE = Path("veille.toml")


class ConfigError(VeilleError):
    """A setting is wrong: the message names the key and what it may be."""


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="VEILLE_", env_nested_delimiter="__", frozen=True, extra="forbid")

    data_dir: Path = Path("veille-data")
    kafka: Kafka = Kafka()
    ingest: Ingest = Ingest()
    publish: Publish = Publish()
    posts: Posts = Posts()
    store: Store = Store()
    privacy: Privacy = Privacy()
    api: Api = Api()
    access: AccessSettings = AccessSettings()
    dashboards: Dashboards = Dashboards()
    incidents: IncidentSettings = IncidentSettings()
    channels: dict[ChannelName, Channel] = {}
    delivery: DeliverySettings = DeliverySettings()
    research: Research = Research()
    surges: Surges = Surges()
    coordination: Coordination = Coordination()
    log: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _known_channels(self) -> "Settings":
        for rota, people in self.incidents.rotas.items():
            for name in (*people.channels, *people.fallback, *people.escalate_to):
                if name not in self.channels:
                    raise ValueError(
                        f"incidents.rotas.{rota} names the channel {name}, which is missing under [channels]"
                    )
        for name in self.delivery.handover_to:
            if name not in self.channels:
                raise ValueError(f"delivery.handover_to names the channel {name}, which is missing under [channels]")
        return self

    @model_validator(mode="after")
    def _locked_where_served(self) -> "Settings":
        """Without the kernel's lock, only whoever has the machine to herself may run SQL."""
        if self.research.kernel_lock == "required":
            return self
        if not self.api.on_loopback:
            raise ValueError(
                'research.kernel_lock = "where_available" is only for a machine that serves no other users: set api.host to '
                '127.0.0.1, or kernel_lock to "required"'
            )
        if self.dashboards.login != "loopback":
            raise ValueError(
                'research.kernel_lock = "where_available" is only for a machine that serves no other users: set dashboards.login to '
                '"loopback", or kernel_lock to "required"'
            )
        return self

    @property
    def database(self) -> Path:
        return self.data_dir / "veille.duckdb"

    @property
    def published(self) -> Path:
        return self.data_dir / "published"

    @property
    def analyst(self) -> Path:
        """The catalogue that analysts and the dashboards read."""
        return self.published / "analyst"

    @property
    def research_folder(self) -> Path:
        """The catalogue that researchers read."""
        return self.research.folder or self.published / "research"

    @property
    def tokens(self) -> Path:
        """Who may call the API, besides the folder's owner."""
        return self.data_dir / "tokens.json"

    @property
    def key_file(self) -> Path:
        return self.privacy.key_file or self.data_dir / "pseudonym.key"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get("VEILLE_CONFIG", DEFAULT_FILE))
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=file),
            file_secret_settings,
        )


def load(**explicit: Any) -> Settings:
    """Read the settings; explicit values that are None are left to the file and the environment.

    Raises ConfigError with one line that names each wrong key.
    """
    named = os.environ.get("VEILLE_CONFIG")
    if named and not Path(named).is_file():
        raise ConfigError(f"VEILLE_CONFIG names {named}, which is not a file")
    try:
        return Settings(**{key: value for key, value in explicit.items() if value is not None})
    except ValidationError as error:
        raise ConfigError("; ".join(_problem(each) for each in error.errors(include_input=False))) from None
    except ValueError as error:  # TOML syntax
        raise ConfigError(f"settings: {named or DEFAULT_FILE} is not valid TOML: {error}") from None


def _problem(error: ErrorDetails) -> str:
    """One line that names the key, never its value."""
    message = error["msg"].removeprefix("Value error, ")
    return ": ".join(("settings", *([".".join(map(str, error["loc"]))] if error["loc"] else []), message))
