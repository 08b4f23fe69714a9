"""Every kind of channel against a real receiver."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.integration.paging.alertmanager import running_alertmanager
from tests.integration.paging.mailbox import PASSWORD, USER, Mailbox, running_mailbox
from tests.integration.paging.messages import page
from tests.integration.paging.pagerduty import ROUTING_KEY, running_pagerduty
from tests.integration.paging.ports import free_port
from veille import config
from veille.incidents.channels import DeliveryRefusedError, UndeliveredError, open_channel

SECRET = SecretStr("shared secret")


def pagerduty(url: str, key: str = ROUTING_KEY) -> config.PagerDuty:
    return config.PagerDuty(type="pagerduty", routing_key=SecretStr(key), url=url)


def test_pagerduty_takes_every_kind_and_keeps_one_alert() -> None:
    with running_pagerduty() as receiver:
        channel = open_channel(pagerduty(receiver.url), 5)
        for kind in ("trigger", "trigger", "escalate", "acknowledge", "resolve", "digest", "notice", "test"):
            channel.send(page(kind=kind))
        channel.send(page(kind="resolve"))
        assert receiver.refused == []
        assert receiver.alerts == {page().key: "resolved"}
        assert [event["event_action"] for event in receiver.requests[:5]] == [
            "trigger", "trigger", "trigger", "acknowledge", "resolve",
        ]  # fmt: skip


def test_pagerduty_refuses_what_is_wrong_and_is_tried_again_when_away() -> None:
    with running_pagerduty() as receiver:
        with pytest.raises(DeliveryRefusedError, match="refused with 400"):
            open_channel(pagerduty(receiver.url, "short"), 5).send(page())
        with pytest.raises(DeliveryRefusedError, match="exceeds the size limit of PagerDuty"):
            open_channel(pagerduty(receiver.url), 5).send(page(key="k" * 256))
        with pytest.raises(DeliveryRefusedError, match="exceeds the size limit of PagerDuty"):
            open_channel(pagerduty(receiver.url), 5).send(page(text="x" * 600_000))
        receiver.away = True
        with pytest.raises(UndeliveredError, match="answered 503") as failed:
            open_channel(pagerduty(receiver.url), 5).send(page())
        assert failed.value.maybe_delivered
    with pytest.raises(UndeliveredError, match="cannot be reached") as failed:
        open_channel(pagerduty(f"http://127.0.0.1:{free_port()}/"), 5).send(page())
    assert not failed.value.maybe_delivered


def test_the_alertmanager_groups_keeps_and_resolves(tmp_path: Path) -> None:
    with running_alertmanager(tmp_path) as receiver:
        channel = open_channel(
            config.Alertmanager(type="alertmanager", url=receiver.url, labels={"team": "trust"}, hold_seconds=60), 5
        )
        channel.send(page(key="veille-1", severity="error"))
        channel.send(page(key="veille-2", severity="error"))
        receiver.until(lambda: bool(receiver.notified))
        group = receiver.notified[0]
        assert group["groupLabels"] == {"rota": "abuse"}
        assert {alert["labels"]["incident"] for alert in group["alerts"]} == {"veille-1", "veille-2"}
        assert group["alerts"][0]["labels"]["team"] == "trust"
        assert group["alerts"][0]["annotations"]["requests"] == "24"
        assert group["alerts"][0]["labels"]["alertname"] == "VeilleFirstTimeTarget"
        assert group["alerts"][0]["labels"]["rule"] == "first-time-target"
        # Graver now: the alert of the earlier severity ends in the same call, and another begins.
        told = (("error", False, "first-time-target"),)
        channel.send(page(key="veille-1", severity="critical", earlier=told))
        receiver.until(lambda: states(receiver.alerts(), "veille-1") == {("critical", "")})
        channel.send(
            page(
                key="veille-1",
                kind="escalate",
                severity="critical",
                earlier=(*told, ("critical", False, "first-time-target")),
            )
        )
        receiver.until(lambda: states(receiver.alerts(), "veille-1") == {("critical", ""), ("critical", "yes")})
        everything = (*told, ("critical", False, "first-time-target"), ("critical", True, "first-time-target"))
        channel.send(page(key="veille-1", kind="resolve", severity="critical", earlier=everything))
        channel.send(page(key="veille-2", kind="resolve", severity="error", earlier=told))
        receiver.until(lambda: receiver.alerts() == [])
        receiver.until(lambda: receiver.notified[-1]["status"] == "resolved")


def states(alerts: list[dict[str, dict[str, str]]], key: str) -> set[tuple[str, str]]:
    labels = [alert["labels"] for alert in alerts if alert["labels"]["incident"] == key]
    return {(each["severity"], each.get("escalated", "")) for each in labels}


def test_an_alert_that_is_not_told_again_ends(tmp_path: Path) -> None:
    with running_alertmanager(tmp_path) as receiver:
        settings = config.Alertmanager(type="alertmanager", url=receiver.url, resend_seconds=1, hold_seconds=2)
        channel = open_channel(settings, 5)
        channel.send(page())
        assert len(receiver.alerts()) == 1
        later = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=2)
        channel.send(page(sent_at=later))
        receiver.until(lambda: receiver.alerts() == [], 30)


def email(box: Mailbox, **changes: object) -> config.Email:
    made = {
        "type": "email", "host": "127.0.0.1", "port": box.port, "security": "none", "sender": "veille@example.org",
        "recipients": ["duty@example.org", "lead@example.org"],
    }  # fmt: skip
    return config.Email.model_validate(made | changes)


def test_mail_arrives_as_one_thread() -> None:
    with running_mailbox() as box:
        channel = open_channel(email(box), 5)
        channel.send(page())
        channel.send(page())
        channel.send(page(intent_id="c" * 32, kind="resolve"))
        first, again, resolved = box.mails
        assert first["Subject"] == "[critical] Surge about T-7K3Q-M2XA-9DFH"
        assert resolved["Subject"] == "[critical] Resolved: Surge about T-7K3Q-M2XA-9DFH"
        assert first["Message-ID"] == again["Message-ID"] != resolved["Message-ID"]
        assert first["References"] == resolved["References"]
        assert first["To"] == "duty@example.org, lead@example.org"
        assert "requests: 24" in first.get_payload()


def test_mail_goes_over_tls_with_a_login_and_checks_the_certificate(tmp_path: Path) -> None:
    with running_mailbox(tmp_path) as box:
        secure = {"security": "starttls", "username": USER, "password": PASSWORD}
        open_channel(email(box, **secure, ca_file=box.ca_file), 5).send(page())
        assert len(box.mails) == 1
        with pytest.raises(UndeliveredError, match="SSLCertVerificationError"):
            open_channel(email(box, **secure), 5).send(page())
        with pytest.raises(DeliveryRefusedError, match="refused with 535"):
            open_channel(email(box, **secure | {"password": "wrong"}, ca_file=box.ca_file), 5).send(page())


def test_mail_that_is_put_off_is_tried_again_and_mail_that_is_refused_is_not() -> None:
    with running_mailbox() as box:
        box.answer = "451 try later"
        with pytest.raises(UndeliveredError, match="answered 451"):
            open_channel(email(box), 5).send(page())
        box.answer = "554 no"
        with pytest.raises(DeliveryRefusedError, match="refused with 554"):
            open_channel(email(box), 5).send(page())
    with pytest.raises(UndeliveredError, match="cannot be reached"):
        open_channel(email(box), 2).send(page())


@contextmanager
def hook(
    status: int = 200, headers: dict[str, str] | None = None
) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in", got
    finally:
        server.shutdown()
        server.server_close()


def test_a_webhook_is_signed_over_timestamp_and_body() -> None:
    with hook() as (url, got):
        open_channel(config.Webhook(type="webhook", url=url, secret=SECRET), 5).send(page())
    headers, body = got[0]
    signed = headers["X-Veille-Timestamp"].encode() + b"." + body
    assert headers["X-Veille-Signature"] == "v1=" + hmac.new(b"shared secret", signed, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == page().intent_id
    told = json.loads(body)
    assert (told["event"], told["dedup_key"], told["facts"]["requests"]) == ("trigger", page().key, 24)


@pytest.mark.parametrize(("status", "asked"), [(429, 30.0), (503, None), (408, None)])
def test_a_receiver_that_is_busy_says_when_to_come_back(status: int, asked: float | None) -> None:
    headers = {} if asked is None else {"Retry-After": f"{asked:.0f}"}
    with hook(status, headers) as (url, _), pytest.raises(UndeliveredError) as failed:
        open_channel(config.Webhook(type="webhook", url=url, secret=SECRET), 5).send(page())
    assert failed.value.retry_after == asked


@pytest.mark.parametrize("status", [302, 400, 401, 404])
def test_a_receiver_that_refuses_is_not_asked_again(status: int) -> None:
    with (
        hook(status, {"Location": "http://127.0.0.1:1/"}) as (url, _),
        pytest.raises(DeliveryRefusedError, match=str(status)),
    ):
        open_channel(config.Webhook(type="webhook", url=url, secret=SECRET), 5).send(page())


def test_apprise_carries_the_rest() -> None:
    with hook() as (url, got):
        address = url.replace("http://", "json://")
        channel = open_channel(config.Apprise(type="apprise", urls=SecretStr(address)), 5)
        channel.send(page())
        channel.send(page(kind="resolve"))
    told = [json.loads(body) for _, body in got]
    assert [(each["title"], each["type"]) for each in told] == [
        ("Surge about T-7K3Q-M2XA-9DFH", "failure"),
        ("Resolved: Surge about T-7K3Q-M2XA-9DFH", "success"),
    ]
    with pytest.raises(DeliveryRefusedError, match="not a valid apprise URL"):
        open_channel(config.Apprise(type="apprise", urls=SecretStr("zork")), 5).send(page())
    with pytest.raises(UndeliveredError):
        channel.send(page())
