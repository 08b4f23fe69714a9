"""What the Alertmanager is told: labels by rule, and times that it takes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.paging.messages import page
from veille.config import RULES, Alertmanager
from veille.incidents.channels.alertmanager import AlertmanagerChannel
from veille.incidents.channels.message import Message, lines, rfc3339


def told(message: Message) -> list[dict[str, Any]]:
    channel = AlertmanagerChannel(Alertmanager(type="alertmanager", url="http://127.0.0.1:9"), 1)
    try:
        return list(channel._alerts(message))
    finally:
        channel.close()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_its_alertname_and_label(rule: str) -> None:
    (alert,) = told(page(facts={"rule": rule, "kind": RULES[rule].kind}))
    assert alert["labels"]["rule"] == rule
    assert alert["labels"]["alertname"].lower() == "veille" + rule.replace("-", "")
    assert alert["annotations"]["runbook_url"].startswith("http://127.0.0.1:8501/incidents?incident=")


def test_it_begins_when_the_incident_was_opened_and_stays_so_when_told_again() -> None:
    first = page(facts={"rule": "first-burst", "opened_at": "2026-01-09T12:00:00Z"})
    again = replace(first, sent_at=first.sent_at + timedelta(minutes=3))
    assert {alert["startsAt"] for alert in (*told(first), *told(again))} == {"2026-01-09T12:00:00Z"}


def test_no_alert_ends_before_it_begins() -> None:
    late = page(kind="resolve", facts={"rule": "first-burst", "opened_at": "2999-01-01T00:00:00Z"})
    (alert,) = told(late)
    assert alert["startsAt"] <= alert["endsAt"] == rfc3339(late.sent_at)


def test_a_rule_that_changed_ends_the_alert_of_the_earlier_one() -> None:
    graver = page(facts={"rule": "first-burst"}, earlier=(("error", False, "first-surge"),))
    now, before = told(graver)
    assert (now["labels"]["alertname"], before["labels"]["alertname"]) == ("VeilleFirstBurst", "VeilleFirstSurge")
    assert before["endsAt"] == rfc3339(graver.sent_at)


def test_no_message_names_a_file_that_a_phone_cannot_open() -> None:
    assert "docs/" not in "\n".join(lines(page()))
