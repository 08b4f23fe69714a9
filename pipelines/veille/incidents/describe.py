"""What an incident says of itself: title, evidence, and the payload of a page. Counts and short pseudonyms only."""

import json
from datetime import datetime
from typing import Any

from veille.config import RULES
from veille.incidents.basis import Figures
from veille.incidents.cache import IncidentCache, Link
from veille.incidents.model import Finding, Incident, Silence, iso, rank, row_with_iso_times, short_incident
from veille.incidents.policy import Policy
from veille.privacy import short
from veille.reasons import Reason, reason_of, stored
from veille.reasons import reason as because

_COUNTED = {"minors": "flags", "fault": "", "drop": ""}
_SHOWN = (
    "observed",
    "expected",
    "low",
    "high",
    "window_seconds",
    "since",
    "p_value",
    "q_value",
    "ratio",
    "contributions",
)
_FEWEST = 2


def opening(finding: Finding, policy: Policy, figures: Figures, now: datetime) -> dict[str, Any]:
    """The columns of an incident that this finding opens. figures: as counted `now`."""
    rule = RULES[finding.rule]
    return {
        "kind": rule.kind,
        "rota": rule.rota,
        "rule": finding.rule,
        "policy": policy.name,
        "severity": policy.severity(finding.rule),
        "suppressed_by": None,
        "parent_id": None,
        "subject_kind": finding.subject_kind,
        "subject": finding.subject,
        "title": stored(
            title(finding.rule, finding.subject_kind, finding.subject, _counts(figures, len(finding.targets)))
        ),
        "onset_at": finding.opened_at,
        "last_at": finding.last_at,
        **_figures(figures, len(finding.targets), now),
        "evidence": _evidence(finding.rule, [_row(finding)], None),
    }


