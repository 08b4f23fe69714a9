"""Incidents that are active or may come back, their findings and targets. A cache of the tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from veille.incidents.basis import Basis, EventCounts, Figures, counted
from veille.incidents.model import Finding, Incident, IncidentEvent, Intent, Silence
from veille.incidents.state_machine import apply

Key = tuple[str, str]
State = tuple[int, int, datetime, datetime | None]
"""What one version of a finding says: version, requests, last activity, end."""


def state_of(version: int, found: "Finding | Link") -> State:
    return version, found.requests, found.last_at, found.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A row of incident_findings: one version of a finding as it was taken in."""

    incident_id: str
    finding_kind: str
    finding_id: str
    finding_version: int
    linked_at: datetime
    rule: str
    last_at: datetime
    ends_at: datetime | None
    requests: int
    accounts: int
    facts: dict[str, Any]
    rota: str
    bases: tuple[Basis, ...] = ()

    @classmethod
    def of(
        cls, finding: Finding, incident_id: str, rota: str, linked_at: datetime, bases: tuple[Basis, ...] = ()
    ) -> "Link":
        """This version of the finding, taken in by the incident."""
        return cls(
            incident_id=incident_id,
            finding_kind=finding.kind,
            finding_id=finding.finding_id,
            finding_version=finding.version,
            linked_at=linked_at,
            rule=finding.rule,
            last_at=finding.last_at,
            ends_at=finding.ends_at,
            requests=finding.requests,
            accounts=finding.accounts,
            facts=finding.facts,
            rota=rota,
            bases=bases,
        )

    @property
    def key(self) -> Key:
        return self.finding_kind, self.finding_id

    @property
    def state(self) -> State:
        return state_of(self.finding_version, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLink:
    """A row of incident_targets."""

    incident_id: str
    target_id: str
    linked_at: datetime
    last_at: datetime
    rota: str


@dataclass(slots=True, kw_only=True)
class Changes:
    """What one step, or one command, writes: all of it in one transaction."""

    events: list[IncidentEvent] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    targets: list[TargetLink] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.events, self.links, self.targets, self.silences, self.intents))


