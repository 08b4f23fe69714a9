"""Words of incidents: what a finding is to incidents, what an incident is, and the rows that make one."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from veille.config import Severity
from veille.errors import VeilleError
from veille.incidents.basis import Basis
from veille.reasons import DEFAULT, reason_of, told

State = Literal["open", "acknowledged", "resolved"]
FindingKind = Literal["surge", "burst", "drop", "insistent", "cluster", "meeting", "minors", "fault"]
DISPOSITIONS = ("useful", "noise", "duplicate", "expected")
RECIPIENTS = ("platform", "police", "trusted_flagger", "regulator", "other")
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error", "critical")
VEILLE = "veille"
"""The actor of what nobody did by hand."""


class IncidentError(VeilleError):
    """What was asked cannot be done: one line with the reason."""


def rank(severity: str) -> int:
    """0 (info) to 3 (critical)."""
    return SEVERITIES.index(severity)


def digest(*parts: object) -> str:
    """32 hex digits that name the same thing always."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:32]


def short_incident(incident_id: str) -> str:
    """For screens, such as `I-3F9A12BC`."""
    return f"I-{incident_id[:8].upper()}"


def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds") + "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One version of something found, in the terms of incidents. Times are UTC without a zone.

    decided_at  when it was known; versions are taken in order of it
    targets     pseudonyms with the time of their last activity in it; empty where it is about no target
    last_at     last activity known; ends_at: the same once it is over, else None
    rule        the policy's rule that it meets; said by veille.incidents.policy
    occasion    tells apart incidents that one long-lived finding opens at different times
    facts       what the evidence shows: counts, interval, window, tier …
    bases       the events that it counts; none where it counts no events of a target or series
    """

    kind: FindingKind
    finding_id: str
    version: int
    decided_at: datetime
    rule: str
    subject_kind: str
    subject: str
    opened_at: datetime
    last_at: datetime
    ends_at: datetime | None
    requests: int
    accounts: int
    targets: dict[str, datetime] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    occasion: str = ""
    bases: tuple[Basis, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.finding_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """A row of incident_events. `changes` are the columns of the incident that it sets, kept in `detail`.

    reason: what a person wrote, or a stored reason of Veille (`veille.reasons`).
    """

    incident_id: str
    number: int
    happened_at: datetime
    known_at: datetime
    rota: str
    event: str
    actor: str
    state: str
    severity: str
    reason: str
    detail: dict[str, Any]

    def as_dict(self, language: str = DEFAULT) -> dict[str, Any]:
        """Ready for JSON; `reason` in words, `reason_code` as Veille stored it, null where it is text as it was written."""
        return with_words(row_with_iso_times(asdict(self)), "reason", language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A row of incidents: the fold of its events up to number `version`.

    title: a stored reason (`veille.reasons`); a sentence in what an earlier version of Veille wrote, as are the reasons in `evidence`.
    requests, accounts, targets, first_at, newest_at: of the distinct events behind its findings, as known at counted_at. The three
    times are None in what an earlier version of Veille wrote, and the first two where no events are counted.
    """

    incident_id: str
    version: int
    known_at: datetime
    happened_at: datetime
    kind: str
    rota: str
    rule: str
    policy: str
    severity: Severity
    state: State
    suppressed_by: str | None
    parent_id: str | None
    merged_into: str | None
    subject_kind: str
    subject: str
    title: str
    onset_at: datetime
    opened_at: datetime
    last_at: datetime
    due_at: datetime | None
    paged_at: datetime | None
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    pages: int
    reopenings: int
    owner: str | None
    disposition: str | None
    requests: int
    accounts: int
    targets: int
    evidence: str
    first_at: datetime | None = None
    newest_at: datetime | None = None
    counted_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state != "resolved"

    def as_dict(self, language: str = DEFAULT) -> dict[str, Any]:
        """Ready for JSON; evidence parsed, `short` added; reasons in words, beside each its code and facts (`title_code`, `why_code`)."""
        evidence = json.loads(self.evidence)
        findings = [with_words(found, "why", language) for found in evidence.get("findings", ())]
        return {
            **with_words(row_with_iso_times(asdict(self)), "title", language),
            "evidence": with_words({**evidence, "findings": findings}, "why", language),
            "short": short_incident(self.incident_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A row of silences. matchers: field → value or list of values; all must match."""

    silence_id: str
    version: int
    known_at: datetime
    matchers: dict[str, Any]
    starts_at: datetime
    expires_at: datetime
    actor: str
    reason: str
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None

    def in_force(self, at: datetime) -> bool:
        return self.starts_at <= at and not self.over(at)

    def over(self, at: datetime) -> bool:
        return self.ended_at is not None or at >= self.expires_at

    def as_dict(self) -> dict[str, Any]:
        return row_with_iso_times(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A row of referrals: what was passed on outside, to whom, until when, and what came of it."""

    referral_id: str
    version: int
    known_at: datetime
    incident_id: str
    rota: str
    recipient_kind: str
    recipient: str
    reference: str | None
    referred_at: datetime
    due_at: datetime | None
    outcome: str | None
    closed_at: datetime | None
    actor: str

    def as_dict(self) -> dict[str, Any]:
        return row_with_iso_times(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A row of outbox: something to be sent."""

    intent_id: str
    created_at: datetime
    incident_id: str | None
    event_number: int | None
    dedup_key: str
    kind: str
    severity: str
    rota: str
    payload: dict[str, Any]
    not_before: datetime


def with_words(row: dict[str, Any], name: str, language: str = DEFAULT) -> dict[str, Any]:
    """The row with this column, a stored reason, in words; `<name>_code` has its code and facts, null where it was a sentence already."""
    found = reason_of(row.get(name))
    return {**row, name: told(row.get(name), language), f"{name}_code": found.as_dict() if found else None}


def row_with_iso_times(row: dict[str, Any]) -> dict[str, Any]:
    """Times as ISO 8601 with Z."""
    return {key: iso(value) if isinstance(value, datetime) else value for key, value in row.items()}
