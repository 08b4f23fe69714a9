"""The policy of incidents, and the channels by which people hear of them."""

from typing import get_args

from pydantic import Field, field_validator

from veille.config.rules import RotaName, Severity, severities
from veille.config.sections import SettingsSection


class Rota(SettingsSection):
    """Who is paged, by names of [channels]: all of `channels`; `fallback` too while the first of them cannot be reached; `escalate_to` too
    when nobody acknowledges in time. contacts: whom to call, as the page of an incident shows it beside the runbook."""

    channels: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    escalate_to: tuple[str, ...] = ()
    escalate_after_minutes: float = Field(default=10.0, gt=0)
    people: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


class Blindness(SettingsSection):
    """Beyond these, Veille says that it no longer sees."""

    feed_silent_minutes: float = Field(default=15.0, gt=0)
    lag_minutes: float = Field(default=10.0, gt=0)
    dead_letter_share: float = Field(default=0.05, gt=0, le=1)
    dead_letter_events: int = Field(default=100, ge=1)
    catalogue_minutes: float = Field(default=5.0, gt=0)
    detector_late_minutes: float = Field(default=15.0, gt=0)
    disk_free_mib: int = Field(default=1024, ge=0)
    clock_seconds: float = Field(default=120.0, gt=0)


class IncidentSettings(SettingsSection):
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
    insistent_requests: int = Field(default=5, ge=2)
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
    storm_pages: int = Field(default=6, ge=2)
    storm_minutes: float = Field(default=10.0, gt=0)
    storm_first_pages: int = Field(default=3, ge=2)
    storm_first_hours: float = Field(default=24.0, ge=0)
    silence_warning_minutes: float = Field(default=60.0, ge=0)
    severity: dict[str, Severity] = {}  # where it differs from `rules.RULES`
    rotas: dict[RotaName, Rota] = {"abuse": Rota(), "health": Rota(), "minors": Rota()}
    blindness: Blindness = Blindness()

    @field_validator("rotas")
    @classmethod
    def _every_rota(cls, value: dict[RotaName, Rota]) -> dict[RotaName, Rota]:
        """A rota that the file leaves out is there, and pages nobody."""
        return {**{name: Rota() for name in get_args(RotaName)}, **value}

    @field_validator("severity")
    @classmethod
    def _known_rules(cls, value: dict[str, Severity]) -> dict[str, Severity]:
        severities(value)
        return value
