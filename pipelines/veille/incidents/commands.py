"""What people do with incidents: each command writes its rows, and what is to be sent, in one transaction."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from veille import config
from veille.incidents.brake import KIND as BRAKE
from veille.incidents.brake import listed
from veille.incidents.cache import Changes
from veille.incidents.intents import intent
from veille.incidents.model import (
    DISPOSITIONS,
    RECIPIENTS,
    VEILLE,
    Incident,
    IncidentError,
    IncidentEvent,
    Referral,
    Silence,
    short_incident,
)
from veille.incidents.policy import Policy
from veille.incidents.reading import Reading
from veille.incidents.silences import checked, matches
from veille.incidents.state_machine import apply
from veille.incidents.store import IncidentStore, referrals, silences
from veille.reasons import Reason, reason_of, stored
from veille.reasons import reason as because
from veille.store.database import Database
from veille.times import aware_now, naive

_LONGEST = 4000


class IncidentService(Reading):
    """Commands and questions about incidents; safe to use from any thread of the process that owns the database.

    Commands return the state after them and raise IncidentError (one line) where they make no sense, StoreError where
    they could not be written. Ids may be given in full, as a prefix, or in short form. Times may have a zone.
    """

    def __init__(
        self,
        database: Database,
        settings: config.IncidentSettings,
        clock: Callable[[], datetime] = aware_now,
    ) -> None:
        super().__init__(database)
        self._policy = Policy(settings)
        self._store = IncidentStore.of(database)
        self._clock = clock

    # -- an incident -------------------------------------------------------------

    def acknowledge(self, incident_id: str, actor: str, comment: str = "") -> Incident:
        """Somebody takes it. Again by anybody: nothing changes."""
        with self._store.lock:
            incident = self.find(incident_id)
            if incident.state == "acknowledged":
                return incident
            detail = {"owner": incident.owner or actor}
            return self._transition(incident, "acknowledged", actor, self._said(comment), detail, send="acknowledge")

    def assign(self, incident_id: str, actor: str, owner: str, comment: str = "") -> Incident:
        with self._store.lock:
            owner = _required(owner, "owner")
            return self._transition(self.find(incident_id), "assigned", actor, self._said(comment), {"owner": owner})

    def comment(self, incident_id: str, actor: str, text: str) -> Incident:
        with self._store.lock:
            return self._transition(
                self.find(incident_id), "commented", actor, self._said(_required(text, "comment")), {}
            )

    def resolve(self, incident_id: str, actor: str, disposition: str, comment: str) -> Incident:
        """It is over, and was useful, noise, duplicate or expected. Also for one that ended by itself."""
        if disposition not in DISPOSITIONS:
            raise IncidentError(because("incident.one_of", field="disposition", values=DISPOSITIONS))
        comment = self._said(_required(comment, "comment"))
        with self._store.lock:
            incident = self.find(incident_id)
            send = "resolve" if incident.active else None
            done = self._transition(incident, "resolved", actor, comment, {"disposition": disposition}, send=send)
            if (
                incident.active and incident.kind != BRAKE
            ):  # what a page brake stands for is freed by detection, which pages
                self._free_children(done, actor)
            return done

    def reopen(self, incident_id: str, actor: str, comment: str) -> Incident:
        comment = self._said(_required(comment, "comment"))
        with self._store.lock:
            return self._transition(self.find(incident_id), "reopened", actor, comment, {}, send="trigger")

    def escalate(self, incident_id: str, reason: Reason) -> Incident:
        """Nobody acknowledged in time. Writes nothing unless the incident is open and has been paged."""
        with self._store.lock:
            incident = self.find(incident_id)
            if incident.state != "open" or incident.paged_at is None or incident.suppressed_by is not None:
                return incident
            return self._transition(incident, "paged", VEILLE, stored(reason), {"kind": "escalate"}, send="escalate")

    def refer(
        self,
        incident_id: str,
        actor: str,
        recipient_kind: str,
        recipient: str,
        reference: str | None = None,
        *,
        due_at: datetime | None = None,
        comment: str = "",
    ) -> Referral:
        """Passed on outside: to the platform, the police, a trusted flagger, a regulator or somebody else."""
        if recipient_kind not in RECIPIENTS:
            raise IncidentError(because("incident.one_of", field="recipient", values=RECIPIENTS))
        recipient = _required(recipient, "recipient")
        with self._store.lock:
            incident, now = self.find(incident_id), self._now()
            until = naive(due_at) if due_at else None
            made = Referral(
                referral_id=secrets.token_hex(16),
                version=1,
                known_at=now,
                incident_id=incident.incident_id,
                rota=incident.rota,
                recipient_kind=recipient_kind,
                recipient=recipient,
                reference=reference,
                referred_at=now,
                due_at=until,
                outcome=None,
                closed_at=None,
                actor=actor,
            )
            detail = {"referral_id": made.referral_id, "recipient_kind": recipient_kind, "recipient": recipient}
            self._transition(incident, "referred", actor, self._said(comment), detail, referral=made)
            return made

    def close_referral(self, referral_id: str, actor: str, outcome: str) -> Referral:
        """What came of it."""
        outcome = self._said(_required(outcome, "outcome"))
        with self._store.lock:
            known = next((r for r in referrals(self._database) if r.referral_id == referral_id), None)
            if known is None:
                raise IncidentError(because("incident.no_referral"))
            if known.outcome is not None:
                raise IncidentError(because("incident.referral_closed"))
            now = self._now()
            number = known.version + 1
            done = replace(known, version=number, known_at=now, closed_at=now, outcome=outcome, actor=actor)
            detail = {"referral_id": referral_id, "outcome": outcome}
            self._transition(self.find(known.incident_id), "referred", actor, outcome, detail, referral=done)
            return done

    # -- silences ------------------------------------------------------------------

    def silence(self, matchers: dict[str, Any], expires_at: datetime, actor: str, reason: str) -> Silence:
        """No page for what matches until then."""
        reason, now, until = self._said(_required(reason, "reason")), self._now(), naive(expires_at)
        if until <= now:
            raise IncidentError(because("incident.silence_future"))
        with self._store.lock:
            if isinstance(matchers.get("incident_id"), str):
                matchers = {**matchers, "incident_id": self.find(matchers["incident_id"]).incident_id}
            made = Silence(
                silence_id=secrets.token_hex(16),
                version=1,
                known_at=now,
                matchers=checked(matchers),
                starts_at=now,
                expires_at=until,
                actor=actor,
                reason=reason,
            )
            cache, changes = self._store.cache(self._policy, now), Changes(silences=[made])
            by = {"suppressed_by": f"silence:{made.silence_id}"}
            for incident in list(cache.incidents.values()):
                if incident.active and incident.suppressed_by is None and matches(made, incident, cache):
                    cache.write(self._event(incident, "suppressed", actor, reason, by), changes)
            self._write(changes, now)
            cache.silences[made.silence_id] = made
            return made

    def end_silence(self, silence_id: str, actor: str, reason: str = "") -> Silence:
        """Take a silence back; what it kept quiet pages again if it still goes on."""
        with self._store.lock:
            found = [s for s in silences(self._database) if s.silence_id.startswith(silence_id)]
            now = self._now()
            if len(found) != 1:
                raise IncidentError(because("incident.several_silences") if found else because("incident.no_silence"))
            if not found[0].in_force(now):
                raise IncidentError(because("incident.silence_ended"))
            number, why = found[0].version + 1, self._said(reason) or found[0].reason
            done = replace(found[0], version=number, known_at=now, ended_at=now, ended_by=actor, reason=why)
            cache = self._store.cache(self._policy, now)
            self._write(Changes(silences=[done]), now)
            cache.silences[done.silence_id] = done
            return done

    # -- how -----------------------------------------------------------------------

    def _said(self, text: str) -> str:
        """What a person wrote, as it may be kept. It never stands for a reason of Veille, also where it looks like one."""
        text = self._database.clean(text)
        return f" {text}" if reason_of(text) else text

    def _now(self) -> datetime:
        return naive(self._clock())

    def _event(self, incident: Incident, event: str, actor: str, reason: str, detail: dict[str, Any]) -> IncidentEvent:
        now = self._now()
        state = {"acknowledged": "acknowledged", "resolved": "resolved", "reopened": "open"}.get(event, incident.state)
        return IncidentEvent(
            incident_id=incident.incident_id,
            number=incident.version + 1,
            happened_at=now,
            known_at=now,
            rota=incident.rota,
            event=event,
            actor=actor,
            state=state,
            severity=incident.severity,
            reason=reason[:_LONGEST],
            detail=detail,
        )

    def _transition(
        self,
        incident: Incident,
        event: str,
        actor: str,
        reason: str,
        detail: dict[str, Any],
        *,
        send: str | None = None,
        referral: Referral | None = None,
    ) -> Incident:
        """One event, and what it sends if the incident has been paged."""
        actor = _required(actor, "actor")
        row, changes = self._event(incident, event, actor, reason, detail), Changes()
        apply(incident, row)  # refused before the cache is touched
        cache = self._store.cache(self._policy, row.happened_at)
        if incident.incident_id not in cache.incidents:
            cache.hold(incident)
        after = cache.write(row, changes)
        if send and after.paged_at is not None:
            # What a person wrote stays inside.
            why = (reason_of(reason) if send == "escalate" else None) or because("message.done", event=event)
            lines = listed(cache, after.incident_id) if after.kind == BRAKE and send in ("trigger", "escalate") else ()
            changes.intents.append(intent(after, send, row.happened_at, why, lines))
        self._write(changes, row.happened_at, [referral] if referral else [])
        return after

    def _free_children(self, parent: Incident, actor: str) -> None:
        now, changes = self._now(), Changes()
        cache = self._store.cache(self._policy, now)
        for child in cache.children(parent.incident_id):
            reason = stored(because("event.parent_resolved", incident=short_incident(parent.incident_id)))
            cache.write(self._event(child, "released", actor, reason, {"suppressed_by": None}), changes)
        self._write(changes, now)

    def _write(self, changes: Changes, now: datetime, referrals: list[Referral] | None = None) -> None:
        self._store.write(changes, now, referrals=referrals or ())


def _required(text: str, name: str) -> str:
    if not text or not text.strip():
        raise IncidentError(because("incident.required", field=name))
    return text.strip()
