"""Incidents for people: who may see and do what, in JSON. The routes and the commands of `veille incidents` stand on this."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from veille import config
from veille.api.access import Principal
from veille.api.errors import NotFoundError, OperationError
from veille.incidents.backtest import backtest
from veille.incidents.commands import IncidentService
from veille.incidents.model import Incident, IncidentError, row_with_iso_times, with_words
from veille.incidents.policy import Policy
from veille.reasons import DEFAULT
from veille.reasons import reason as because
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.modes import ServiceMode
from veille.times import naive

GoLive = Callable[[str, str], ServiceMode]
"""(actor, comment) → the mode that is in force then. Raises StoreError."""


class IncidentCommands:
    """Everything that people ask of incidents. A minor flag is there for the people trained for it only: others get a 404.

    Methods raise NotFoundError, or OperationError with one line where a command makes no sense.
    """

    def __init__(
        self,
        database: Database,
        settings: config.IncidentSettings,
        incident_service: IncidentService,
        audit: Audit,
        try_channel: Callable[[str], str],
        go_live: GoLive | None = None,
    ) -> None:
        """try_channel(name) sends a test page and returns the receiver's answer. go_live: lets a quiet folder send."""
        self._go_live = go_live
        self._database = database
        self._settings = settings
        self._incident_service = incident_service
        self._audit = audit
        self._try_channel = try_channel

    # -- questions ---------------------------------------------------------------

    def incidents(self, caller: Principal, language: str = DEFAULT, **narrowed: Any) -> list[dict[str, Any]]:
        """Newest first; arguments as IncidentService.list."""
        found = self._incident_service.list(**narrowed, minors=self._trained(caller))
        return [incident.as_dict(language) for incident in found]

    def show(self, caller: Principal, incident_id: str, language: str = DEFAULT) -> dict[str, Any]:
        """One incident with its timeline, findings, targets, referrals, response times and what was sent."""
        found = self._visible(caller, incident_id)
        wanted = found.incident_id
        return found.as_dict(language) | {
            "events": [event.as_dict(language) for event in self._incident_service.events(wanted)],
            "findings": self._incident_service.findings(wanted),
            "target_ids": self._incident_service.targets(wanted),
            "referrals": [referral.as_dict() for referral in self._incident_service.referrals(wanted)],
            "times": asdict(self._incident_service.times(wanted)),
            "deliveries": self._deliveries(wanted, language=language),
        }

    def deliveries(
        self, caller: Principal, incident_id: str | None = None, limit: int = 200, language: str = DEFAULT
    ) -> list[dict[str, Any]]:
        """What became of each message on each channel, newest first."""
        wanted = self._visible(caller, incident_id).incident_id if incident_id else None
        return [
            row for row in self._deliveries(wanted, limit, language) if row["rota"] != "minors" or self._trained(caller)
        ]

    def record(self, caller: Principal, incident_id: str, language: str = DEFAULT) -> dict[str, Any]:
        """The post-incident report."""
        return self._incident_service.record(self._visible(caller, incident_id).incident_id, language)

    def record_markdown(self, caller: Principal, incident_id: str, language: str = DEFAULT) -> str:
        return self._incident_service.record_markdown(self._visible(caller, incident_id).incident_id, language)

    def silences(self, *, active: bool) -> list[dict[str, Any]]:
        return [silence.as_dict() for silence in self._incident_service.silences(active=active)]

    def precision(self, since: datetime | None) -> list[dict[str, Any]]:
        return self._incident_service.precision(since)

    def handover(self, since: datetime | None, until: datetime | None, language: str = DEFAULT) -> dict[str, Any]:
        """What a shift leaves to the next; by default the shift under way."""
        end = naive(until or datetime.now(UTC))
        return self._incident_service.handover(
            naive(since) if since else Policy(self._settings).shift(end), end, language
        )

    def backtest(self, since: datetime | None, until: datetime | None) -> dict[str, Any]:
        return backtest(self._database, self._settings, since, until).as_dict()

    # -- commands ----------------------------------------------------------------

    def acknowledge(self, caller: Principal, incident_id: str, comment: str) -> dict[str, Any]:
        with self._acting(caller, "incident_acknowledge", incident_id) as wanted:
            return self._incident_service.acknowledge(wanted, caller.on_record, comment).as_dict()

    def assign(self, caller: Principal, incident_id: str, owner: str, comment: str) -> dict[str, Any]:
        with self._acting(caller, "incident_assign", incident_id) as wanted:
            return self._incident_service.assign(wanted, caller.on_record, owner, comment).as_dict()

    def comment(self, caller: Principal, incident_id: str, text: str) -> dict[str, Any]:
        with self._acting(caller, "incident_comment", incident_id) as wanted:
            return self._incident_service.comment(wanted, caller.on_record, text).as_dict()

    def resolve(self, caller: Principal, incident_id: str, disposition: str, comment: str) -> dict[str, Any]:
        with self._acting(caller, "incident_resolve", incident_id, disposition) as wanted:
            return self._incident_service.resolve(wanted, caller.on_record, disposition, comment).as_dict()

    def resolve_many(
        self, caller: Principal, incident_ids: list[str], disposition: str, comment: str
    ) -> list[dict[str, Any]]:
        """Each as `resolve`. None is resolved where one of them is not found."""
        wanted = list(dict.fromkeys(self._visible(caller, each).incident_id for each in incident_ids))
        return [self.resolve(caller, each, disposition, comment) for each in wanted]

    def reopen(self, caller: Principal, incident_id: str, comment: str) -> dict[str, Any]:
        with self._acting(caller, "incident_reopen", incident_id) as wanted:
            return self._incident_service.reopen(wanted, caller.on_record, comment).as_dict()

    def refer(self, caller: Principal, incident_id: str, **referral: Any) -> dict[str, Any]:
        with self._acting(caller, "incident_refer", incident_id, referral["recipient_kind"]) as wanted:
            return self._incident_service.refer(wanted, caller.on_record, **referral).as_dict()

    def close_referral(self, caller: Principal, referral_id: str, outcome: str) -> dict[str, Any]:
        open_to = {
            r.referral_id for r in self._incident_service.referrals() if r.rota != "minors" or self._trained(caller)
        }
        if referral_id not in open_to:
            raise NotFoundError(because("incident.no_referral"))
        with _asked():
            done = self._incident_service.close_referral(referral_id, caller.on_record, outcome).as_dict()
        self._audit.write(caller.on_record, "referral_close", referral_id)
        return done

    def silence(self, caller: Principal, matchers: dict[str, Any], expires_at: datetime, reason: str) -> dict[str, Any]:
        with _asked():
            made = self._incident_service.silence(matchers, expires_at, caller.on_record, reason).as_dict()
        self._audit.write(caller.on_record, "silence_create", made["silence_id"], reason)
        return made

    def end_silence(self, caller: Principal, silence_id: str) -> dict[str, Any]:
        with _asked():
            done = self._incident_service.end_silence(silence_id, caller.on_record).as_dict()
        self._audit.write(caller.on_record, "silence_end", done["silence_id"])
        return done

    def go_live(self, caller: Principal, comment: str) -> dict[str, Any]:
        """This folder sends pages from now on, whoever else reads the topics. Again: nothing changes."""
        if self._go_live is None:
            raise OperationError(because("incident.no_channels"))
        mode = self._go_live(caller.name, comment)
        self._audit.write(caller.name, "go_live", None, comment or None)
        return row_with_iso_times(asdict(mode))

    def test_page(self, caller: Principal, channel: str) -> dict[str, Any]:
        answer = self._try_channel(channel)
        self._audit.write(caller.on_record, "channel_test", channel)
        return {"channel": channel, "answer": answer}

    # -- how ---------------------------------------------------------------------

    def _deliveries(self, incident_id: str | None, limit: int = 200, language: str = DEFAULT) -> list[dict[str, Any]]:
        return [
            with_words(row_with_iso_times(row), "detail", language)
            for row in self._database.frame("outbox/deliveries", incident_id=incident_id, limit=limit).to_dicts()
        ]

    @contextmanager
    def _acting(self, caller: Principal, action: str, incident_id: str, reason: str | None = None) -> Iterator[str]:
        """The incident's full id; what was done to it is audited."""
        wanted = self._visible(caller, incident_id).incident_id
        with _asked():
            yield wanted
        self._audit.write(caller.on_record, action, wanted, reason)

    def _visible(self, caller: Principal, incident_id: str) -> Incident:
        try:
            found = self._incident_service.find(incident_id)
        except IncidentError as error:
            raise NotFoundError(error.reason or str(error)) from None
        if found.rota == "minors":
            if not self._trained(caller):
                raise NotFoundError(because("incident.missing", incident=incident_id))
            self._audit.write(caller.on_record, "incident_read", found.incident_id)
        return found

    def _trained(self, caller: Principal) -> bool:
        """Whether the queue of minor flags is theirs: stewards, admins, and who is named for it."""
        rota = self._settings.rotas.get("minors", config.Rota())
        return not caller.shared and (caller.may("steward") or caller.name in rota.people)


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except IncidentError as error:
        raise OperationError(error.reason or str(error)) from None
