"""The life of an incident as a pure function: a state and an event give the next state, or are refused.

open → acknowledged → resolved; resolved → open (reopened). Nothing else changes an incident, so `fold` over its events
gives the same incident at any later time.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from veille.incidents.model import Incident, IncidentError, IncidentEvent, short_incident
from veille.reasons import reason

_ACTIVE = frozenset({"open", "acknowledged"})
_ANY = frozenset({"open", "acknowledged", "resolved"})
_FROM: dict[str, frozenset[str]] = {
    "grown": _ACTIVE,
    "severity": _ACTIVE,
    "due": _ACTIVE,
    "paged": _ACTIVE,
    "digested": _ACTIVE,
    "suppressed": _ACTIVE,
    "released": _ACTIVE,
    "acknowledged": frozenset({"open"}),
    "resolved": _ANY,
    "reopened": frozenset({"resolved"}),
    "merged": _ACTIVE,
    "assigned": _ANY,
    "commented": _ANY,
    "referred": _ANY,
}
_TO = {"acknowledged": "acknowledged", "resolved": "resolved", "merged": "resolved", "reopened": "open"}
_FIGURES = ("requests", "accounts", "targets", "first_at", "newest_at", "counted_at")
_SETTABLE = {
    "opened": {f.name for f in fields(Incident)} - {"version", "known_at", "happened_at"},
    "grown": {"title", "onset_at", "last_at", "evidence", *_FIGURES},
    "severity": {"severity", "rule", "title", "evidence", "policy", "subject_kind", "subject", *_FIGURES},
    "suppressed": {"suppressed_by", "parent_id"},
    "released": {"suppressed_by", "parent_id"},
    "acknowledged": {"owner"},
    "assigned": {"owner"},
    "resolved": {"disposition", "last_at"},
    "merged": {"merged_into"},
    "reopened": {"last_at", "title", "evidence", *_FIGURES},
}
_TIMES = {"onset_at", "opened_at", "last_at", "first_at", "newest_at", "counted_at"}
EVENTS = ("opened", *_FROM)


def apply(incident: Incident | None, event: IncidentEvent) -> Incident:
    """The incident after the event. Raises IncidentError where the event may not follow.

    Times to page, to acknowledge and to resolve are of the first such event and are never moved by a later one.
    """
    if incident is None:
        return _opened(event)
    _check(incident, event)
    at = event.happened_at
    changes: dict[str, Any] = {
        "version": event.number,
        "known_at": event.known_at,
        "happened_at": at,
        "state": _TO.get(event.event, incident.state),
        **_first_times(incident, event.event, at),
        **_set(event),
    }
    if event.event == "due":
        changes["pages"] = incident.pages + 1
    if event.event == "reopened":
        changes |= {"reopenings": incident.reopenings + 1, "disposition": None, "suppressed_by": None}
    return replace(incident, **changes)


def fold(events: Iterable[IncidentEvent]) -> Incident:
    """The incident that these events, in order of number, make. Raises IncidentError."""
    incident: Incident | None = None
    for event in events:
        incident = apply(incident, event)
    if incident is None:
        raise IncidentError(reason("incident.no_events"))
    return incident


def _opened(event: IncidentEvent) -> Incident:
    if event.event != "opened" or event.number != 1:
        raise IncidentError(reason("incident.not_opened", incident=short_incident(event.incident_id)))
    made = {"version": 1, "known_at": event.known_at, "happened_at": event.happened_at, **_set(event)}
    blank = dict.fromkeys(("due_at", "paged_at", "acknowledged_at", "resolved_at", "owner", "disposition"))
    return Incident(**{**blank, "merged_into": None, "pages": 0, "reopenings": 0, "state": "open", **made})


def _check(incident: Incident, event: IncidentEvent) -> None:
    name = short_incident(incident.incident_id)
    if event.number != incident.version + 1:
        raise IncidentError(reason("incident.changed_meanwhile", incident=name))
    allowed = _FROM.get(event.event)
    if allowed is None:
        raise IncidentError(reason("incident.no_event", event=event.event))
    if incident.state not in allowed:
        raise IncidentError(reason("incident.cannot_be", incident=name, state=incident.state, event=event.event))
    if event.event in ("resolved", "reopened") and incident.merged_into:
        raise IncidentError(reason("incident.merged", incident=name, other=short_incident(incident.merged_into)))
    if event.event == "resolved" and incident.state == "resolved":
        if incident.disposition is not None:
            raise IncidentError(reason("incident.judged", incident=name, disposition=incident.disposition))
        if event.detail.get("disposition") is None:
            raise IncidentError(reason("incident.resolved", incident=name))


def _first_times(incident: Incident, event: str, at: datetime) -> dict[str, datetime]:
    columns = {"due": "due_at", "paged": "paged_at", "acknowledged": "acknowledged_at", "resolved": "resolved_at"}
    column = columns.get("resolved" if event == "merged" else event)
    return {column: at} if column and getattr(incident, column) is None else {}


def _set(event: IncidentEvent) -> dict[str, Any]:
    """The columns that the event sets; times come as datetimes or, from the database, as text."""
    allowed = _SETTABLE.get(event.event, set())
    found = {key: value for key, value in event.detail.items() if key in allowed}
    for key in _TIMES & found.keys():
        if isinstance(found[key], str):
            found[key] = datetime.fromisoformat(found[key]).replace(tzinfo=None)
    return found
