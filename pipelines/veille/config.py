"""Settings: `veille.toml` < environment `VEILLE_SECTION__KEY` < what is passed explicitly. Frozen; typos refuse to start."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from veille.access import Role

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


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


Severity = Literal["critical", "error", "warning", "info"]
SEVERITY_OF_RULES: dict[str, Severity] = {
    "minor-flag": "critical",
    "first-time-target": "critical",
    "first-burst": "critical",
    "coordinated-attack": "critical",
    "global-surge": "critical",
    "first-surge": "error",
    "target-surge": "warning",
    "cluster": "warning",
    "series-surge": "warning",
    "insistent-account": "warning",
    "drop": "warning",
    "dead-feed": "error",
    "feed-silent": "critical",
    "lag-growing": "error",
    "dead-letter-share": "error",
    "stale-catalogue": "error",
    "detector-late": "error",
    "loop-failing": "error",
    "disk-low": "error",
    "clock-wrong": "error",
    "channel-failing": "error",
}
"""What opens an incident, and how grave each is by default; docs/runbooks has a page for each."""


class Rota(Section):
    """Who is paged, by names of [channels]: all of `channels`; `fallback` too while the first of them cannot be reached; `escalate_to` too
    when nobody acknowledges in time."""

    channels: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    escalate_to: tuple[str, ...] = ()
    escalate_after_minutes: float = Field(default=10.0, gt=0)
    people: tuple[str, ...] = ()


class PagerDuty(Section):
    """Events API v2. webhook_secrets: of the v3 webhook subscriptions whose acknowledgements come back, separated by commas."""

    type: Literal["pagerduty"]
    routing_key: SecretStr
    url: str = "https://events.pagerduty.com/v2/enqueue"
    webhook_secrets: SecretStr | None = None


class Alertmanager(Section):
    """Prometheus Alertmanager, API v2. Alerts are sent again every `resend_seconds` while their incident is open."""

    type: Literal["alertmanager"]
    url: str
    token: SecretStr | None = None
    labels: dict[str, str] = {}
    resend_seconds: float = Field(default=60.0, gt=0)
    hold_seconds: float = Field(default=300.0, gt=0)


class Email(Section):
    """security: `starttls`, `tls` from the first byte, or `none` for a relay on this machine. ca_file: of a private authority."""

    type: Literal["email"]
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1)


class Webhook(Section):
    """JSON by POST, signed with HMAC-SHA256 over timestamp and body (docs/operations.md)."""

    type: Literal["webhook"]
    url: str
    secret: SecretStr


class Apprise(Section):
    """Everything else: Slack, Teams, ntfy … by apprise URLs, separated by blanks; they hold secrets."""

    type: Literal["apprise"]
    urls: SecretStr


Channel = Annotated[PagerDuty | Alertmanager | Email | Webhook | Apprise, Field(discriminator="type")]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]


class Delivery(Section):
    """How what is in the outbox reaches the channels. link: where people reach the dashboards, without a slash at its end."""

    link: str = "http://127.0.0.1:8501"
    timeout_seconds: float = Field(default=10.0, gt=0)
    retry_seconds: float = Field(default=2.0, gt=0)
    retry_most_seconds: float = Field(default=120.0, gt=0)
    fallback_after_seconds: float = Field(default=60.0, ge=0)
    give_up_hours: float = Field(default=24.0, gt=0)
    collapse_from: int = Field(default=2, ge=2)
    collapse_after_seconds: float = Field(default=120.0, gt=0)
    escalations: int = Field(default=3, ge=0)
    handover_to: tuple[str, ...] = ()
    heartbeat_url: SecretStr | None = None
    heartbeat_seconds: float = Field(default=60.0, gt=0)


class Blindness(Section):
    """Beyond these, Veille says that it no longer sees."""

    feed_silent_minutes: float = Field(default=15.0, gt=0)
    lag_minutes: float = Field(default=10.0, gt=0)
    dead_letter_share: float = Field(default=0.05, gt=0, le=1)
    dead_letter_events: int = Field(default=100, ge=1)
    catalogue_minutes: float = Field(default=5.0, gt=0)
    detector_late_minutes: float = Field(default=15.0, gt=0)
    disk_free_mib: int = Field(default=1024, ge=0)
    clock_seconds: float = Field(default=120.0, gt=0)


class Incidents(Section):
    """The policy: what is grave, who is paged, what belongs together. docs/detection/incidents.md explains each value."""

    policy: str = "2026-11"
    page_from: Severity = "error"
    wait_minutes: float = Field(default=5.0, ge=0)
    first_time_days: float = Field(default=28.0, gt=0)
    first_time_requests: int = Field(default=3, ge=0)
    burst_requests: int = Field(default=20, ge=1)
    burst_accounts: int = Field(default=10, ge=1)
    fast_minutes: int = Field(default=10, ge=1, le=60)
    fast_accounts: int = Field(default=8, ge=1)
    early_accounts: int = Field(default=6, ge=1)
    cluster_accounts: int = Field(default=8, ge=3)
    cluster_targets: int = Field(default=3, ge=1)
    global_ratio: float = Field(default=3.0, gt=1)
    global_minutes: float = Field(default=60.0, ge=0)
    resolve_after_hours: float = Field(default=6.0, gt=0)
    cooldown_hours: float = Field(default=24.0, ge=0)
    stale_hours: float = Field(default=24.0, gt=0)
    never_inhibited: tuple[str, ...] = (
        "minor-flag",
        "first-time-target",
        "first-burst",
        "coordinated-attack",
        "first-surge",
    )
    shift_hours: int = Field(default=12, ge=1, le=24)
    shift_starts_hour: int = Field(default=6, ge=0, le=23)
    page_budget: int = Field(default=2, ge=0)
    silence_warning_minutes: float = Field(default=60.0, ge=0)
    severity: dict[str, Severity] = SEVERITY_OF_RULES
    rotas: dict[Literal["abuse", "health", "minors"], Rota] = {"abuse": Rota(), "health": Rota(), "minors": Rota()}
    blindness: Blindness = Blindness()

    @field_validator("severity")
    @classmethod
    def _known_rules(cls, value: dict[str, Severity]) -> dict[str, Severity]:
        unknown = sorted(set(value) - set(SEVERITY_OF_RULES))
        if unknown:
            raise ValueError(f"no such rule: {', '.join(unknown)} (there are {', '.join(SEVERITY_OF_RULES)})")
        return {**SEVERITY_OF_RULES, **value}


class Surges(Section):
    """When a count has left its past (docs/detection/surges.md).

    classes: request classes of the mentions that are counted for each target; never requests about oneself. q: share of
    false openings that is accepted among targets. min_events, min_accounts: within a window. burst_cap: lower is more
    careful. open_at, reopen_at: score of series with volume, which have min_daily events a day; at most max_series are
    followed. max_targets: kept in memory. insistent_hour, insistent_day: requests by one account about one target.
    drop_share: of what is expected, for a drop. odd_targets: ranked each hour.
    """

    classes: tuple[Literal["sexualising", "other_edit", "question", "other", "unknown"], ...] = (
        "sexualising",
        "unknown",
    )
    q: float = Field(default=0.01, gt=0, lt=1)
    min_events: int = Field(default=5, ge=2)
    min_accounts: int = Field(default=3, ge=2)
    burst_cap: float = Field(default=4.0, gt=0)
    open_at: float = Field(default=2.2, gt=0)
    reopen_at: float = Field(default=3.2, gt=0)
    min_daily: float = Field(default=144.0, gt=0)
    max_series: int = Field(default=500, ge=1)
    max_targets: int = Field(default=1_000_000, ge=1_000)
    insistent_hour: int = Field(default=3, ge=2)
    insistent_day: int = Field(default=8, ge=2)
    drop_share: float = Field(default=0.25, gt=0, lt=1)
    odd_targets: int = Field(default=50, ge=0)


class Coordination(Section):
    """Who acts together. classes: request classes of the mentions that count; never requests about oneself, or without a target.

    window_hours slides each full hour, live also each early_seconds; long_days each long_hours from midnight UTC, for slow
    groups. After quiet_days without co-action a member has left and a cluster sleeps. process: live, in a process of its own.
    """

    classes: tuple[Literal["sexualising", "other_edit", "question", "other", "unknown"], ...] = (
        "sexualising",
        "unknown",
    )
    window_hours: int = Field(default=24, ge=1)
    long_days: int = Field(default=14, ge=1)
    long_hours: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 24
    quiet_days: int = Field(default=7, ge=1)
    possible: bool = True
    early_seconds: float = Field(default=60.0, ge=1)
    process: bool = True


class Research(Section):
    """Limits of one query (veille.research.gateway), how many run at once, and what the research catalogue keeps.

    max_seconds: what a person may ask for. queries: at once in this installation, of which queries_each of one person.
    wait_seconds: how long a query waits for a place. release: mixed into the research pseudonyms' key besides the month.
    lag_hours: an hour is published for research when it has been over for so long. small: fewest distinct accounts and
    targets behind a published time, category or combination of measures.
    """

    seconds: float = Field(default=30.0, gt=0)
    max_seconds: float = Field(default=300.0, gt=0)
    memory_mib: int = Field(default=512, ge=64)
    threads: int = Field(default=1, ge=1)
    temp_mib: int = Field(default=1024, ge=16)
    rows: int = Field(default=100_000, ge=1)
    result_mib: int = Field(default=64, ge=1)
    queries: int = Field(default=4, ge=1)
    queries_each: int = Field(default=2, ge=1)
    wait_seconds: float = Field(default=10.0, ge=0)
    log_days: int = Field(default=180, ge=1)
    release: str = ""
    lag_hours: float = Field(default=2.0, ge=0)
    small: int = Field(default=8, ge=2)
    publish: bool = True
    folder: Path | None = None


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
    dashboards: Dashboards = Dashboards()
    incidents: Incidents = Incidents()
    channels: dict[ChannelName, Channel] = {}
    delivery: Delivery = Delivery()
    research: Research = Research()
    surges: Surges = Surges()
    coordination: Coordination = Coordination()
    log: Log = Log()

    @model_validator(mode="after")
    def _known_channels(self) -> "Settings":
        for rota, people in self.incidents.rotas.items():
            for name in (*people.channels, *people.fallback, *people.escalate_to):
                if name not in self.channels:
                    raise ValueError(f"incidents.rotas.{rota} names the channel {name}, which [channels] does not have")
        for name in self.delivery.handover_to:
            if name not in self.channels:
                raise ValueError(f"delivery.handover_to names the channel {name}, which [channels] does not have")
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
