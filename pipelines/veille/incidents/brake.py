"""The page brake: when many incidents of abuse would page within minutes, one page stands for all of them.

It works on live pages only, for each family of rules (the kinds in FAMILIES) apart; flags of minors and faults always page by
themselves. The page is an incident of its own (rule `page-brake`). The incidents that it stands for keep their place in the queue:
`suppressed_by` names it, so they neither page nor escalate until it lets them go. All that it remembers is in its incident
(`evidence`) and in the events, so a restart in between changes nothing. A *storm* is another thing: a surge of days.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from veille.config import RULES
from veille.incidents.cache import Changes, IncidentCache
from veille.incidents.describe import line
from veille.incidents.intents import intent
from veille.incidents.model import VEILLE, Incident, IncidentEvent, digest, rank
from veille.incidents.policy import Policy
from veille.incidents.silences import silenced_by
from veille.reasons import Reason, stored
from veille.reasons import reason as because

RULE = "page-brake"
KIND = "brake"
FAMILIES = {"attack": "attacks", "global": "surges"}
"""Kind of the incidents that one brake stands for → what texts call several of them."""
_LISTED = 10

Write = Callable[[Incident, str, Reason, dict[str, Any]], Incident]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What a brake remembers. count: incidents that it has stood for; told: how many at its last page; base: how many before this wave.

    on: pages still come; off, it only stands for what is left.
    """

    count: int = 0
    told: int = 0
    base: int = 0
    on: bool = False
    first_hours: bool = False

    @classmethod
    def of(cls, brake: Incident) -> "Wave":
        return cls(**json.loads(brake.evidence)["wave"])


def by_danger(incidents: Iterable[Incident]) -> list[Incident]:
    """Who is in most danger first: the gravest, then those whom most accounts ask about, then most requests, then the oldest."""
    return sorted(incidents, key=lambda i: (-rank(i.severity), -i.accounts, -i.requests, i.opened_at, i.incident_id))


def listed(cache: IncidentCache, brake_id: str) -> list[Reason]:
    """The first lines of its list, as a page shows them."""
    waiting = [child for child in cache.children(brake_id) if child.state == "open"]
    return [line(child) for child in by_danger(waiting)[:_LISTED]]