@dataclass(slots=True, kw_only=True)
class IncidentCache:
    """Incidents by id with what belongs to them. Everything in it can be read back from the tables (store.load).

    held: incident → its findings, latest version taken in; of_finding: finding → incident.
    taken: finding → what each version said that was taken in (`state_of`).
    targets: incident → target → last activity there. ratio: what a global surge stood at when it last paged.
    pages: (rota, shift) → non-critical pages due; digested: (rota, shift) → incidents held back for the digest.
    paged: kind → (when, incident) of live pages of the last minutes.
    kinds: kind → incidents. touched: incidents whose end may have moved since the engine last looked.
    """

    incidents: dict[str, Incident] = field(default_factory=dict)
    held: dict[str, dict[Key, Link]] = field(default_factory=lambda: defaultdict(dict))
    of_finding: dict[Key, str] = field(default_factory=dict)
    taken: dict[Key, set[State]] = field(default_factory=lambda: defaultdict(set))
    targets: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    of_target: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ratio: dict[str, float] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)
    pages: dict[tuple[str, datetime], int] = field(default_factory=lambda: defaultdict(int))
    digested: dict[tuple[str, datetime], list[str]] = field(default_factory=lambda: defaultdict(list))
    paged: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    touched: set[str] = field(default_factory=set)

    def write(self, event: IncidentEvent, changes: Changes) -> Incident:
        """Apply the event, here and in `changes`. Raises IncidentError."""
        incident = apply(self.incidents.get(event.incident_id), event)
        self.hold(incident)
        changes.events.append(event)
        changes.incidents.append(incident)
        return incident

    def hold(self, incident: Incident) -> None:
        """This is its present state."""
        self.incidents[incident.incident_id] = incident
        self.kinds[incident.kind].add(incident.incident_id)
        self.touched.add(incident.incident_id)

    def link(self, link: Link) -> None:
        self.held[link.incident_id][link.key] = link
        self.of_finding[link.key] = link.incident_id
        self.taken[link.key].add(link.state)
        self.touched.add(link.incident_id)

    def aim(self, link: TargetLink) -> bool:
        """The incident is about this target too; False where that was known and nothing later happened there."""
        known = self.targets[link.incident_id]
        if link.target_id in known and known[link.target_id] >= link.last_at:
            return False
        known[link.target_id] = link.last_at
        self.of_target[link.target_id].add(link.incident_id)
        return True

    def known(self, key: Key) -> Link | None:
        """The version of a finding that was taken in."""
        incident_id = self.of_finding.get(key)
        return self.held[incident_id].get(key) if incident_id in self.incidents and incident_id else None

    def covers(self, finding: Finding) -> bool:
        """Whether a version of this finding says nothing beyond what was taken in.

        Where history was decided afresh its versions are counted anew, so a low number alone does not say so. A later version may hold
        less than an earlier one, so the latest alone does not say so either.
        """
        known = self.known(finding.key)
        if known is None:
            return False
        return state_of(finding.version, finding) in self.taken[finding.key] or (
            finding.version <= known.finding_version
            and finding.last_at <= known.last_at
            and finding.requests <= known.requests
        )

    def about(self, targets: Iterable[str], kind: str) -> list[Incident]:
        """Incidents of a kind about any of the targets; those that were merged into others left out."""
        ids = {i for target in targets for i in self.of_target.get(target, ())}
        found = [self.incidents[i] for i in ids]
        return [i for i in found if i.merged_into is None and i.kind == kind]

    def of_kind(self, kind: str) -> list[Incident]:
        """Incidents of a kind that were not merged into others, oldest first."""
        found = (self.incidents[i] for i in self.kinds[kind] if self.incidents[i].merged_into is None)
        return sorted(found, key=lambda i: (i.opened_at, i.incident_id))

    def children(self, incident_id: str) -> list[Incident]:
        """Those that it keeps from paging, oldest first."""
        by = f"parent:{incident_id}"
        found = (i for i in self.incidents.values() if i.suppressed_by == by and i.active)
        return sorted(found, key=lambda i: (i.opened_at, i.incident_id))

    def last_at(self, incident: Incident) -> datetime:
        """Last activity known of any of its findings."""
        return max((link.last_at for link in self.held[incident.incident_id].values()), default=incident.last_at)

    def ends_at(self, incident: Incident) -> datetime | None:
        """The same once all of them are over; None while one goes on."""
        links = self.held[incident.incident_id].values()
        return None if any(link.ends_at is None for link in links) else self.last_at(incident)

    def figures(self, incident_id: str, events: EventCounts | None) -> Figures:
        """What the incident counts: distinct events, and people, behind its findings.

        Flags of minors are of one target and day each, so they add up. Of findings that name no events, such as those that an earlier
        version of Veille took in, the largest counts, where that is more.
        """
        links = self.held[incident_id].values()
        if self.incidents[incident_id].kind == "minors":
            return Figures(sum(link.requests for link in links), 0, None, None)
        bases = [basis for link in links for basis in link.bases]
        found = counted(bases, events) if bases and events is not None else Figures(0, 0, None, None)
        bare = [link for link in links if not link.bases or events is None]
        return replace(
            found,
            requests=max([found.requests, *(link.requests for link in bare)]),
            accounts=max([found.accounts, *(link.accounts for link in bare)]),
        )

    def forget(self, before: datetime, among: Callable[[Incident], bool]) -> None:
        """Drop resolved incidents, of those for which `among` is true, that were last active before then."""
        over = (i for i in self.incidents.values() if not i.active and among(i))
        for incident in [i for i in over if self.last_at(i) < before]:
            for target in self.targets.pop(incident.incident_id, {}):
                self.of_target[target].discard(incident.incident_id)
            for key in self.held.pop(incident.incident_id, {}):
                if self.of_finding.get(key) == incident.incident_id:
                    del self.of_finding[key]
                    self.taken.pop(key, None)
            self.ratio.pop(incident.incident_id, None)
            self.kinds[incident.kind].discard(incident.incident_id)
            del self.incidents[incident.incident_id]


SLACK = timedelta(days=14)
"""How long a resolved incident is kept in mind beyond its cooldown: a finding may still get versions."""
