"""Settings: `veille.toml` < environment `VEILLE_SECTION__KEY` < what is passed explicitly. Frozen; typos refuse to start."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

DEFAULT_FILE = Path("veille.toml")


class ConfigError(Exception):
    """A setting is wrong: the message names the key and what it may be."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kafka(Section):
    """Where events come from. `options` is passed to the client as it is (TLS, SASL, timeouts)."""

    bootstrap_servers: str = "localhost:9092"
    group_id: str = "veille"
    client: Literal["kafka-python", "confluent"] = "kafka-python"
    mentions_topic: str = "veille.mentions"
    generations_topic: str = "veille.generations"
    moderations_topic: str = "veille.moderations"
    session_timeout_seconds: float = Field(default=45.0, ge=1)
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "lz4"
    options: dict[str, str | int | float | bool] = {}


class Ingest(Section):
    """Batches close at whichever comes first. `pending_batches` bounds memory: beyond it the source is not polled.

    write_messages: decoded messages are written once there are so many, or as soon as no more arrive.
    """

    batch_messages: int = Field(default=20_000, ge=1)
    batch_seconds: float = Field(default=0.05, gt=0)
    pending_batches: int = Field(default=8, ge=1)
    write_messages: int = Field(default=1, ge=1)
    decode_processes: int = Field(default=2, ge=0)
    dead_letter_days: float = Field(default=7.0, gt=0)


class Publish(Section):
    """How often readers see new rows, and how long a replaced segment stays."""

    interval_seconds: float = Field(default=0.5, gt=0)
    retire_minutes: float = Field(default=15.0, ge=0)
    idle_partition_seconds: float = Field(default=30.0, gt=0)
    monthly_after_days: int = Field(default=60, ge=1)


class Store(Section):
    """Limits of the private database. Ingest waits while less than `reserve_mib` is free on its disk."""

    memory_limit: str = "1GB"
    threads: int = Field(default=2, ge=1)
    reserve_mib: int = Field(default=64, ge=0)


class Privacy(Section):
    """The pseudonym key (32 bytes, hex) or its file; the vault's public key (hex) where originals may be sealed."""

    key: SecretStr | None = None
    key_file: Path | None = None
    vault_public_key: str | None = None


class Api(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8712, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")


class Access(Section):
    """Tokens of people stand in `tokens.json` of the data folder (`veille token`)."""

    without_tokens: bool = False


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="VEILLE_", env_nested_delimiter="__", frozen=True, extra="forbid")

    data_dir: Path = Path("veille-data")
    kafka: Kafka = Kafka()
    ingest: Ingest = Ingest()
    publish: Publish = Publish()
    store: Store = Store()
    privacy: Privacy = Privacy()
    api: Api = Api()
    access: Access = Access()
    log: Log = Log()

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
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ConfigError(f"settings: {problems}") from None
    except ValueError as error:  # TOML syntax
        raise ConfigError(f"settings: {named or DEFAULT_FILE} is not valid TOML: {error}") from None
