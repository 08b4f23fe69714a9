"""The post-incident report, made from the rows alone: timeline, decisions, effect, and what was known when. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from veille.incidents.model import VEILLE, Incident, IncidentEvent, Referral, iso, with_words
from veille.reasons import DEFAULT

_DECISIONS = {"acknowledged", "assigned", "commented", "resolved", "reopened", "suppressed", "referred", "released"}
HOURS = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class AcknowledgementEffect:
    """Requests about the targets in the hours before and after `turn`, as counted up to `now`."""

    turn: datetime
    now: datetime
    before: int
    after: int

    @property
    def over(self) -> bool:
        """Whether the hours after have passed; until then nobody knows how many there will be."""
        return self.now >= self.turn + HOURS


def report(  # noqa: PLR0913  each argument is a part of the record
    incident: Incident,
    events: Sequence[IncidentEvent],
    findings: Sequence[dict[str, Any]],
    referrals: Sequence[Referral],
    deliveries: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
    *,
    around: AcknowledgementEffect | None,
    language: str = DEFAULT,
) -> dict[str, Any]:
    """Everything ready for JSON; times in UTC. around: of the first acknowledgement, where there was one."""
    return {
        "incident": incident.as_dict(language),
        "timeline": [event.as_dict(language) for event in events],
        "decisions": [e.as_dict(language) for e in events if e.actor != VEILLE and e.event in _DECISIONS],
        "effect": effect(around),
        "known": [_known(row, language) for row in findings],
        "referrals": [referral.as_dict() for referral in referrals],
        "deliveries": list(deliveries),
        "points": list(points),
    }


def _known(row: dict[str, Any], language: str) -> dict[str, Any]:
    """A version of a finding as it was taken in, its reason in words."""
    return {**row, "facts": json.dumps(with_words(json.loads(row["facts"]), "why", language), sort_keys=True)}


def effect(around: AcknowledgementEffect | None) -> dict[str, Any]:
    """A description, no cause. requests_after is null while its hours have not passed: requests_so_far, until known_until."""
    hours = HOURS // timedelta(hours=1)
    if around is None:
        blank = dict.fromkeys(
            ("acknowledged_at", "requests_before", "requests_after", "requests_so_far", "known_until")
        )
        return {**blank, "hours": hours}
    return {
        "acknowledged_at": iso(around.turn),
        "requests_before": around.before,
        "requests_after": around.after if around.over else None,
        "requests_so_far": around.after,
        "known_until": iso(min(around.now, around.turn + HOURS)),
        "hours": hours,
    }
