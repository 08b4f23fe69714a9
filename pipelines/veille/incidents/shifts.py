"""Shifts: what one leaves to the next, and how right each rule was by what people said. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from veille import shares
from veille.incidents.model import DISPOSITIONS, Incident, IncidentEvent, Silence, iso, short_incident, with_words
from veille.reasons import DEFAULT
from veille.times import naive

_Z = 1.96


def precision(incidents: Sequence[Incident], since: datetime | None = None) -> list[dict[str, Any]]:
    """Of each rule: incidents resolved since then by disposition; useful ÷ (useful + noise) with Wilson's 95 % interval.

    Duplicates and expected ones say nothing of the rule. Minor flags are left out: single flags are not judged in numbers.
    """
    start = naive(since) if since else datetime.min
    judged = [i for i in incidents if i.disposition and i.rota != "minors" and (i.resolved_at or start) >= start]
    rows = []
    for rule in sorted({i.rule for i in judged}):
        counts = Counter(i.disposition for i in judged if i.rule == rule)
        useful, told = counts["useful"], counts["useful"] + counts["noise"]
        low, high = wilson(useful, told)
        named = {name: counts[name] for name in DISPOSITIONS}
        share = useful / told if told else None
        rows.append({"rule": rule, "resolved": counts.total(), **named, "precision": share, "low": low, "high": high})
    return rows


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    return shares.wilson(hits / of, of, _Z) if of else (0.0, 1.0)


def handover(
    incidents: Sequence[Incident],
    events: Sequence[IncidentEvent],
    silences: Sequence[Silence],
    since: datetime,
    until: datetime,
    language: str = DEFAULT,
) -> dict[str, Any]:
    """Per rota: how many were opened, paged, acknowledged, resolved, held back; and what is open now, gravest first."""
    rotas = {}
    for rota in ("abuse", "health", "minors"):
        happened = Counter(event.event for event in events if event.rota == rota)
        going_on = [i for i in incidents if i.rota == rota and i.active and i.merged_into is None]
        counts = {
            name: happened[name] for name in ("opened", "paged", "digested", "acknowledged", "resolved", "reopened")
        }
        rotas[rota] = {**counts, "open": len(going_on)}
        if rota != "minors":
            rotas[rota]["incidents"] = [_line(i, language) for i in sorted(going_on, key=_order)]  # type: ignore[assignment]
    ending = [{"silence_id": s.silence_id, "expires_at": iso(s.expires_at), "reason": s.reason} for s in silences]
    return {"since": iso(since), "until": iso(until), "rotas": rotas, "silences": ending}


def _order(incident: Incident) -> tuple[int, datetime, str]:
    grave = ("critical", "error", "warning", "info").index(incident.severity)
    return grave, incident.opened_at, incident.incident_id


def _line(incident: Incident, language: str) -> dict[str, Any]:
    row = {
        "incident": short_incident(incident.incident_id),
        "incident_id": incident.incident_id,
        "severity": incident.severity,
        "state": incident.state,
        "title": incident.title,
        "owner": incident.owner,
        "opened_at": iso(incident.opened_at),
        "suppressed_by": incident.suppressed_by,
    }
    return with_words(row, "title", language)