def described(
    cache: IncidentCache,
    incident_id: str,
    policy: Policy,
    figures: Figures,
    now: datetime,
    *,
    rule: str | None = None,
    about: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Title, counts and evidence as they are now; rule, about: in place of the incident's own rule and subject."""
    incident = cache.incidents[incident_id]
    targets = len(cache.targets[incident_id])
    rule = rule or incident.rule
    named = about or {"subject_kind": incident.subject_kind, "subject": incident.subject}
    links = sorted(cache.held[incident_id].values(), key=lambda link: (-rank(policy.severity(link.rule)), link.key))
    series = {link.facts["series"] for link in links if "series" in link.facts}
    headline = title(rule, named["subject_kind"], named["subject"], _counts(figures, targets), series=len(series))
    return {
        "title": stored(headline),
        **_figures(figures, targets, now),
        "evidence": _evidence(rule, links, _below(cache, incident)),
    }


def title(rule: str, subject_kind: str, subject: str, counts: tuple[int, int, int], *, series: int = 1) -> Reason:
    """One line for a lock screen. series: how many different ones the findings are about."""
    requests, accounts, targets = counts
    what, kind = _about(rule, subject_kind, subject, targets, series), RULES[rule].kind
    if kind in ("fault", "drop"):
        return what
    if kind == "minors":
        size = because("title.flagged", requests=requests)
    elif accounts >= _FEWEST:
        size = because("title.requests_by", requests=requests, accounts=accounts)
    else:
        size = because("title.requests", requests=requests)
    return because("title.counted", what=what, size=size)


def _about(rule: str, subject_kind: str, subject: str, targets: int, series: int) -> Reason:
    """The rule, and whom or what it is about."""
    if targets > 1:
        return because("title.targets", rule=rule, targets=targets)
    if subject_kind == "target":
        return because("title.target", rule=rule, target=short(subject, "target"))
    if subject_kind == "fault":
        return because("title.fault", rule=rule, subject=subject)
    if subject_kind != "series" or rule == "everything-surge" or (rule, subject) == ("storm", "everything"):
        return because("title.rule", rule=rule)
    return _about_series(rule, subject, series)


def _about_series(rule: str, subject: str, series: int) -> Reason:
    kind, _, key = subject.partition(" ")
    if not key:
        return because("title.everything", rule=rule)
    if series > 1:
        return because("title.several", rule=rule, series=series)
    return because("title.series", rule=rule, kind=kind, key=key)


def payload(incident: Incident, reason: Reason) -> dict[str, Any]:
    """What a page carries: nothing that means something outside, never a prompt. title, summary, reason: as `veille.reasons` has them."""
    what = _kept(incident.title)
    return {
        "title": what,
        "summary": because("message.summary", severity=incident.severity, title=what).as_dict(),
        "incident": short_incident(incident.incident_id),
        "incident_id": incident.incident_id,
        "kind": incident.kind,
        "rule": incident.rule,
        "severity": incident.severity,
        "rota": incident.rota,
        "state": incident.state,
        "onset_at": iso(incident.onset_at),
        "opened_at": iso(incident.opened_at),
        "requests": incident.requests,
        "accounts": incident.accounts,
        "targets": incident.targets,
        "runbook": incident.rule,
        "path": path(incident.incident_id),
        "again": max(0, incident.pages - 1),
        "reason": reason.as_dict(),
    }


def digest_payload(incidents: list[Incident], rota: str, shift: datetime) -> dict[str, Any]:
    """The pages of a shift that its budget held back, gravest first."""
    ordered = sorted(incidents, key=lambda i: (-rank(i.severity), i.opened_at, i.incident_id))
    lines = [line(each).as_dict() for each in ordered]
    return {
        "title": because("message.digest", incidents=len(lines)).as_dict(),
        "summary": because("message.digest_of", incidents=len(lines), since=iso(shift)).as_dict(),
        "rota": rota,
        "severity": "warning",
        "shift": iso(shift),
        "lines": lines,
        "path": "/incidents",
    }


def line(incident: Incident) -> Reason:
    """One incident in a list of several."""
    name, title_ = short_incident(incident.incident_id), _kept(incident.title)
    return because("message.incident", incident=name, severity=incident.severity, title=title_)


def notice_payload(silence: Silence) -> dict[str, Any]:
    """A silence is about to end."""
    until = iso(silence.expires_at)
    return {
        "title": because("message.silence", until=until).as_dict(),
        "summary": because("message.silence_pages", until=until).as_dict(),
        "silence_id": silence.silence_id,
        "severity": "info",
        "path": "/incidents",
    }


def _kept(text: str) -> dict[str, Any] | str:
    """A stored reason as it stands in a payload, a sentence of an earlier version as it is."""
    found = reason_of(text)
    return found.as_dict() if found else text


def path(incident_id: str) -> str:
    return f"/incidents?incident={incident_id}"


def _counts(figures: Figures, targets: int) -> tuple[int, int, int]:
    return figures.requests, figures.accounts, targets


def _figures(figures: Figures, targets: int, now: datetime) -> dict[str, Any]:
    return {
        "requests": figures.requests,
        "accounts": figures.accounts,
        "targets": targets,
        "first_at": figures.first_at,
        "newest_at": figures.last_at,
        "counted_at": now,
    }


def _row(finding: Finding) -> Link:
    return Link.of(finding, "", RULES[finding.rule].rota, finding.decided_at)


def _evidence(rule: str, links: list[Link], below: dict[str, Any] | None) -> str:
    """JSON: why it fired. The figures are those of the gravest finding; each finding says its own why, a surge its interval."""
    first = links[0]
    found: dict[str, Any] = {
        "rule": rule,
        "why": first.facts.get("why", ""),
        "runbook": rule,
        "points_query": "incidents/points",
        **{key: first.facts[key] for key in _SHOWN if key in first.facts},
        "findings": [
            {
                "kind": link.finding_kind,
                "id": link.finding_id,
                "version": link.finding_version,
                "rule": link.rule,
                "why": link.facts.get("why", ""),
                **({"series": link.facts["series"]} if "series" in link.facts else {}),
            }
            for link in links[:50]
        ],
    }
    surge = next((link for link in links if link.finding_kind == "surge"), None)
    if surge is not None:
        found["surge"] = {"id": surge.finding_id, **{key: surge.facts[key] for key in _SHOWN if key in surge.facts}}
    for key in ("first_time_target", "history_requests", "cluster", "series", "contributions"):
        shown = next((link.facts[key] for link in links if key in link.facts), None)
        if shown is not None:
            found[key] = shown
    return json.dumps({**found, **(below or {})}, sort_keys=True, default=_text)


def _below(cache: IncidentCache, incident: Incident) -> dict[str, Any] | None:
    """What a surge of everything consists of."""
    if incident.kind != "global":
        return None
    links = cache.held[incident.incident_id].values()
    series = {link.facts["series"]: link.facts.get("ratio") for link in links if "series" in link.facts}
    children = cache.children(incident.incident_id)
    return {"series": series, "children": len(children), "child_ids": [c.incident_id for c in children[:50]]}


def _text(value: object) -> object:
    return iso(value) if isinstance(value, datetime) else row_with_iso_times({"": value})[""]
