"""The channels by which pages leave, and how they are delivered."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from veille.config.sections import SettingsSection


class PagerDuty(SettingsSection):
    """Events API v2. webhook_secrets: of the v3 webhook subscriptions whose acknowledgements come back, separated by commas."""

    type: Literal["pagerduty"]
    routing_key: SecretStr
    url: str = "https://events.pagerduty.com/v2/enqueue"
    webhook_secrets: SecretStr | None = None


class Alertmanager(SettingsSection):
    """Prometheus Alertmanager, API v2. Alerts are sent again every `resend_seconds` while their incident is open."""

    type: Literal["alertmanager"]
    url: str
    token: SecretStr | None = None
    labels: dict[str, str] = {}
    resend_seconds: float = Field(default=60.0, gt=0)
    hold_seconds: float = Field(default=300.0, gt=0)


class Email(SettingsSection):
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


class Webhook(SettingsSection):
    """JSON by POST, signed with HMAC-SHA256 over timestamp and body (docs/operations.md)."""

    type: Literal["webhook"]
    url: str
    secret: SecretStr


class Apprise(SettingsSection):
    """Everything else: Slack, Teams, ntfy … by apprise URLs, separated by blanks; they hold secrets."""

    type: Literal["apprise"]
    urls: SecretStr


Channel = Annotated[PagerDuty | Alertmanager | Email | Webhook | Apprise, Field(discriminator="type")]


ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]


class DeliverySettings(SettingsSection):
    """How what is in the outbox reaches the channels. link: where people reach the dashboards, without a slash at its end.

    language: of what is sent.
    """

    link: str = "http://127.0.0.1:8501"
    language: Literal["en", "fr"] = "en"
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
