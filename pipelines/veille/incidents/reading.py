"""Questions about incidents, answered from the private database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from veille.incidents.model import Incident, IncidentError, IncidentEvent, Referral, Silence, rank, row_with_iso_times
from veille.incidents.record_text import markdown
from veille.incidents.report import HOURS, AcknowledgementEffect, report
from veille.incidents.shifts import handover, precision
from veille.incidents.store import events, incidents, referrals, silences
from veille.reasons import DEFAULT, reason
from veille.store.database import Database
from veille.times import naive

_PREFIX = 6
# `list` is a method below.
Rows = list[dict[str, Any]]
Names = list[str]
Found = list[Incident]
Events = list[IncidentEvent]
Silences = list[Silence]
Referrals = list[Referral]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from opening to the first page, acknowledgement and resolution; None where there was none."""

    to_page: float | None
    to_acknowledge: float | None
    to_resolve: float | None


class Reading:
    """Everything that can be asked of the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, text: str) -> Incident:
        """By full id, by a prefix of six or more digits, or in short form. Raises IncidentError: none, or several."""
        wanted = text.strip().lower().removeprefix("i-")
        if len(wanted) < _PREFIX:
            raise IncidentError(reason("incident.short_id"))
        found = incidents(self._database.frame("incidents/find", prefix=wanted))
        if not found:
            raise IncidentError(reason("incident.missing", incident=text))
        if len(found) > 1:
            raise IncidentError(reason("incident.several", incident=text))
        return found[0]

    def list(  # noqa: PLR0913  each argument narrows the list
        self,
        state: str | None = None,
        rota: str | None = None,
        severity: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 200,
        *,
        minors: bool = False,
    ) -> Found:
        """Newest first. severity: this and graver. minors: also the queue of minor flags. Merged ones are left out."""
        found = incidents(self._database.frame("incidents/latest_incidents"))
        chosen = (
            i
            for i in found
            if i.merged_into is None
            and state in (None, i.state)
            and rota in (None, i.rota)
            and kind in (None, i.kind)
            and (severity is None or rank(i.severity) >= rank(severity))
            and (since is None or i.opened_at >= naive(since))
            and (until is None or i.opened_at < naive(until))
            and (minors or i.rota != "minors")
        )
        return [incident for incident, _ in zip(chosen, range(limit), strict=False)]

    def events(self, incident_id: str) -> Events:
        return events(self._database.frame("incidents/events", incident_id=self.find(incident_id).incident_id))

    def findings(self, incident_id: str) -> Rows:
        """Every version of its findings that was taken in, in order."""
        frame = self._database.frame("incidents/findings", incident_id=self.find(incident_id).incident_id)
        return [row_with_iso_times(row) for row in frame.iter_rows(named=True)]

    def targets(self, incident_id: str) -> Names:
        """Pseudonyms, latest activity first."""
        frame = self._database.frame("incidents/targets", incident_id=self.find(incident_id).incident_id)
        return [str(target) for target in frame["target_id"]]

    def points(self, incident_id: str) -> Rows:
        """Requests about its targets in bins of five minutes, from a day before its onset to six hours after its end."""
        incident = self.find(incident_id)
        since = incident.onset_at - timedelta(days=1)
        until = incident.last_at + timedelta(hours=6)
        span = {"since": since, "until": until}
        frame = self._database.frame("incidents/points", incident_id=incident.incident_id, **span)
        return [row_with_iso_times(row) for row in frame.iter_rows(named=True)]

    def silences(self, *, active: bool = True) -> Silences:
        return [s for s in silences(self._database) if not active or s.in_force(self._now())]

    def referrals(self, incident_id: str | None = None) -> Referrals:
        wanted = None if incident_id is None else self.find(incident_id).incident_id
        return [r for r in referrals(self._database) if wanted in (None, r.incident_id)]

    def times(self, incident_id: str) -> Times:
        """From the transitions themselves: the first of each, whatever came later."""
        first: dict[str, datetime] = {}
        for event in self.events(incident_id):
            first.setdefault("resolved" if event.event == "merged" else event.event, event.happened_at)
        return Times(*(_seconds(first, name) for name in ("paged", "acknowledged", "resolved")))

    def precision(self, since: datetime | None = None) -> Rows:
        """Of each rule: how many incidents were resolved with which disposition. Rota minors is left out."""
        return precision(incidents(self._database.frame("incidents/latest_incidents")), since)

    def record(self, incident_id: str, language: str = DEFAULT) -> dict[str, Any]:
        """The post-incident report: timeline, decisions, effect, and what was known when."""
        incident = self.find(incident_id)
        return report(
            incident,
            self.events(incident.incident_id),
            self.findings(incident.incident_id),
            self.referrals(incident.incident_id),
            self._deliveries(incident.incident_id),
            self.points(incident.incident_id),
            around=self._effect(incident),
            language=language,
        )

    def _effect(self, incident: Incident) -> AcknowledgementEffect | None:
        """What is known by now, which of history is what its events reach: requests about the targets before and after."""
        turn = incident.acknowledged_at
        if turn is None:
            return None
        span = {"turn": turn, "since": turn - HOURS, "until": turn + HOURS}
        row = self._database.frame("incidents/effect", incident_id=incident.incident_id, **span).row(0, named=True)
        return AcknowledgementEffect(turn, self._now(), row["before"], row["after"])

    def record_markdown(self, incident_id: str, language: str = DEFAULT) -> str:
        return markdown(self.record(incident_id, language), language)

    def handover(self, since: datetime, until: datetime, language: str = DEFAULT) -> dict[str, Any]:
        """What a shift leaves to the next; minor flags as counts only."""
        span = {"since": naive(since), "until": naive(until)}
        happened = events(self._database.frame("incidents/all_events", **span))
        state = incidents(self._database.frame("incidents/latest_incidents"))
        return handover(state, happened, self.silences(active=True), span["since"], span["until"], language)

    def _deliveries(self, incident_id: str) -> Rows:
        frame = self._database.frame("incidents/deliveries", incident_id=incident_id)
        return [row_with_iso_times(row) for row in frame.iter_rows(named=True)]

    def _now(self) -> datetime:
        raise NotImplementedError


def _seconds(first: dict[str, datetime], name: str) -> float | None:
    return (first[name] - first["opened"]).total_seconds() if name in first else None
