"""Incidents against the truth of a simulation: what was planted, which incident stands for it, when it paged. No bench."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import polars as pl

from veille.incidents.cache import Changes
from veille.incidents.model import Incident, IncidentEvent
from veille.privacy import Pseudonymiser

GRACE = timedelta(hours=24)
"""A page counts for an attack until so long after its last request."""
PLATFORM = "x"


@dataclass(frozen=True, slots=True)
class Attack:
    """A planted attack: docs/simulator.md, attacks.csv. target: pseudonym, None for the surge of everything."""

    kind: str
    target: str | None
    onset: datetime
    end: datetime
    critical_at: datetime | None
    rule: str | None
    first_time: bool

    @property
    def critical(self) -> bool:
        return self.rule is not None


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with its pages, targets and span; what was merged into it counts as it."""

    incident: Incident
    pages: Sequence[IncidentEvent]
    targets: frozenset[str]
    begun: datetime
    over: datetime

    def covers(self, attack: Attack) -> bool:
        """It stands for the attack: the same target (or both are of everything), at the same time."""
        meets = self.begun <= attack.end + GRACE and self.over >= attack.onset
        same = self.incident.kind == "global" if attack.target is None else attack.target in self.targets
        return same and meets


def attacks(file: Path, names: Pseudonymiser) -> list[Attack]:
    """All planted attacks, by onset."""
    frame = pl.read_csv(file, try_parse_dates=True)
    times = [
        pl.col(n).cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None) for n in ("onset", "end", "critical_at")
    ]
    return [
        Attack(
            row["kind"],
            pseudonym(names, row["target_id"]) if row["target_id"] else None,
            row["onset"],
            row["end"],
            row["critical_at"],
            row["critical_rule"],
            bool(row["first_time_target"]),
        )
        for row in frame.with_columns(times).sort("onset").iter_rows(named=True)
    ]


def pseudonym(names: Pseudonymiser, person: str) -> str:
    return str(UUID(bytes=names.one("person", PLATFORM, person)))


def cases(changes: Changes) -> list[Case]:
    """Incidents that no other took in, by opening."""
    last = {incident.incident_id: incident for incident in changes.incidents}
    pages, targets, spans = defaultdict(list), defaultdict(set), defaultdict(list)
    for event in changes.events:
        root = _root(event.incident_id, last)
        spans[root].append(event.happened_at)
        if event.event == "due":
            pages[root].append(event)
    for link in changes.targets:
        targets[_root(link.incident_id, last)].add(link.target_id)
    found = [
        Case(
            last[root], pages[root], frozenset(targets[root]), min(last[root].onset_at, *spans[root]), max(spans[root])
        )
        for root in spans
    ]
    return sorted(found, key=lambda case: (case.begun, case.incident.incident_id))


def _root(incident_id: str, last: dict[str, Incident]) -> str:
    while (into := last[incident_id].merged_into) is not None:
        incident_id = into
    return incident_id


def first_page(attack: Attack, found: Iterable[Case], severity: str | None = None) -> datetime | None:
    """When somebody was first paged about it; the onset where a page about its incident went before."""
    times = [
        max(event.happened_at, attack.onset)
        for case in found
        if case.covers(attack)
        for event in case.pages
        if event.happened_at <= attack.end + GRACE and severity in (None, event.severity)
    ]
    return min(times, default=None)
