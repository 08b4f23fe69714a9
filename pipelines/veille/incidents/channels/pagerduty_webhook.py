"""What PagerDuty tells back: v3 webhooks, https://developer.pagerduty.com/docs/webhooks/v3-overview/.

A call is signed: `X-PagerDuty-Signature: v1=HEX[,v1=HEX…]`, one for each secret in force, HEX = HMAC-SHA256(secret, body).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import msgspec

from veille.errors import VeilleError
from veille.times import naive

BODY_BYTES = 1 << 20


class WebhookError(VeilleError):
    """The call is not a v3 webhook: one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerEvent:
    """One event. subject: PagerDuty's id of the incident; key: our deduplication key, None where the call does not say.

    who: name of the person, None where PagerDuty did it. note: text of an annotation. occurred_at: UTC without a zone.
    """

    event_id: str
    event_type: str
    occurred_at: datetime
    subject: str
    key: str | None
    who: str | None
    note: str | None


def signed(secrets: tuple[str, ...], body: bytes, header: str) -> bool:
    """Whether one of the header's signatures was made with one of the secrets. Compares in constant time."""
    given = [each.strip().removeprefix("v1=") for each in header.split(",") if each.strip().startswith("v1=")]
    wanted = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(one.encode("utf-8", "replace"), other.encode()) for one in given for other in wanted)


class _PagerDutyReference(msgspec.Struct):
    id: str
    summary: str | None = None
    type: str | None = None


class _Data(msgspec.Struct):
    id: str
    incident_key: str | None = None
    content: str | None = None
    incident: _PagerDutyReference | None = None


class _Event(msgspec.Struct, kw_only=True):
    id: str
    event_type: str
    occurred_at: datetime
    data: _Data
    agent: _PagerDutyReference | None = None


class _Call(msgspec.Struct):
    event: _Event


def parse(body: bytes) -> PagerEvent | None:
    """The event; None for one that is not about an incident. Raises WebhookError."""
    try:
        event = msgspec.json.decode(body, type=_Call).event
    except (msgspec.MsgspecError, ValueError):
        raise WebhookError("this is not a v3 webhook of PagerDuty") from None
    if not event.event_type.startswith("incident."):
        return None
    person = event.agent if event.agent and (event.agent.type or "").startswith("user") else None
    at = event.occurred_at
    return PagerEvent(
        event_id=event.id,
        event_type=event.event_type,
        occurred_at=naive(at),
        subject=event.data.incident.id if event.data.incident else event.data.id,
        key=event.data.incident_key,
        who=person.summary if person else None,
        note=event.data.content,
    )
