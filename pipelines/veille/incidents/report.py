"""The post-incident report, made from the rows alone: timeline, decisions, effect, and what was known when. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from veille.incidents.model import VEILLE, Incident, IncidentEvent, Referral, iso

_DECISIONS = {"acknowledged", "assigned", "commented", "resolved", "reopened", "suppressed", "referred", "released"}
_HOURS = 6


def report(
    incident: Incident,
    events: Sequence[IncidentEvent],
    findings: Sequence[dict[str, Any]],
    referrals: Sequence[Referral],
    deliveries: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Everything ready for JSON; times in UTC."""
    return {
        "incident": incident.as_dict(),
        "timeline": [event.as_dict() for event in events],
        "decisions": [e.as_dict() for e in events if e.actor != VEILLE and e.event in _DECISIONS],
        "effect": effect(incident, points),
        "known": list(findings),
        "referrals": [referral.as_dict() for referral in referrals],
        "deliveries": list(deliveries),
        "points": list(points),
    }


def effect(incident: Incident, points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Requests about the targets in the six hours before and after the first acknowledgement: a description, no cause."""
    turn = incident.acknowledged_at
    if turn is None:
        return {"acknowledged_at": None, "requests_before": None, "requests_after": None, "hours": _HOURS}
    early, late = iso(turn - timedelta(hours=_HOURS)), iso(turn + timedelta(hours=_HOURS))
    before = sum(int(p["requests"]) for p in points if early <= p["bin_at"] < iso(turn))
    after = sum(int(p["requests"]) for p in points if iso(turn) <= p["bin_at"] < late)
    return {"acknowledged_at": iso(turn), "requests_before": before, "requests_after": after, "hours": _HOURS}


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
    return (
        f"{effect['requests_before']} requests in the {hours} hours before the acknowledgement, "
        f"{effect['requests_after']} in the {hours} after. This describes; it proves no cause."
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
