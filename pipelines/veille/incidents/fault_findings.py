"""Faults as findings, so that they become incidents. Pure."""

from datetime import datetime
from typing import Any

from veille.config import Blindness
from veille.incidents.cache import IncidentCache
from veille.incidents.faults import faults
from veille.incidents.health import Health
from veille.incidents.model import Finding, digest


def fault_findings(health: Health, limits: Blindness, cache: IncidentCache) -> list[Finding]:
    """Faults as findings: those that are new, and the end of those that are over."""
    present = {digest("fault", fault.rule, fault.subject): fault for fault in faults(health, limits)}
    found = []
    for finding_id, fault in present.items():
        link = cache.known(("fault", finding_id))
        if link is None or link.ends_at is not None:
            version = 1 if link is None else link.finding_version + 1
            found.append(
                _finding(finding_id, version, fault.rule, fault.subject, health.at, fault.why.as_dict(), over=False)
            )
    for incident in cache.of_kind("fault"):
        for link in cache.held[incident.incident_id].values():
            if link.ends_at is None and link.finding_id not in present:
                version, why = link.finding_version + 1, link.facts.get("why", "")
                found.append(_finding(link.finding_id, version, link.rule, incident.subject, health.at, why, over=True))
    return found


def _finding(
    finding_id: str, version: int, rule: str, subject: str, at: datetime, why: dict[str, Any] | str, *, over: bool
) -> Finding:
    """why: a reason as JSON has it, or a sentence of an earlier version."""
    return Finding(
        kind="fault",
        finding_id=finding_id,
        version=version,
        decided_at=at,
        rule=rule,
        subject_kind="fault",
        subject=subject,
        opened_at=at,
        last_at=at,
        ends_at=at if over else None,
        requests=0,
        accounts=0,
        targets={},
        facts={"why": why},
        occasion=at.isoformat(timespec="minutes"),
    )
