"""What a person does in PagerDuty counts here, once, and only with a signature of ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.integration.paging.pagerduty import ROUTING_KEY, PagerDuty, running_pagerduty
from tests.unit.api.test_operations import Fake
from veille import config
from veille.api import Access, create_app, webhooks
from veille.detection.incidents import IncidentDetection
from veille.incidents.channels import open_channel
from veille.incidents.commands import IncidentService
from veille.incidents.health import Health
from veille.incidents.outbox import Sender
from veille.incidents.outbox.inbound import Inbound
from veille.privacy import Key
from veille.service.http import ApiServer
from veille.store.database import Database
from veille.store.findings import Findings
from veille.times import naive_now

SECRET = "hook secret"
WANTED = config.IncidentSettings(
    severity={"loop-failing": "critical"}, rotas={"health": config.Rota(channels=("duty",))}
)


class House:
    """A database with incidents, delivery to the stand-in, and the API that takes its webhooks."""

    def __init__(self, receiver: PagerDuty) -> None:
        self.receiver = receiver
        self.database = Database(None, config.Store(reserve_mib=0), Key(bytes(32)))
        self.incident_service = IncidentService(self.database, WANTED)
        duty = config.PagerDuty(type="pagerduty", routing_key=SecretStr(ROUTING_KEY), url=receiver.url)
        self.settings = config.Settings(incidents=WANTED, channels={"duty": duty})
        rotas = {str(name): rota for name, rota in WANTED.rotas.items()}
        self.sender = Sender(
            self.database, {"duty": open_channel(duty, 5)}, rotas, config.DeliverySettings(), naive_now
        )
        self.sender.start()
        inbound = Inbound(self.database, self.incident_service, naive_now)
        app = create_app(Fake(), Access("folder"), ("127.0.0.1",), [webhooks.router(inbound, ("old", SECRET))])
        self.api = ApiServer(app, "127.0.0.1", 0)
        self.api.start()
        self.url = f"{self.api.address}/v1/webhooks/pagerduty"

    def open(self, *loops: str) -> list[str]:
        """Keys of the incidents about these failing loops."""
        watch = IncidentDetection(self.database, Findings(self.database), self.settings, live=True)
        watch.report(Health(at=naive_now(), loops_failing=loops))
        watch.step(naive_now(), final=False)
        return [f"veille-{row.incident_id}" for row in self.incident_service.list()]

    def state(self, key: str) -> str:
        return self.incident_service.find(key.removeprefix("veille-")).state

    def told(self, key: str) -> list[tuple[str, str, str]]:
        return [(e.event, e.actor, e.reason) for e in self.incident_service.events(key.removeprefix("veille-"))]


@contextmanager
def house() -> Iterator[House]:
    with running_pagerduty() as receiver:
        made = House(receiver)
        try:
            yield made
        finally:
            made.api.stop()
            made.database.close()


def test_an_acknowledgement_on_the_phone_shows_here() -> None:
    with house() as one:
        (key,) = one.open("publish")
        one.sender.turn("duty")
        assert one.receiver.alerts == {key: "triggered"}
        answer = one.receiver.call_back(one.url, SECRET, "incident.acknowledged", key, event_id="E1")
        assert answer.json() == {"applied": True}
        assert one.state(key) == "acknowledged"
        assert one.told(key)[-1] == ("acknowledged", "Ada Duty (PagerDuty)", "acknowledged in PagerDuty")
        one.sender.turn("duty")
        assert one.receiver.alerts == {key: "acknowledged"}
        again = one.receiver.call_back(one.url, SECRET, "incident.acknowledged", key, event_id="E1")
        assert again.json() == {"applied": False}
        assert [event for event, _, _ in one.told(key)].count("acknowledged") == 1


def test_resolving_there_needs_a_note_that_says_what_it_was() -> None:
    with house() as one:
        (key,) = one.open("publish")
        one.sender.turn("duty")
        one.receiver.call_back(one.url, SECRET, "incident.resolved", key)
        assert one.state(key) == "acknowledged"
        assert "set a disposition here" in one.told(key)[-1][2]
        one.receiver.call_back(one.url, SECRET, "incident.annotated", key, note="it was the disk")
        assert one.told(key)[-1][0] == "commented"
        one.receiver.call_back(one.url, SECRET, "incident.annotated", key, note="Noise: a test of the disk")
        assert one.state(key) == "resolved"
        incident = one.incident_service.find(key.removeprefix("veille-"))
        assert incident.disposition == "noise"
        assert one.told(key)[-1] == ("resolved", "Ada Duty (PagerDuty)", "Noise: a test of the disk")


def test_a_recorded_call_is_of_no_use_after_the_next_page() -> None:
    with house() as one:
        (key,) = one.open("publish")
        one.sender.turn("duty")
        one.incident_service.acknowledge(key.removeprefix("veille-"), "Mila")
        one.incident_service.resolve(key.removeprefix("veille-"), "Mila", "noise", "nothing")
        one.incident_service.reopen(key.removeprefix("veille-"), "Mila", "it is back")
        old = "2026-01-09T12:00:00Z"
        answer = one.receiver.call_back(one.url, SECRET, "incident.acknowledged", key, event_id="E2", at=old)
        assert answer.json() == {"applied": False}
        assert one.state(key) == "open"


def test_acknowledging_a_page_about_several_acknowledges_all() -> None:
    with house() as one:
        one.receiver.away = True
        one.open("publish", "compact", "housekeeping")
        one.sender.turn("duty")
        one.receiver.away = False
        one.database.cursor().execute("UPDATE deliveries SET next_at = NULL")
        one.sender.turn("duty")
        (key,) = [each for each in one.receiver.alerts if "bundle" in each]
        assert one.receiver.call_back(one.url, SECRET, "incident.acknowledged", key).json() == {"applied": True}
        assert {row.state for row in one.incident_service.list()} == {"acknowledged"}
        one.sender.turn("duty")
        assert one.receiver.alerts[key] == "acknowledged"


@pytest.mark.parametrize("secret", ["", "wrong", "hook secret "])
def test_a_wrong_signature_changes_nothing(secret: str) -> None:
    with house() as one:
        (key,) = one.open("publish")
        one.sender.turn("duty")
        answer = one.receiver.call_back(one.url, secret, "incident.acknowledged", key)
        assert answer.status_code == 401
        assert one.state(key) == "open"


def test_calls_at_once_apply_once() -> None:
    with house() as one:
        (key,) = one.open("publish")
        one.sender.turn("duty")
        calls = [
            threading.Thread(
                target=one.receiver.call_back,
                args=(one.url, SECRET, "incident.acknowledged", key),
                kwargs={"event_id": "E"},
            )
            for _ in range(8)
        ]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        assert [event for event, _, _ in one.told(key)].count("acknowledged") == 1


@pytest.mark.parametrize("kind", ["incident.triggered", "incident.delegated", "service.updated", "pagey.ping"])
def test_other_events_are_taken_and_change_nothing(kind: str) -> None:
    with house() as one:
        (key,) = one.open("publish")
        answer = one.receiver.call_back(one.url, SECRET, kind, key)
        assert (answer.status_code, answer.json()) == (200, {"applied": False})
        assert one.state(key) == "open"


def test_what_is_not_a_webhook_is_refused(tmp_path: Path) -> None:
    import hashlib
    import hmac

    import httpx

    with house() as one:
        for body, status in ((b"{}", 422), (b"\xff", 422), (b'{"event": 1}', 422), (b"x" * (1 << 20) + b"xx", 413)):
            made = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            answer = httpx.post(one.url, content=body, headers={"X-PagerDuty-Signature": f"v1={made}"})
            assert answer.status_code == status


def test_the_stand_in_checks_what_the_documentation_says() -> None:
    from tests.integration.paging.pagerduty import problems

    good = b'{"routing_key": "%s", "event_action": "trigger", "payload": {"summary": "s", "source": "x", "severity": "info"}}'
    raw = good % ROUTING_KEY.encode()
    assert problems(raw) == []
    assert problems(raw.replace(b'"info"', b'"high"'))
    assert problems(raw.replace(b'"summary": "s"', b'"summary": "' + b"s" * 1025 + b'"'))
    assert problems(raw.replace(b'"trigger"', b'"resolve"'))
    assert problems(raw.replace(b"}}", b'}, "dedup_key": "' + b"k" * 256 + b'"}'))
    assert problems(raw.replace(b"}}", b'}, "color": "red"}'))
    assert problems(raw + b" " * 512_000)
