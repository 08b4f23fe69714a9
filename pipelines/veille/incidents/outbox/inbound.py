"""What a person does on the phone counts here: acknowledging, resolving and notes in PagerDuty.

A resolution needs a disposition, which PagerDuty does not have: a note there that begins with useful, noise, duplicate or
expected resolves here. Resolving there without such a note acknowledges here, and what it was is still to be said.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from veille.incidents.channels.pagerduty_webhook import PagerEvent
from veille.incidents.commands import IncidentService
from veille.incidents.model import DISPOSITIONS, Incident, IncidentError
from veille.store.database import Database

log = structlog.get_logger(__name__)

SKEW = timedelta(minutes=2)
"""So far PagerDuty's clock may be behind ours: an older event than the last page is about an earlier one."""
_SAID = re.compile(rf"\s*({'|'.join(DISPOSITIONS)})\b[\s:,.–-]*(.*)", re.IGNORECASE | re.DOTALL)
_NOTE_CHARACTERS = 2_000


class Inbound:
    """Applies a pager's events to incidents, each once."""

    def __init__(self, database: Database, incident_service: IncidentService, clock: Callable[[], datetime]) -> None:
        """clock: UTC without a zone."""
        self._database = database
        self._incident_service = incident_service
        self._clock = clock

    def receive(self, event: PagerEvent) -> bool:
        """Whether it changed anything. Raises StoreError; the pager then tells it again."""
        known = self._database.frame("outbox/webhook_seen", event_id=event.event_id, subject=event.subject)
        if known["seen"][0]:
            return False
        key = event.key or known["dedup_key"][0]
        # Not a generator: every incident of a page about several is told.
        applied = [self._apply(event, incident_id) for incident_id in self._incidents(key)]
        self._database.execute(
            "outbox/webhook_record",
            event_id=event.event_id,
            event_type=event.event_type,
            subject=event.subject,
            dedup_key=key,
            received_at=self._clock(),
            occurred_at=event.occurred_at,
            applied=any(applied),
        )
        return any(applied)

    def _incidents(self, key: str | None) -> list[str]:
        return [] if key is None else self._database.frame("outbox/webhook_incidents", key=key)["incident_id"].to_list()

    def _apply(self, event: PagerEvent, incident_id: str) -> bool:
        try:
            incident = self._incident_service.find(incident_id)
            if event.occurred_at < self._last_page(incident) - SKEW:
                return False
            return self._act(event, incident)
        except IncidentError as error:
            log.info("an event of the pager could not be applied", event=event.event_type, cause=str(error))
            return False

    def _act(self, event: PagerEvent, incident: Incident) -> bool:
        actor = f"{event.who or 'somebody'} (PagerDuty)"
        match event.event_type:
            case "incident.acknowledged":
                return self._acknowledge(incident, actor, "acknowledged in PagerDuty")
            case "incident.resolved" if incident.active:
                self._acknowledge(incident, actor, "resolved in PagerDuty")
                self._incident_service.comment(
                    incident.incident_id, actor, "resolved in PagerDuty; set a disposition here to resolve it"
                )
                return True
            case "incident.annotated" if event.note and event.note.strip():
                return self._annotate(incident, actor, event.note)
        return False

    def _acknowledge(self, incident: Incident, actor: str, comment: str) -> bool:
        if incident.state != "open":
            return False
        self._incident_service.acknowledge(incident.incident_id, actor, comment)
        return True

    def _annotate(self, incident: Incident, actor: str, note: str) -> bool:
        said = _SAID.match(note)
        text = note.strip()[:_NOTE_CHARACTERS]
        if said:
            self._incident_service.resolve(incident.incident_id, actor, said[1].lower(), text)
        else:
            self._incident_service.comment(incident.incident_id, actor, text)
        return True

    def _last_page(self, incident: Incident) -> datetime:
        pages = [
            e.happened_at
            for e in self._incident_service.events(incident.incident_id)
            if e.event in ("paged", "reopened")
        ]
        return max(pages, default=incident.opened_at)
