"""Rows of the outbox, as transitions ask for them."""

from collections.abc import Sequence
from datetime import datetime

from veille.incidents.describe import digest_payload, notice_payload, payload
from veille.incidents.model import Incident, Intent, Silence, digest, iso
from veille.reasons import Reason


def intent(incident: Incident, kind: str, at: datetime, reason: Reason, lines: Sequence[Reason] = ()) -> Intent:
    """What the outbox sends about an incident; its id follows from the transition that asks for it. lines: said below the summary."""
    said = payload(incident, reason)
    if lines:
        said["lines"] = [line.as_dict() for line in lines]
    return Intent(
        intent_id=digest("intent", incident.incident_id, incident.version, kind),
        created_at=at,
        incident_id=incident.incident_id,
        event_number=incident.version,
        dedup_key=f"veille-{incident.incident_id}",
        kind=kind,
        severity=incident.severity,
        rota=incident.rota,
        payload=said,
        not_before=at,
    )


def silence_notice(silence: Silence, at: datetime) -> Intent:
    """A silence will end."""
    key = f"veille-silence-{silence.silence_id}"
    return Intent(
        intent_id=digest("intent", key, "notice"),
        created_at=at,
        incident_id=None,
        event_number=None,
        dedup_key=key,
        kind="notice",
        severity="info",
        rota=str(silence.matchers.get("rota", "abuse")),
        payload=notice_payload(silence),
        not_before=at,
    )


def shift_digest(incidents: list[Incident], rota: str, shift: datetime, at: datetime) -> Intent:
    """The pages of a shift that its budget held back."""
    key = f"veille-digest-{rota}-{iso(shift)}"
    return Intent(
        intent_id=digest("intent", key),
        created_at=at,
        incident_id=None,
        event_number=None,
        dedup_key=key,
        kind="digest",
        severity="warning",
        rota=rota,
        payload=digest_payload(incidents, rota, shift),
        not_before=at,
    )
