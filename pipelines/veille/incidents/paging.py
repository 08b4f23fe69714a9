"""When somebody is paged, and what keeps a page back: a silence, a surge of everything, the page brake, the budget of the shift."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from veille.incidents.brake import PageBrake
from veille.incidents.cache import Changes, IncidentCache
from veille.incidents.intents import intent, shift_digest, silence_notice
from veille.incidents.model import Finding, Incident
from veille.incidents.policy import Policy
from veille.incidents.silences import silenced_by
from veille.reasons import Reason
from veille.reasons import reason as because

WAIT = "wait:"
Write = Callable[[Incident, str, Reason, dict[str, Any]], Incident]


class Pager:
    """Decides pages for the engine. Without `live` it writes that pages were due, and sends none."""

    def __init__(
        self,
        policy: Policy,
        cache: IncidentCache,
        write: Write,
        *,
        live: bool,
        history_since: Callable[[], datetime | None],
    ) -> None:
        """history_since: as PageBrake."""
        self._policy, self._cache, self._write, self._live = policy, cache, write, live
        self._changes = Changes()
        self._brake = PageBrake(policy, cache, write, history_since)

    def begin(self, changes: Changes) -> None:
        self._changes = changes
        self._brake.begin(changes)

    def settle(self, now: datetime) -> None:
        """After everything of one run has been taken in."""
        if self._live:
            self._brake.settle(now)

    # -- what happens to an incident ----------------------------------------------

    def opened(self, incident_id: str, now: datetime, *, stale: bool) -> None:
        incident = self._cache.incidents[incident_id]
        self._page(incident_id, because("event.rule", rule=incident.rule), now, stale=stale)
        if incident.rule == "global-surge":
            self._adopt(incident_id, now)

    def reopened(self, incident_id: str, now: datetime, *, stale: bool) -> None:
        self._page(incident_id, because("event.goes_on"), now, stale=stale)

    def raised(self, incident_id: str, now: datetime, before: str, *, stale: bool) -> None:
        self._page(incident_id, because("event.before", severity=before), now, stale=stale)
        if self._cache.incidents[incident_id].rule == "global-surge":
            self._adopt(incident_id, now)

    def doubled(self, incident_id: str, finding: Finding, now: datetime) -> None:
        """A surge of everything pages again when its ratio is twice that of its last page."""
        ratio, paged = finding.facts.get("ratio"), self._cache.ratio.get(incident_id)
        if finding.rule == "global-surge" and ratio is not None and paged is not None and ratio >= 2 * paged:
            self._page(incident_id, because("event.doubled"), now, stale=False)

    def resolved(self, incident_id: str, now: datetime) -> None:
        self._end_page(incident_id, because("event.ended"), now)
        if self._cache.incidents[incident_id].kind == "global":
            self._release(self._cache.children(incident_id), because("event.global_over"), now)

    def merged(self, incident_id: str, now: datetime) -> None:
        self._end_page(incident_id, because("event.part_of"), now)

    def waited(self, incident_id: str, now: datetime) -> None:
        """It has not become critical meanwhile: page now, unless somebody has it, or the fault is gone."""
        incident = self._cache.incidents[incident_id]
        gone = incident.kind == "fault" and self._cache.ends_at(incident) is not None
        if incident.state == "open" and not gone:
            self._page(incident_id, because("event.rule", rule=incident.rule), now, stale=False, waited=True)
        else:
            reason = because("event.gone") if gone else because("event.taken")
            self._write(incident, "released", reason, _suppression(None))

    # -- what falls due -----------------------------------------------------------

    def advance(self, now: datetime) -> None:
        """Silences that ended or will end, digests of shifts that are over."""
        for silence in list(self._cache.silences.values()):
            if silence.in_force(now):
                self._warn(silence.silence_id, now)
            elif silence.over(now):
                self._release(self._silenced(silence.silence_id), because("event.silence_over"), now)
                del self._cache.silences[silence.silence_id]
        for rota, shift in [key for key in self._cache.digested if self._policy.shift(now) > key[1]]:
            held = self._cache.digested.pop((rota, shift))
            if self._live:
                incidents = [self._cache.incidents[i] for i in held if i in self._cache.incidents]
                self._changes.intents.append(shift_digest(incidents, rota, shift, now))

    def _silenced(self, silence_id: str) -> list[Incident]:
        by = f"silence:{silence_id}"
        return [i for i in self._cache.incidents.values() if i.suppressed_by == by and i.active]

    def _warn(self, silence_id: str, now: datetime) -> None:
        silence = self._cache.silences[silence_id]
        whole = silence.expires_at - silence.starts_at
        early = min(timedelta(minutes=self._policy.settings.silence_warning_minutes), whole / 4)
        if not self._live or silence.warned_at is not None or now < silence.expires_at - early:
            return
        warned = replace(silence, version=silence.version + 1, known_at=now, warned_at=now)
        self._cache.silences[silence_id] = warned
        self._changes.silences.append(warned)
        self._changes.intents.append(silence_notice(warned, now))

    # -- one page -----------------------------------------------------------------

    def _page(self, incident_id: str, reason: Reason, now: datetime, *, stale: bool, waited: bool = False) -> None:
        incident = self._cache.incidents[incident_id]
        if self._brake.holds(incident):
            return
        blocker = self._blocker(incident, now)
        if blocker is not None:
            if incident.suppressed_by != blocker[0]:
                self._write(incident, "suppressed", blocker[1], _suppression(blocker[0]))
            return
        pages = self._policy.pages(incident.severity) and not stale
        if pages and incident.severity != "critical" and self._policy.wait and not waited:
            if incident.suppressed_by is None:
                until = _suppression(f"{WAIT}{(now + self._policy.wait).isoformat()}")
                self._write(incident, "suppressed", because("event.waits"), until)
            return
        if incident.suppressed_by is not None:
            incident = self._write(incident, "released", reason, _suppression(None))
        if pages:
            self._due(incident, reason, now)

    def _due(self, incident: Incident, reason: Reason, now: datetime) -> None:
        ratio = self._ratio(incident.incident_id)
        if ratio is not None:
            self._cache.ratio[incident.incident_id] = ratio
        incident = self._write(incident, "due", reason, {"again": incident.pages, "ratio": ratio})
        shift = (incident.rota, self._policy.shift(now))
        if incident.severity != "critical":
            self._cache.pages[shift] += 1
            if self._cache.pages[shift] > self._policy.settings.page_budget:
                self._write(incident, "digested", because("event.budget"), {"live": self._live})
                if self._live:
                    self._cache.digested[shift].append(incident.incident_id)
                return
        if self._live and not self._brake.takes(incident, now):
            incident = self._write(incident, "paged", reason, {"kind": "trigger"})
            self._brake.paged(incident, now)
            self._changes.intents.append(intent(incident, "trigger", now, reason))

    def _end_page(self, incident_id: str, reason: Reason, now: datetime) -> None:
        incident = self._cache.incidents[incident_id]
        if self._live and incident.paged_at is not None:
            self._changes.intents.append(intent(incident, "resolve", now, reason))

    # -- what keeps it back ---------------------------------------------------------

    def _blocker(self, incident: Incident, now: datetime) -> tuple[str, Reason] | None:
        """suppressed_by and why; None if nothing keeps the incident from paging."""
        silence = silenced_by(incident, self._cache, now)
        if silence is not None:
            return f"silence:{silence.silence_id}", because("event.silenced")
        if incident.kind != "attack" or self._policy.exempt(incident.rule):
            return None
        for parent in self._cache.of_kind("global"):
            if parent.active and parent.rule == "global-surge":
                return f"parent:{parent.incident_id}", because("event.global_surge")
        return None

    def _adopt(self, parent_id: str, now: datetime) -> None:
        """Incidents that began with the surge of everything belong to it."""
        parent = self._cache.incidents[parent_id]
        for incident in self._cache.of_kind("attack"):
            mine = incident.active and incident.suppressed_by is None and incident.onset_at >= parent.onset_at
            if mine and not self._policy.exempt(incident.rule):
                reason = because("event.global_surge")
                self._write(incident, "suppressed", reason, _suppression(f"parent:{parent_id}"))

    def _release(self, incidents: list[Incident], reason: Reason, now: datetime) -> None:
        for incident in incidents:
            free = self._write(incident, "released", reason, _suppression(None))
            if self._cache.ends_at(free) is None:
                self._page(free.incident_id, reason, now, stale=False)

    def _ratio(self, incident_id: str) -> float | None:
        links = self._cache.held[incident_id].values()
        ratios = [link.facts["ratio"] for link in links if link.rule == "global-surge" and "ratio" in link.facts]
        return max(ratios, default=None)


def _suppression(by: str | None) -> dict[str, Any]:
    """The parent is kept in mind when it no longer holds the page back."""
    parent = {"parent_id": by.removeprefix("parent:")} if by and by.startswith("parent:") else {}
    return {"suppressed_by": by, **parent}
