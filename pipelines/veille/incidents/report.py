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


def markdown(record: dict[str, Any]) -> str:
    """The same for people. Free text is escaped: nobody's comment becomes markup."""
    incident = record["incident"]
    lines = [
        f"# {incident['short']}: {_plain(incident['title'])}",
        "",
        f"{incident['severity']} · {incident['state']} · rule {incident['rule']} · policy {incident['policy']}",
        "",
        f"Onset {incident['onset_at']}, opened {incident['opened_at']}, first page {incident['paged_at'] or 'none'}, "
        f"acknowledged {incident['acknowledged_at'] or 'never'}, resolved {incident['resolved_at'] or 'not yet'}"
        f"{', ' + incident['disposition'] if incident['disposition'] else ''}.",
        "",
        "## Why it fired",
        "",
        *[
            f"* {_plain(f['why'])} ({f['rule']}, {f['kind']} version {f['version']})"
            for f in incident["evidence"]["findings"]
        ],
        "",
        "## Timeline",
        "",
        "| happened (UTC) | written | what | who | why |",
        "|---|---|---|---|---|",
        *[_row(event) for event in record["timeline"]],
        "",
        "## Effect",
        "",
        _effect(record["effect"]),
        "",
        "## Referrals",
        "",
        *([_referral(r) for r in record["referrals"]] or ["None."]),
    ]
    return "\n".join(lines) + "\n"


def _row(event: dict[str, Any]) -> str:
    cells = (event["happened_at"], event["known_at"], event["event"], event["actor"], event["reason"])
    return "| " + " | ".join(_plain(str(cell)) for cell in cells) + " |"


def _effect(effect: dict[str, Any]) -> str:
    if effect["acknowledged_at"] is None:
        return "Nobody acknowledged it."
    hours = effect["hours"]
    before = f"{effect['requests_before']} requests in the {hours} hours before the acknowledgement"
    if effect["requests_after"] is None:
        return f"{before}. The {hours} hours after are not over yet: {effect['requests_so_far']} until {effect['known_until']}."
    return (
        f"{before}, {effect['requests_after']} in the {hours} after. This is a description and does not prove a cause."
    )


def _referral(referral: dict[str, Any]) -> str:
    until = f", answer due {referral['due_at']}" if referral["due_at"] else ""
    reference = f", reference {_plain(referral['reference'])}" if referral["reference"] else ""
    outcome = _plain(referral["outcome"]) if referral["outcome"] else "open"
    return f"* {referral['referred_at']}: {referral['recipient_kind']} {_plain(referral['recipient'])}{reference}{until}: {outcome}"


def _plain(text: str) -> str:
    """Text that is no markup."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]<>|#" else c for c in text)
    return " ".join(escaped.split())
