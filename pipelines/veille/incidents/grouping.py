"""Which incident a finding belongs to. Pure.

An attack is about targets: a surge, a burst, an insistent account and a cluster that meet on one target within the
cooldown are one incident, so a cluster's targets are one. A global surge or storm gathers the series that rise with it. Surges of
other series at one time are one, and so are drops. A fault is itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.config import RULES
from veille.incidents.cache import IncidentCache, Key
from veille.incidents.model import Finding, Incident
from veille.incidents.policy import Policy

WHOLE, STORM = "global-surge", "storm"
TOGETHER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Home:
    """root takes the finding in; absorbed are incidents that turn out to be the same."""

    root: str
    absorbed: tuple[str, ...]


def home(finding: Finding, cache: IncidentCache, policy: Policy) -> Home | None:
    """Where the finding belongs; None if it opens an incident."""
    kind = RULES[finding.rule].kind
    near = {i.incident_id: i for i in _candidates(finding, kind, cache, policy)}
    for link in filter(None, map(cache.known, _keys(finding))):
        own = cache.incidents[link.incident_id]
        if own.active or _may_return(finding, own, cache, policy):
            near[own.incident_id] = own
    if not near:
        return None
    root, *others = sorted(near.values(), key=_precedence)
    absorbed = tuple(i.incident_id for i in others if i.active) if kind in ("attack", "global") else ()
    return Home(root.incident_id, absorbed)


def _keys(finding: Finding) -> tuple[Key, ...]:
    """Findings whose incident takes this one in: an earlier version of it, and the cluster whose members met."""
    return (finding.key, ("cluster", finding.subject)) if finding.kind == "meeting" else (finding.key,)


def _precedence(incident: Incident) -> tuple[bool, bool, bool, datetime, str]:
    """What somebody handles comes first, then a surge of everything, then what is active, then the oldest."""
    handled, whole = incident.state == "acknowledged", incident.rule == WHOLE
    return not handled, not whole, not incident.active, incident.opened_at, incident.incident_id


def _candidates(finding: Finding, kind: str, cache: IncidentCache, policy: Policy) -> Iterable[Incident]:
    if kind == "minors":
        return (i for i in cache.about(finding.targets, kind) if i.active or _met(finding, i, cache, policy))
    if kind == "attack":
        return (i for i in cache.about(finding.targets, kind) if _met(finding, i, cache, policy))
    if kind in ("global", "drop"):
        return (i for i in cache.of_kind(kind) if _rises_with(finding, i, cache, policy))
    return ()


def _rises_with(finding: Finding, incident: Incident, cache: IncidentCache, policy: Policy) -> bool:
    """A surge or storm of everything takes in whatever rises while it lasts; other series, what began within half a day."""
    if finding.last_at < incident.onset_at - TOGETHER:
        return False  # history decided afresh meets an incident of a later time in which a person acted
    if incident.rule == WHOLE:
        return incident.active or (finding.rule == WHOLE and _may_return(finding, incident, cache, policy))
    lasts = any(link.rule == STORM for link in cache.held[incident.incident_id].values())
    return incident.active and (lasts or finding.opened_at - incident.onset_at <= TOGETHER)


def _met(finding: Finding, incident: Incident, cache: IncidentCache, policy: Policy) -> bool:
    """Both were active on a common target within the cooldown."""
    reach = policy.resolve_after + policy.cooldown
    theirs = cache.targets[incident.incident_id]
    common = finding.targets.keys() & theirs.keys()
    return any(
        theirs[target] - reach <= finding.targets[target] and _begins(finding, target) <= theirs[target] + reach
        for target in common
    )


def _begins(finding: Finding, target: str) -> datetime:
    """A cluster lives for weeks: its last activity on the target counts, not when it was born."""
    return finding.targets[target] if finding.kind == "cluster" else finding.opened_at


def _may_return(finding: Finding, incident: Incident, cache: IncidentCache, policy: Policy) -> bool:
    return finding.last_at <= cache.last_at(incident) + policy.resolve_after + policy.cooldown
