"""Delivers what the outbox holds: at least once, always with the same key, one channel at a time.

Noted before and after each sending. Killed between the two, the message is sent again under the key it had, and the
receiver sees it once. While a channel is down one message probes it; the others wait and are collapsed.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from veille import config
from veille.incidents.channels import Channel, DeliveryRefusedError, Kind, Message, UndeliveredError
from veille.incidents.outbox.backoff import delay
from veille.incidents.outbox.collapse import DeliveryJob, bundle, plan
from veille.incidents.outbox.log import PAGES, Attempt, OutboxIntent, OutboxLog, Outcome, Told, load, record
from veille.incidents.outbox.routing import Routes
from veille.incidents.outbox.wording import message
from veille.reasons import reason, stored
from veille.store.database import Database
from veille.store.errors import StoreError

log = structlog.get_logger(__name__)

FAILING_TRIES = 3
"""So many tries in a row without success make a channel a fault of its own."""

Clock = Callable[[], datetime]


class Sender:
    """Delivery of one installation. Each channel may have a thread of its own; a channel is used by one at a time."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        rotas: Mapping[str, config.Rota],
        settings: config.DeliverySettings,
        clock: Clock,
        *,
        uniform: Callable[[], float] = random.random,
        on_outcome: Callable[[str, str, float], None] = lambda channel, outcome, seconds: None,
    ) -> None:
        """clock: UTC without a zone. on_outcome(channel, sent | retry | failed, seconds since it was due)."""
        self._database = database
        self._channels = channels
        self._settings = settings
        self._clock = clock
        self._uniform = uniform
        self._on_outcome = on_outcome
        self._routes = Routes(rotas, timedelta(seconds=settings.fallback_after_seconds))
        self._failing: dict[str, bool] = {}
        self._unnoted: dict[tuple[str, str], Attempt] = {}
        self._resent_at: dict[str, datetime] = {}
        self._held_until: dict[str, tuple[int, datetime]] = {}
        self._waiting: dict[str, tuple[int, datetime]] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self._channels)

    @property
    def failing(self) -> tuple[str, ...]:
        """Channels that take nothing at the moment."""
        return tuple(name for name, down in sorted(self._failing.items()) if down)

    def depth(self) -> dict[str, tuple[int, float]]:
        """By channel: messages that wait to be sent, and for how many seconds the oldest has been due."""
        now, nothing = self._clock(), (0, self._clock())
        waiting = {name: self._waiting.get(name, nothing) for name in self._channels}
        return {name: (count, max(0.0, (now - oldest).total_seconds())) for name, (count, oldest) in waiting.items()}

    def start(self) -> None:
        """Note the channels that are new: what was due before is not for them. Raises StoreError."""
        outbox, now = self._load(), self._clock()
        for name in self._channels:
            if outbox.known_since(name) is None:
                record(
                    self._database,
                    Attempt(
                        intent_id="",
                        channel=name,
                        attempt=0,
                        tried_at=now,
                        outcome="dropped",
                        detail=stored(reason("message.configured")),
                    ),
                )

    def turn(self, name: str) -> int:
        """Send what waits for a channel and is worth sending; returns how many messages went out. Raises StoreError."""
        now, stamp = self._clock(), int(self._database.frame("outbox/stamp").item())
        sent = 0 if self._nothing_to_do(name, now, stamp) and not self._unnoted else self._look(name, now, stamp)
        self._resend(name, now)
        return sent

    def _nothing_to_do(self, name: str, now: datetime, stamp: int) -> bool:
        """Whether the last look at a channel still holds: the outbox is the same, and nothing is due, or not yet to be tried again."""
        held = self._held_until.get(name)
        return held is not None and held[0] == stamp and now < held[1]

    def _look(self, name: str, now: datetime, stamp: int) -> int:
        outbox = self._load()
        self._failing[name] = _is_failing(outbox.failures(name))
        waiting = self._routes.waiting(outbox, name, now)
        self._waiting[name] = (len(waiting), min((intent.due_at for intent in waiting), default=now))
        due = outbox.next_at(name)
        if due is not None and now < due:
            self._held_until[name] = (stamp, due)
            return 0
        if waiting:
            return self._send_waiting(name, waiting, outbox, now)
        if self._nothing_can_fall_due(outbox, now):
            self._held_until[name] = (stamp, datetime.max)
        return 0

    def _nothing_can_fall_due(self, outbox: OutboxLog, now: datetime) -> bool:
        """Whether only a new row can bring work: no fallback waits for its time, no message for its hour."""
        return not any(outbox.failures(name) for name in self._channels) and all(
            intent.due_at <= now for intent in outbox.intents
        )

    def _send_waiting(self, name: str, waiting: list[OutboxIntent], outbox: OutboxLog, now: datetime) -> int:
        channel, fresh = self._channels[name], self._give_up(name, waiting, outbox, now)
        planned = plan(fresh, outbox, name, tells=channel.tells)
        for drop in planned.drops:
            self._note(self._attempt(outbox, name, drop.intent, "dropped", detail=stored(drop.why)))
        jobs = list(planned.jobs)
        if not channel.groups and self._after_outage(name, fresh, outbox, now):
            count = self._settings.collapse_from
            jobs = bundle(jobs, outbox, name, from_count=count, remembers=channel.remembers)
        sent = 0
        for job in jobs:
            if not self._deliver(name, job, outbox):
                break
            sent += 1
        return sent

    def _after_outage(self, name: str, waiting: list[OutboxIntent], outbox: OutboxLog, now: datetime) -> bool:
        patience = timedelta(seconds=self._settings.collapse_after_seconds)
        away = any(failure.outcome == "retry" for failure in outbox.failures(name))
        return away or any(now - intent.due_at >= patience for intent in waiting)

    def _give_up(self, name: str, waiting: list[OutboxIntent], outbox: OutboxLog, now: datetime) -> list[OutboxIntent]:
        oldest = now - timedelta(hours=self._settings.give_up_hours)
        for intent in waiting:
            if intent.due_at < oldest:
                self._note(self._attempt(outbox, name, intent, "failed", detail=stored(reason("message.abandoned"))))
        return [intent for intent in waiting if intent.due_at >= oldest and not self._noted_now(name, intent)]

    # -- one message -----------------------------------------------------------

    def _deliver(self, name: str, job: DeliveryJob, outbox: OutboxLog) -> bool:
        """Whether to go on with this channel."""
        tries = [self._attempt(outbox, name, intent, "sending", job.key) for intent in job.tells]
        for each in tries:
            self._note(each)
        try:
            answer = self._send(name, job, outbox)
        except UndeliveredError as error:
            asked = error.retry_after
            reference = job.key if error.maybe_delivered else None
            self._failed(name, job, tries, len(outbox.failures(name)) + 1, str(error), reference, asked)
            return False
        except DeliveryRefusedError as error:
            self._outcome(name, job, tries, "failed", None, str(error))
            log.error("a channel refused a message", channel=name, cause=str(error), intents=len(tries))
            return True
        self._outcome(name, job, tries, "sent", job.key, answer)
        self._failing[name] = False
        return True

    def _send(self, name: str, job: DeliveryJob, outbox: OutboxLog) -> str | None:
        answer: str | None = None
        for says in job.says:
            told = outbox.told(name, says[0])
            written = self._written(job, says, told, self._clock())
            try:
                answer = self._channels[name].send(written)
            except (UndeliveredError, DeliveryRefusedError):
                raise
            except Exception as error:  # noqa: BLE001  a receiver's library may raise anything; its text may hold secrets
                raise UndeliveredError(f"failed ({type(error).__name__})", maybe_delivered=True) from None
        return answer

    def _failed(
        self,
        name: str,
        job: DeliveryJob,
        tries: list[Attempt],
        failures: int,
        cause: str,
        reference: str | None,
        asked: float | None,
    ) -> None:
        wait = delay(failures, self._settings.retry_seconds, self._settings.retry_most_seconds, self._uniform, asked)
        if failures == 1:
            log.warning("a channel rejects messages; Veille will retry", channel=name, cause=cause)
        self._outcome(name, job, tries, "retry", reference, cause, self._clock() + wait)
        self._failing[name] = failures >= FAILING_TRIES

    def _outcome(
        self,
        name: str,
        job: DeliveryJob,
        tries: list[Attempt],
        outcome: Outcome,
        reference: str | None,
        detail: str | None,
        next_at: datetime | None = None,
    ) -> None:
        now = self._clock()
        for each, intent in zip(tries, job.tells, strict=True):
            self._note(
                replace(each, tried_at=now, outcome=outcome, reference=reference, detail=detail, next_at=next_at)
            )
            self._on_outcome(name, outcome, (now - intent.due_at).total_seconds())

    # -- what is open is told again where the receiver wants it ------------------

    def _resend(self, name: str, now: datetime) -> None:
        channel = self._channels[name]
        last = self._resent_at.get(name)
        if channel.resend_seconds is None or (last and now - last < timedelta(seconds=channel.resend_seconds)):
            return
        self._resent_at[name] = now
        outbox = load(self._database, datetime.min)
        for key, intents in outbox.by_key.items():
            told = outbox.told(name, key)
            pages = [i for i in intents if i.kind in PAGES and outbox.settled(name, i) == "sent"]
            if not told.live or not pages:
                continue
            again = self._written(DeliveryJob(((key, pages[-1].kind),), (pages[-1],)), (key, pages[-1].kind), told, now)
            try:
                channel.send(again)
            except (UndeliveredError, DeliveryRefusedError) as error:
                log.warning("open incidents could not be sent again", channel=name, cause=str(error))
                return

    def _written(self, job: DeliveryJob, says: tuple[str, Kind], told: Told, now: datetime) -> Message:
        wanted = self._settings
        return message(job, says, told, link=wanted.link.rstrip("/"), now=now, language=wanted.language)

    # -- notes -------------------------------------------------------------------

    def _load(self) -> OutboxLog:
        """The outbox, with what could not be noted yet."""
        for key, attempt in list(self._unnoted.items()):
            record(self._database, attempt)
            del self._unnoted[key]
        return load(self._database, self._clock() - timedelta(hours=2 * self._settings.give_up_hours))

    def _noted_now(self, name: str, intent: OutboxIntent) -> bool:
        return (name, intent.intent_id) in self._unnoted

    def _note(self, attempt: Attempt) -> None:
        """Write it down; where the disk is full the page goes out all the same, and what became of it is noted later."""
        try:
            record(self._database, attempt)
        except StoreError as error:
            log.error("a delivery could not be recorded", channel=attempt.channel, cause=str(error))
            self._unnoted[attempt.channel, attempt.intent_id] = attempt

    def _attempt(
        self,
        outbox: OutboxLog,
        name: str,
        intent: OutboxIntent,
        outcome: Outcome,
        reference: str | None = None,
        detail: str | None = None,
    ) -> Attempt:
        number = max((a.attempt for a in outbox.attempts(name, intent)), default=0) + 1
        return Attempt(
            intent_id=intent.intent_id,
            channel=name,
            attempt=number,
            tried_at=self._clock(),
            outcome=outcome,
            reference=reference,
            detail=detail,
        )


def _is_failing(failures: list[Attempt]) -> bool:
    return len(failures) >= FAILING_TRIES or any(each.outcome == "failed" for each in failures)
