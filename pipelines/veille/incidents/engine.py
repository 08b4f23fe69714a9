"""Findings in, incidents out: pure but for the cache it keeps. No clock, no database.

Findings are taken in order of when they were decided, and what falls due between two of them happens in between, so the
incidents do not depend on how findings are batched. What an incident counts is counted once at each moment. A version that was
taken in before changes nothing; the cache must hold every incident that took in one of the findings (IncidentStore.recall).
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from veille.config import RULES
from veille.incidents.basis import EventCounts, Figures, continued, counted
from veille.incidents.brake import KIND as BRAKE
from veille.incidents.cache import SLACK, Changes, IncidentCache, Link, TargetLink
from veille.incidents.describe import described, opening
from veille.incidents.grouping import home
from veille.incidents.model import VEILLE, Finding, Incident, IncidentEvent, digest, rank
from veille.incidents.paging import WAIT, Pager
from veille.incidents.policy import Policy
from veille.reasons import Reason, stored
from veille.reasons import reason as because

NEWS = timedelta(hours=2)
"""What was known and has been quiet again for so long reopens its incident, but wakes nobody again
unless it is about another target."""
COUNTS = ("requests", "accounts", "targets", "first_at", "newest_at")


@dataclass(slots=True)
class Growth:
    """What was added to an incident at one moment and is not written yet."""

    rule: str
    news: bool = False
    onsets: list[datetime] = field(default_factory=list)

    def take(self, finding: Finding, *, news: bool) -> None:
        """news: a finding that is new, or has ended, or another target."""
        self.news |= news
        self.onsets.append(finding.opened_at)
        if news:
            self.rule = finding.rule


class IncidentEngine:
    """One engine. live: `run` takes its `until` as the time of everything, and pages are put into the outbox."""

    def __init__(
        self,
        policy: Policy,
        cache: IncidentCache,
        *,
        live: bool,
        events: EventCounts | None = None,
        clocked: Callable[[Incident], bool] = lambda incident: True,
        history_since: Callable[[], datetime | None] = lambda: datetime.min,
    ) -> None:
        """events: where figures are counted; without it an incident shows those of its largest finding.
        clocked: which incidents end and wait by this engine's clock; another one may keep the others in the same cache.
        history_since: as PageBrake.
        """
        self.policy, self.cache, self.live, self._events, self._clocked = policy, cache, live, events, clocked
        self._now = datetime.min
        self._known_at = datetime.min
        self._changes = Changes()
        self._pager = Pager(policy, cache, self._write, live=live, history_since=history_since)
        self._timers: list[tuple[datetime, str]] = []
        self._grown: dict[str, Growth] = {}
        cache.touched.update(cache.incidents)

    def run(self, findings: Iterable[Finding], until: datetime, known_at: datetime) -> Changes:
        """Take in the findings and whatever is due until then; what is to be written."""
        self._changes, self._known_at = Changes(), known_at
        self._pager.begin(self._changes)
        ordered = sorted(findings, key=lambda f: (f.decided_at, f.kind, f.finding_id, f.version))
        for finding in ordered:
            self._advance(until if self.live else finding.decided_at)
            self._take(finding)
        self._advance(until)
        self._settle()
        self._pager.settle(self._now)
        self.cache.forget(self._now - self.policy.resolve_after - self.policy.cooldown - SLACK, self._clocked)
        return self._changes

    # -- time ------------------------------------------------------------------

    def _advance(self, at: datetime) -> None:
        """Resolve, release and remind whatever falls due until `at`, in order of time."""
        if at > self._now:
            self._settle()
        while (due := self._next_due(at)) is not None:
            moment, incident_id = due
            self._now = max(self._now, at if self.live else moment)
            if self._end(incident_id) == moment:
                self._resolve(self.cache.incidents[incident_id])
            else:
                self._pager.waited(incident_id, self._now)
        self._now = max(self._now, at)
        self._pager.advance(self._now)

    def _next_due(self, at: datetime) -> tuple[datetime, str] | None:
        """The next incident whose quiet, or whose waiting, is over by then."""
        for incident_id in self._touched():
            for moment in (self._end(incident_id), self._wait(incident_id)):
                if moment is not None:
                    heapq.heappush(self._timers, (moment, incident_id))
        while self._timers and self._timers[0][0] <= at:
            moment, incident_id = heapq.heappop(self._timers)
            if moment in (self._end(incident_id), self._wait(incident_id)):
                return moment, incident_id
        return None

    def _touched(self) -> list[str]:
        """Those by this clock that changed since the last call."""
        known = self.cache.incidents
        mine = [each for each in self.cache.touched if each not in known or self._clocked(known[each])]
        self.cache.touched.difference_update(mine)
        return mine

    def _wait(self, incident_id: str) -> datetime | None:
        """When it is to page, where it waits for that."""
        incident = self.cache.incidents.get(incident_id)
        if incident is None or not incident.active or not (incident.suppressed_by or "").startswith(WAIT):
            return None
        return datetime.fromisoformat((incident.suppressed_by or "").removeprefix(WAIT))

    def _end(self, incident_id: str) -> datetime | None:
        """When it ends if nothing more happens; None while a finding goes on or somebody handles it."""
        incident = self.cache.incidents.get(incident_id)
        if incident is None or incident.state != "open" or incident.kind == BRAKE:
            return None
        quiet_since = self.cache.ends_at(incident)
        quiet = self.policy.quiet(incident.kind)
        return None if quiet_since is None else max(quiet_since, incident.happened_at) + quiet

    def _resolve(self, incident: Incident) -> None:
        last = self.cache.last_at(incident)
        self._write(incident, "resolved", because("event.quiet"), {"disposition": None, "last_at": last})
        self._pager.resolved(incident.incident_id, self._now)

    # -- findings --------------------------------------------------------------

    def _take(self, finding: Finding) -> None:
        if self.cache.covers(finding):
            return
        known = self.cache.known(finding.key)
        found = home(finding, self.cache, self.policy)
        if found is None:
            self._open(finding)
            return
        incident = self.cache.incidents[found.root]
        for other in found.absorbed:
            self._absorb(other, incident.incident_id)
        if not incident.active:
            self._return(incident, finding, known)
        else:
            self._grow(incident.incident_id, finding)

    def _open(self, finding: Finding) -> None:
        incident_id = digest("incident", finding.kind, finding.finding_id, finding.occasion)
        if incident_id in self.cache.incidents:  # ended by a person on this very occasion
            return
        columns = opening(finding, self.policy, self._counted_of(finding), self._now)
        event = IncidentEvent(
            incident_id=incident_id,
            number=1,
            happened_at=self._now,
            known_at=self._known_at,
            rota=RULES[finding.rule].rota,
            event="opened",
            actor=VEILLE,
            state="open",
            severity=columns["severity"],
            reason=stored(_met(finding.rule)),
            detail={"incident_id": incident_id, "opened_at": self._now, **columns},
        )
        self.cache.write(event, self._changes)
        self._link(incident_id, finding)
        self._pager.opened(incident_id, self._now, stale=self._stale(finding))

    def _return(self, incident: Incident, finding: Finding, known: Link | None) -> None:
        """What comes to a resolved incident: reopens it where it is news, else is only noted."""
        severity = self.policy.severity(finding.rule)
        graver = rank(severity) > rank(incident.severity)
        again = finding.last_at > self.cache.last_at(incident) + self.policy.resolve_after
        unheard = known is None or known.incident_id != incident.incident_id
        aims = len(self.cache.targets[incident.incident_id])
        self._link(incident.incident_id, finding)
        restarted = known is not None and known.ends_at is not None and finding.ends_at is None
        judged = incident.disposition is not None
        if not (graver or restarted or (unheard and finding.rule != "insistent-account") or (again and not judged)):
            return
        columns = self._described(incident.incident_id)
        self._write(incident, "reopened", _met(finding.rule), {**columns, "last_at": finding.last_at})
        self._raise(incident.incident_id, finding)
        recent = finding.last_at >= self._now - NEWS or len(self.cache.targets[incident.incident_id]) > aims
        if self.policy.pages(severity) and recent:
            self._pager.reopened(incident.incident_id, self._now, stale=False)

    def _grow(self, incident_id: str, finding: Finding) -> None:
        before = self.cache.incidents[incident_id]
        held = self.cache.held[incident_id].get(finding.key)
        aims = len(self.cache.targets[incident_id])
        self._link(incident_id, finding)
        raised = self._raise(incident_id, finding)
        news = (
            held is None
            or (held.ends_at is None and finding.ends_at is not None)
            or len(self.cache.targets[incident_id]) > aims
        )
        if not raised:
            self._grown.setdefault(incident_id, Growth(finding.rule)).take(finding, news=news)
        else:
            self._pager.raised(incident_id, self._now, before.severity, stale=self._stale(finding))
        self._pager.doubled(incident_id, finding, self._now)

    def _raise(self, incident_id: str, finding: Finding) -> bool:
        """Severity follows the gravest finding and never falls by itself."""
        incident = self.cache.incidents[incident_id]
        severity = self.policy.severity(finding.rule)
        if rank(severity) <= rank(incident.severity):
            return False
        about = {"subject_kind": finding.subject_kind, "subject": finding.subject}
        columns = {"severity": severity, "rule": finding.rule, "policy": self.policy.name, **about}
        text = self._described(incident_id, rule=finding.rule, about=about)
        growth = self._grown.pop(incident_id, Growth(finding.rule))  # all of it is said now
        growth.take(finding, news=True)
        self._write(incident, "severity", _met(finding.rule), {**columns, **text})
        onset = min([incident.onset_at, *growth.onsets])
        grown = {**text, "onset_at": onset, "last_at": self.cache.last_at(incident)}
        self._write(self.cache.incidents[incident_id], "grown", _met(finding.rule), grown)
        return True

    def _absorb(self, other_id: str, root_id: str) -> None:
        """Everything of the other belongs to the root from now on; the other ends as a part of it."""
        other = self.cache.incidents[other_id]
        links, aims = list(self.cache.held[other_id].values()), dict(self.cache.targets[other_id])
        self._write(other, "merged", because("event.same_attack"), {"merged_into": root_id})
        for link in links:
            self._add_link(replace(link, incident_id=root_id, linked_at=self._now))
        for target, last_at in aims.items():
            self._aim(root_id, target, last_at, other.rota)
        self._pager.merged(other_id, self._now)

    # -- figures -----------------------------------------------------------------

    def _settle(self) -> None:
        """Write anew what has grown at this moment."""
        for incident_id in sorted(self._grown):
            self._write_grown(incident_id)

    def _write_grown(self, incident_id: str) -> None:
        growth, before = self._grown.pop(incident_id), self.cache.incidents[incident_id]
        if not before.active:
            return
        columns = self._described(incident_id)
        if growth.news or any(columns[name] != getattr(before, name) for name in COUNTS):
            onset = min([before.onset_at, *growth.onsets])
            grown = {**columns, "onset_at": onset, "last_at": self.cache.last_at(before)}
            self._write(before, "grown", _met(growth.rule), grown)

    def _described(
        self, incident_id: str, rule: str | None = None, about: dict[str, str] | None = None
    ) -> dict[str, Any]:
        figures = self.cache.figures(incident_id, self._events)
        return described(self.cache, incident_id, self.policy, figures, self._now, rule=rule, about=about)

    def _counted_of(self, finding: Finding) -> Figures:
        if finding.bases and self._events is not None:
            return counted(finding.bases, self._events)
        return Figures(finding.requests, finding.accounts, None, None)

    # -- rows ------------------------------------------------------------------

    def _stale(self, finding: Finding) -> bool:
        return finding.last_at < self._now - self.policy.stale

    def _link(self, incident_id: str, finding: Finding) -> None:
        rota, known = self.cache.incidents[incident_id].rota, self.cache.held[incident_id].get(finding.key)
        bases = continued(known.bases if known else (), finding.bases)
        self._add_link(Link.of(finding, incident_id, rota, self._now, bases))
        for target, last_at in sorted(finding.targets.items()):
            self._aim(incident_id, target, last_at, rota)

    def _add_link(self, link: Link) -> None:
        self.cache.link(link)
        self._changes.links.append(link)

    def _aim(self, incident_id: str, target: str, last_at: datetime, rota: str) -> None:
        link = TargetLink(incident_id=incident_id, target_id=target, linked_at=self._now, last_at=last_at, rota=rota)
        if self.cache.aim(link):
            self._changes.targets.append(link)

    def _write(self, incident: Incident, event: str, reason: Reason, detail: dict[str, Any]) -> Incident:
        if incident.incident_id in self._grown:  # whatever is said of it from here on rests on what is counted now
            self._write_grown(incident.incident_id)
            incident = self.cache.incidents[incident.incident_id]
        state = {"resolved": "resolved", "merged": "resolved", "reopened": "open"}.get(event, incident.state)
        row = IncidentEvent(
            incident_id=incident.incident_id,
            number=incident.version + 1,
            happened_at=self._now,
            known_at=self._known_at,
            rota=incident.rota,
            event=event,
            actor=VEILLE,
            state=state,
            severity=detail.get("severity", incident.severity),
            reason=stored(reason),
            detail=detail,
        )
        return self.cache.write(row, self._changes)


def _met(rule: str) -> Reason:
    """A finding met this rule."""
    return because("event.rule", rule=rule)