class PageBrake:
    """Asked by the pager before each page of a live engine."""

    def __init__(
        self,
        policy: Policy,
        cache: IncidentCache,
        write: Write,
        history_since: Callable[[], datetime | None],
    ) -> None:
        """history_since: time of the first event that is known; None where there is none."""
        self._policy, self._cache, self._write, self._history_since = policy, cache, write, history_since
        self._window = timedelta(minutes=policy.settings.storm_minutes)
        self._changes = Changes()
        self._held: dict[str, list[str]] = defaultdict(list)

    def begin(self, changes: Changes) -> None:
        self._changes = changes

    def holds(self, incident: Incident) -> bool:
        """Whether it stands for the incident already."""
        if incident.incident_id in self._held[incident.kind]:
            return True
        by = (incident.suppressed_by or "").removeprefix("parent:")
        parent = self._cache.incidents.get(by)
        return parent is not None and parent.kind == KIND

    def takes(self, incident: Incident, now: datetime) -> bool:
        """Whether it stands for the incident from now on, so that it has no page of its own."""
        if incident.rota != "abuse" or incident.kind not in FAMILIES:
            return False
        held, brake = self._held[incident.kind], self._active(incident.kind)
        on = bool(held) or (brake is not None and Wave.of(brake).on)
        if not on and len(self._recent(incident.kind, now)) + 1 < self._limit(now):
            return False
        held.append(incident.incident_id)
        return True

    def paged(self, incident: Incident, now: datetime) -> None:
        """The incident has a page of its own."""
        self._cache.paged[incident.kind].append((now, incident.incident_id))

    def settle(self, now: datetime) -> None:
        """Write what it has taken in, page where that is due, and end what is over."""
        for family in FAMILIES:
            held = [each for each in map(self._cache.incidents.__getitem__, self._held.pop(family, ())) if each.active]
            brake = self._active(family)
            if held:
                self._take_in(family, brake, held, now)
            elif brake is not None and now - brake.last_at >= self._window:
                self._over(brake, now)
        for brake in self._cache.of_kind(KIND):
            if not brake.active and (left := self._cache.children(brake.incident_id)):
                self._let_go(left, now)  # a person resolved it

    # -- begins and grows ---------------------------------------------------------

    def _take_in(self, family: str, brake: Incident | None, held: Sequence[Incident], now: datetime) -> None:
        before = Wave.of(brake) if brake else Wave()
        if brake is None:
            held = [*self._lately_paged(family, now), *held]
            brake = self._open(family, held, now)
            why = self._why(now)
        else:
            why = because("event.doubled") if before.on else because("event.goes_on")
        for each in held:
            by = {"suppressed_by": f"parent:{brake.incident_id}", "parent_id": brake.incident_id}
            self._write(each, "suppressed", because("event.page_brake"), by)
        count, base = before.count + len(held), before.base if before.on else before.count
        pages = not before.on or count - base >= 2 * (before.told - base)
        first_hours = before.first_hours if before.count else self._young(now)
        told = count if pages else before.told
        wave = Wave(count=count, told=told, base=base, on=True, first_hours=first_hours)
        brake = self._grow(brake, wave, _title(family, count, brake.opened_at), now, last_at=now)
        if pages:
            self._page(brake, "trigger", why, now)

    def _why(self, now: datetime) -> Reason:
        pages, minutes = self._limit(now), self._policy.settings.storm_minutes
        if self._young(now):
            hours = self._policy.settings.storm_first_hours
            return because("event.brake_first_hours", hours=hours, pages=pages, minutes=minutes)
        return because("event.brake_begins", pages=pages, minutes=minutes)

    def _lately_paged(self, family: str, now: datetime) -> list[Incident]:
        """Those that paged just before and that nobody has taken: from now on its page stands for them too."""
        found = (self._cache.incidents.get(incident_id) for _, incident_id in self._recent(family, now))
        unique = {each.incident_id: each for each in found if each is not None}
        return [each for each in unique.values() if each.state == "open" and each.suppressed_by is None]

    def _open(self, family: str, held: Sequence[Incident], now: datetime) -> Incident:
        incident_id = digest("incident", KIND, family, now.isoformat())
        severity = max((each.severity for each in held), key=rank)
        begun = min(each.opened_at for each in held)
        columns = {
            "kind": KIND,
            "rota": RULES[RULE].rota,
            "rule": RULE,
            "policy": self._policy.name,
            "severity": severity,
            "suppressed_by": None,
            "parent_id": None,
            "subject_kind": "family",
            "subject": family,
            "title": stored(_title(family, len(held), begun)),
            "onset_at": min(each.onset_at for each in held),
            "last_at": now,
            "requests": 0,
            "accounts": 0,
            "targets": 0,
            "evidence": self._evidence(Wave(first_hours=self._young(now)), self._why(now)),
        }
        event = IncidentEvent(
            incident_id=incident_id,
            number=1,
            happened_at=now,
            known_at=now,
            rota=RULES[RULE].rota,
            event="opened",
            actor=VEILLE,
            state="open",
            severity=severity,
            reason=stored(self._why(now)),
            detail={"incident_id": incident_id, "opened_at": begun, **columns},
        )
        return self._cache.write(event, self._changes)

    def _grow(self, brake: Incident, wave: Wave, title: Reason, now: datetime, *, last_at: datetime) -> Incident:
        """Title, figures and severity as they are now."""
        mine = [
            each
            for each in self._cache.incidents.values()
            if each.parent_id == brake.incident_id and each.merged_into is None
        ]
        gravest = max((each.severity for each in mine), key=rank, default=brake.severity)
        why = because("event.page_brake")
        if rank(gravest) > rank(brake.severity):
            brake = self._write(brake, "severity", why, {"severity": gravest})
        about = {target for each in mine for target in self._cache.targets.get(each.incident_id, ())}
        figures = {
            "title": stored(title),
            "last_at": last_at,
            "requests": 0,  # each incident counts its own; one account may be in several
            "accounts": 0,
            "targets": len(about),
            "counted_at": now,
            "evidence": self._evidence(wave, json.loads(brake.evidence)["why"]),
        }
        return self._write(brake, "grown", why, figures)

    def _evidence(self, wave: Wave, why: Reason | str) -> str:
        said = why if isinstance(why, str) else stored(why)
        return json.dumps({"rule": RULE, "runbook": RULE, "wave": asdict(wave), "why": said}, sort_keys=True)

    def _page(self, brake: Incident, kind: str, why: Reason, now: datetime) -> None:
        if silenced_by(brake, self._cache, now) is not None:
            return
        if kind == "trigger":
            brake = self._write(brake, "due", why, {"again": brake.pages, "ratio": None})
        brake = self._write(brake, "paged", why, {"kind": kind})
        self._changes.intents.append(intent(brake, kind, now, why, listed(self._cache, brake.incident_id)))

    # -- ends -----------------------------------------------------------------------

    def _over(self, brake: Incident, now: datetime) -> None:
        """No further page came due for the whole window: the all-clear, and what nobody has taken escalates by itself."""
        children, wave = self._cache.children(brake.incident_id), Wave.of(brake)
        waiting = [child for child in children if child.state == "open"]
        if not wave.on and len(waiting) >= self._policy.settings.storm_pages:
            return
        left = self._let_go(children, now, keep=wave.on)
        ended = replace(wave, told=wave.count, on=False)
        if left:
            why = because("event.brake_left", left=len(left))
            brake = self._grow(brake, ended, _title_left(brake, ended, len(left)), now, last_at=brake.last_at)
            self._page(brake, "escalate", why, now)
            return
        brake = self._grow(brake, ended, _title_over(brake, ended), now, last_at=brake.last_at)
        why = because("event.brake_over", minutes=self._policy.settings.storm_minutes)
        brake = self._write(brake, "resolved", why, {"disposition": None, "last_at": brake.last_at})
        if brake.paged_at is not None:
            self._changes.intents.append(intent(brake, "resolve", now, why))

    def _let_go(self, children: Sequence[Incident], now: datetime, *, keep: bool = False) -> list[Incident]:
        """Free the incidents; the first of those that nobody has taken escalate. keep: what is beyond these stays, and is returned."""
        waiting = by_danger(child for child in children if child.state == "open")
        first, beyond = waiting[: self._most()], waiting[self._most() :]
        why = because("event.brake_released")
        kept = {each.incident_id for each in beyond} if keep else set()
        for child in children:
            if child.incident_id not in kept:
                self._write(child, "released", why, {"suppressed_by": None})
        for child in first:
            paged = self._write(self._cache.incidents[child.incident_id], "paged", why, {"kind": "escalate"})
            self._changes.intents.append(intent(paged, "escalate", now, why))
        return beyond if keep else []

    # -- limits ---------------------------------------------------------------------

    def _most(self) -> int:
        """So many pages within the window are no storm of pages."""
        return max(1, self._policy.settings.storm_pages - 1)

    def _limit(self, now: datetime) -> int:
        wanted = self._policy.settings
        return min(wanted.storm_first_pages, wanted.storm_pages) if self._young(now) else wanted.storm_pages

    def _young(self, now: datetime) -> bool:
        """Whether there is so little history that every target counts as asked about for the first time."""
        since = self._history_since()
        return since is None or now - since < timedelta(hours=self._policy.settings.storm_first_hours)

    def _recent(self, family: str, now: datetime) -> list[tuple[datetime, str]]:
        recent = [each for each in self._cache.paged[family] if now - each[0] < self._window]
        self._cache.paged[family] = recent
        return recent

    def _active(self, family: str) -> Incident | None:
        found = [each for each in self._cache.of_kind(KIND) if each.active and each.subject == family]
        return found[-1] if found else None


def _title(family: str, count: int, since: datetime) -> Reason:
    return because("title.brake", count=count, family=FAMILIES[family], since=f"{since:%H:%M}")


def _title_left(brake: Incident, wave: Wave, left: int) -> Reason:
    since, until = f"{brake.opened_at:%H:%M}", f"{brake.last_at:%H:%M}"
    family = FAMILIES[brake.subject]
    return because("title.brake_left", count=wave.count, family=family, since=since, until=until, left=left)


def _title_over(brake: Incident, wave: Wave) -> Reason:
    since, until = f"{brake.opened_at:%H:%M}", f"{brake.last_at:%H:%M}"
    return because("title.brake_over", count=wave.count, family=FAMILIES[brake.subject], since=since, until=until)
