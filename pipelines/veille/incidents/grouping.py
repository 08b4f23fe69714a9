"""Which incident a finding belongs to. Pure.

An attack is about targets: a surge, a burst, an insistent account and a cluster that meet on one target within the
cooldown are one incident, so a cluster's targets are one. A global surge gathers the series that rise with it. Drops at
one time are one. A fault is itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from veille.incidents.book import Book
from veille.incidents.model import Finding, Incident
from veille.incidents.policy import RULES, Policy


@dataclass(frozen=True, slots=True)
class Home:
    """root takes the finding in; absorbed are incidents that turn out to be the same."""

    root: str
    absorbed: tuple[str, ...]


def home(finding: Finding, book: Book, policy: Policy) -> Home | None:
    """Where the finding belongs; None if it opens an incident."""
    kind = RULES[finding.rule].kind
    near = {i.incident_id: i for i in _candidates(finding, kind, book, policy)}
    link = book.known(finding.key)
    if link is not None:
        own = book.incidents[link.incident_id]
        if own.active or _may_return(finding, own, book, policy):
            near[own.incident_id] = own
    if not near:
        return None
    root, *others = sorted(near.values(), key=_precedence)
    absorbed = tuple(i.incident_id for i in others if i.active) if kind == "attack" else ()
    return Home(root.incident_id, absorbed)


def _precedence(incident: Incident) -> tuple[bool, bool, datetime, str]:
    """What somebody handles comes first, then what is active, then the oldest."""
    return incident.state != "acknowledged", not incident.active, incident.opened_at, incident.incident_id


def _candidates(finding: Finding, kind: str, book: Book, policy: Policy) -> Iterable[Incident]:
    if kind in ("attack", "minors"):
        for incident in book.about(finding.targets, kind):
            if _met(finding, incident, book, policy):
                yield incident
    elif kind in ("global", "drop"):
        for incident in book.of_kind(kind):
            if incident.active or _may_return(finding, incident, book, policy):
                yield incident


def _met(finding: Finding, incident: Incident, book: Book, policy: Policy) -> bool:
    """Both were active on a common target within the cooldown."""
    reach = policy.resolve_after + policy.cooldown
    theirs = book.targets[incident.incident_id]
    common = finding.targets.keys() & theirs.keys()
    return any(
        theirs[target] - reach <= finding.targets[target] and _begins(finding, target) <= theirs[target] + reach
        for target in common
    )


def _begins(finding: Finding, target: str) -> datetime:
    """A cluster lives for weeks: its last activity on the target counts, not when it was born."""
    return finding.targets[target] if finding.kind == "cluster" else finding.opened_at


def _may_return(finding: Finding, incident: Incident, book: Book, policy: Policy) -> bool:
    return finding.last_at <= book.last_at(incident) + policy.resolve_after + policy.cooldown
