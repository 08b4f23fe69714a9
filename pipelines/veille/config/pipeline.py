"""Where events come from, how they are taken in, kept and published."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from veille.config.sections import SettingsSection


class Topic(SettingsSection):
    """How the messages of one topic are read. What is not said is recognised in the messages.

    type: of the events, where they do not name it. format: a provider's format, or `contract`. map: contract field → where it
    comes from, as for `--map`; map_file: the same, a line each. dates: the order of dates such as 01/02/2026.
    """

    type: Literal["mention", "generation", "moderation"] | None = None
    format: str | None = None
    map: dict[str, str] = {}
    map_file: Path | None = None
    dates: Literal["day-first", "month-first"] | None = None


class Registry(SettingsSection):
    """The schema registry of topics with Confluent's framing (Avro, Protobuf, JSON). url: None where there is none."""

    url: str | None = None
    user: str | None = None
    password: SecretStr | None = None


class Kafka(SettingsSection):
    """Where events come from. `options` is passed to the client as it is (TLS, SASL, timeouts).

    mentions_topic and its neighbours: an empty name is not read. topics: how other topics, or these three, are read.
    raw_hours: how long raw messages stay on the three topics; longer retention is lowered to it, 0 leaves it alone.
    session_timeout_seconds: has no effect any more, for no partitions are shared; accepted for one version.
    """

    bootstrap_servers: str = "localhost:9092"
    group_id: str = "veille"
    client: Literal["kafka-python", "confluent"] = "kafka-python"
    mentions_topic: str = "veille.mentions"
    generations_topic: str = "veille.generations"
    moderations_topic: str = "veille.moderations"
    session_timeout_seconds: float | None = Field(default=None, exclude=True)
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "lz4"
    raw_hours: float = Field(default=72.0, ge=0)
    options: dict[str, str | int | float | bool] = {}
    topics: dict[str, Topic] = {}
    registry: Registry = Registry()


class Ingest(SettingsSection):
    """Batches close at whichever comes first. `pending_batches` bounds memory: beyond it the source is not polled.

    write_messages: decoded messages are written once there are so many, or as soon as no more arrive.
    earliest_event: an event dated before this day (UTC) is a dead letter.
    """

    batch_messages: int = Field(default=20_000, ge=1)
    batch_seconds: float = Field(default=0.05, gt=0)
    pending_batches: int = Field(default=8, ge=1)
    write_messages: int = Field(default=1, ge=1)
    decode_processes: int = Field(default=2, ge=0)
    dead_letter_days: float = Field(default=7.0, gt=0)
    earliest_event: date = Field(default=date(2006, 1, 1), ge=date(1970, 1, 1))


class Publish(SettingsSection):
    """How often readers see new rows, and how long a replaced segment stays."""

    interval_seconds: float = Field(default=0.3, gt=0)
    retire_minutes: float = Field(default=15.0, ge=0)
    idle_partition_seconds: float = Field(default=30.0, gt=0)
    monthly_after_days: int = Field(default=60, ge=1)


class Store(SettingsSection):
    """Limits of the private database. Ingest waits while less than `reserve_mib` is free on its disk.

    backup_public_key: 64 hex digits; backups can then be read only with the private key. None: they lie in clear.
    """

    memory_limit: str = "1GB"
    threads: int = Field(default=2, ge=1)
    reserve_mib: int = Field(default=64, ge=0)
    backup_public_key: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")


class Privacy(SettingsSection):
    """The pseudonym key (32 bytes, hex) or its file; the vault's public key (hex) where originals may be sealed.

    tokens: short tokens (collections, generators, models, sources, codes) that are kept although they look like a link,
    a handle, an address or a long number.
    """

    key: SecretStr | None = None
    key_file: Path | None = None
    vault_public_key: str | None = None
    tokens: tuple[str, ...] = ()


class LogSettings(SettingsSection):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"
