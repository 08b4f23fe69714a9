"""Delivery beside the other loops: a thread a channel, one for escalation and one for the heartbeat."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from veille.api.errors import NotFoundError, OperationError
from veille.config import Rota, Settings
from veille.incidents.channels import Channel, DeliveryRefusedError, Message, UndeliveredError, open_channel
from veille.incidents.commands import IncidentService
from veille.incidents.outbox import Escalation, Heartbeat, Sender, handover
from veille.incidents.policy import Policy
from veille.reasons import reason
from veille.service.loops import Loop, StepLimits
from veille.store.database import Database
from veille.times import naive_now

DELIVER_SECONDS = 1.0
ESCALATE_SECONDS = 5.0
HANDOVER_SECONDS = 30.0
HEARTBEAT_SECONDS = 1.0
OUTSIDE = StepLimits(waits_for_others=True)

OnOutcome = Callable[[str, str, float], None]


class Delivery:
    """Sends what the outbox holds from `start` to `stop`; does nothing where no channel is configured."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        incident_service: IncidentService,
        alive: Callable[[], bool],
        on_failure: Callable[[str], None] = lambda loop: None,
        on_outcome: OnOutcome = lambda channel, outcome, seconds: None,
        *,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """alive: whether the heartbeat may say so. on_outcome(channel, sent | retry | failed, seconds since it was due).

        may_send: asked before each turn; while it says no, nothing leaves and what is written waits in the outbox.
        """
        self._may_send = may_send
        wanted, rotas = settings.delivery, {str(name): rota for name, rota in settings.incidents.rotas.items()}
        rotas[handover.ROTA] = Rota(channels=wanted.handover_to)
        self._channels = open_channels(settings)
        self._sender = Sender(database, self._channels, rotas, wanted, naive_now, on_outcome=on_outcome)
        self._escalation = Escalation(database, rotas, wanted.escalations, incident_service.escalate)
        self._handover = handover.Handover(database, Policy(settings.incidents).shift, incident_service.handover)
        self._heartbeat = (
            Heartbeat(wanted.heartbeat_url.get_secret_value(), wanted.heartbeat_seconds, wanted.timeout_seconds, alive)
            if wanted.heartbeat_url
            else None
        )
        self.loops = [
            Loop(
                f"deliver {name}",
                self._allowed(partial(self._deliver, name)),
                DELIVER_SECONDS,
                on_failure,
                limits=OUTSIDE,
            )
            for name in self._channels
        ]
        self.loops.append(Loop("escalate", self._allowed(self._escalate), ESCALATE_SECONDS, on_failure))
        if wanted.handover_to:
            self.loops.append(Loop("handover", self._allowed(self._hand_over), HANDOVER_SECONDS, on_failure))
        if self._heartbeat:
            beat = self._allowed(self._beat)
            self.loops.append(Loop("heartbeat", beat, HEARTBEAT_SECONDS, on_failure, limits=OUTSIDE))

    @property
    def failing(self) -> tuple[str, ...]:
        """What takes nothing at the moment: for Health.channels_failing."""
        silent = ("heartbeat",) if self._heartbeat and self._heartbeat.failing else ()
        return self._sender.failing + silent

    def depth(self) -> dict[str, tuple[int, float]]:
        """By channel: messages that wait to be sent, and for how many seconds the oldest has been due."""
        return self._sender.depth()

    def start(self) -> None:
        """Before detection starts: what is written from now on is for the channels of now. Raises StoreError."""
        self._sender.start()
        for loop in self.loops:
            loop.start()

    def stop(self) -> None:
        """Waits for the messages under way."""
        for loop in self.loops:
            loop.stop()
        for channel in self._channels.values():
            channel.close()
        if self._heartbeat:
            self._heartbeat.close()

    def _allowed(self, step: Callable[[], None]) -> Callable[[], None]:
        def turn() -> None:
            if self._may_send():
                step()

        return turn

    def _deliver(self, name: str) -> None:
        self._sender.turn(name)

    def _escalate(self) -> None:
        self._escalation.turn(naive_now())

    def _hand_over(self) -> None:
        self._handover.turn(naive_now())

    def _beat(self) -> None:
        if self._heartbeat:
            self._heartbeat.turn(naive_now())


def open_channels(settings: Settings) -> dict[str, Channel]:
    """Every configured channel by name; nothing is contacted yet."""
    return {name: open_channel(each, settings.delivery.timeout_seconds) for name, each in settings.channels.items()}


def try_channel(settings: Settings, name: str) -> str:
    """Send a page that says it is a test, and wait for what the receiver answers; resolve it there if it keeps a state.

    Raises NotFoundError (no such channel) or OperationError with the channel's own line.
    """
    if name not in settings.channels:
        if not settings.channels:
            raise NotFoundError(reason("refused.no_channels"))
        raise NotFoundError(reason("refused.no_channel", name=name, there=list(settings.channels)))
    channel, now = open_channel(settings.channels[name], settings.delivery.timeout_seconds), naive_now()
    key = f"veille-test-{name}-{now:%Y%m%dT%H%M%S%f}"
    try:
        answer = channel.send(_test_message(settings, key, "test", now))
        if channel.remembers:
            channel.send(_test_message(settings, key, "resolve", now))
    except (UndeliveredError, DeliveryRefusedError) as error:
        raise OperationError(f"channel {name}: {error}") from None
    finally:
        channel.close()
    return answer or "delivered"


def _test_message(settings: Settings, key: str, kind: str, now: datetime) -> Message:
    language = settings.delivery.language
    return Message(
        intent_id=f"{key}-{kind}",
        key=key,
        kind="resolve" if kind == "resolve" else "test",
        severity="info",
        rota="health",
        title=reason("message.test").words(language),
        text=reason("message.test_text").words(language),
        facts={},
        link=settings.delivery.link.rstrip("/") + "/incidents",
        runbook=None,
        at=now,
        sent_at=now,
        language=language,
    )
