"""Nobody acknowledges, nobody is there: on a clock that the test moves, with the real engine."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.unit.incidents.outbox.make import Clock, Receiver
from veille.config import DeliverySettings, Rota, Settings, Store
from veille.config import IncidentSettings as Policy
from veille.detection.incidents import IncidentDetection
from veille.incidents.commands import IncidentService
from veille.incidents.health import Health
from veille.incidents.outbox import Escalation, Heartbeat, Sender
from veille.incidents.outbox.handover import ROTA as ROTA_NAME
from veille.incidents.outbox.handover import Handover
from veille.incidents.policy import Policy as Shifts
from veille.privacy import Key
from veille.store.database import Database
from veille.store.findings import Findings

ROTA = Rota(channels=("duty",), escalate_to=("chief",), escalate_after_minutes=10)


class Night:
    """One failing loop is one incident of the rota health; the clock moves for everybody."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.database = Database(None, Store(reserve_mib=0), Key(bytes(32)))
        policy = Policy(severity={"loop-failing": "critical"})

        def aware() -> datetime:
            return self.clock.now.replace(tzinfo=UTC)

        self.people = IncidentService(self.database, policy, clock=aware)
        self.watch = IncidentDetection(
            self.database, Findings(self.database), Settings(incidents=policy), live=True, clock=aware
        )
        self.duty, self.chief = Receiver(), Receiver()
        channels = {"duty": self.duty, "chief": self.chief}
        self.sender = Sender(self.database, channels, {"health": ROTA}, DeliverySettings(), self.clock)
        self.sender.start()
        self.escalation = Escalation(self.database, {"health": ROTA}, 3, self.people.escalate)

    def fail(self, *loops: str) -> None:
        self.watch.report(Health(at=self.clock.now, loops_failing=loops))
        self.watch.step(self.clock.now, final=False)

    def pass_minutes(self, minutes: int) -> None:
        for _ in range(minutes):
            self.escalation.turn(self.clock.now)
            for name in ("duty", "chief"):
                self.sender.turn(name)
            self.clock.forward(minutes=1)


def test_nobody_acknowledges_so_the_next_is_paged_three_times_at_most() -> None:
    night = Night()
    night.fail("publish")
    night.pass_minutes(9)
    assert [message.kind for message in night.duty.got] == ["trigger"]
    assert night.chief.got == []
    night.pass_minutes(5)
    assert [message.kind for message in night.chief.got] == ["escalate"]
    assert "nobody acknowledged within 10 minutes" in night.chief.got[0].text
    assert len({message.key for message in night.duty.got + night.chief.got}) == 1
    night.pass_minutes(60)
    assert len(night.chief.got) == 3


@pytest.mark.parametrize("done", ["acknowledge", "resolve", "silence", "over"])
def test_what_somebody_sees_to_is_not_escalated(done: str) -> None:
    night = Night()
    night.fail("publish")
    night.pass_minutes(5)
    (incident,) = night.people.list()
    if done == "acknowledge":
        night.people.acknowledge(incident.incident_id, "Mila")
    elif done == "resolve":
        night.people.resolve(incident.incident_id, "Mila", "noise", "nothing")
    elif done == "silence":
        until = night.clock.now.replace(tzinfo=UTC) + timedelta(hours=9)
        night.people.silence({"rule": "loop-failing"}, until, "Mila", "known")
    else:
        night.people.acknowledge(incident.incident_id, "Mila")
        night.fail()
    night.pass_minutes(30)
    assert night.chief.got == []


def beat(monkeypatch: pytest.MonkeyPatch, status: int, alive: bool = True) -> tuple[Heartbeat, list[str]]:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status)

    transport = httpx.MockTransport(answer)
    made = Heartbeat("https://example.org/secret", 60, 5, lambda: alive)
    monkeypatch.setattr(made, "_client", httpx.Client(transport=transport))
    return made, asked


def test_a_sign_of_life_goes_out_once_a_minute_while_the_service_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    heart, asked = beat(monkeypatch, 200)
    for second in range(180):
        heart.turn(datetime(2026, 1, 9) + timedelta(seconds=second))
    assert len(asked) == 3
    dead, asked = beat(monkeypatch, 200, alive=False)
    assert not dead.turn(datetime(2026, 1, 9))
    assert asked == []


def test_a_heartbeat_that_nobody_takes_is_a_fault_and_names_no_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heart, _ = beat(monkeypatch, 500)
    for minute in range(3):
        assert not heart.failing
        heart.turn(datetime(2026, 1, 9, 12, minute))
    assert heart.failing
    assert "secret" not in capsys.readouterr().out


def test_the_end_of_a_shift_tells_once_what_it_leaves() -> None:
    night = Night()
    night.clock.now = datetime(2026, 1, 9, 17, 50)
    night.fail("publish")
    shift = Shifts(Policy()).shift
    channels = {"mail": Receiver(remembers=False)}
    night.clock.forward(minutes=5)
    sender = Sender(night.database, channels, {ROTA_NAME: Rota(channels=("mail",))}, DeliverySettings(), night.clock)
    sender.start()
    for _ in range(2):  # as after a restart
        told = Handover(night.database, shift, night.people.handover)
        for _ in range(20):
            told.turn(night.clock.now)
            sender.turn("mail")
            night.clock.forward(minutes=2)
    (message,) = channels["mail"].got
    assert message.title == "Handover of the shift until 2026-01-09 18:00 UTC"
    assert "health: 1 opened, 1 paged, 1 open" in message.text
    assert "publish" in message.text
