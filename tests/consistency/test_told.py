"""What leaves the pages says the same: the record of an incident, and the message that somebody is paged with."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.consistency.truth import Truth
from veille.config import Settings
from veille.incidents import IncidentService
from veille.incidents.channels.message import Kind, Message, headline, lines
from veille.incidents.describe import payload
from veille.incidents.model import Incident
from veille.incidents.outbox.collapse import DeliveryJob
from veille.incidents.outbox.log import OutboxIntent, Told
from veille.incidents.outbox.wording import message
from veille.privacy import load_key
from veille.reasons import DEFAULT, LANGUAGES, reason, stored
from veille.store.database import Database

COUNTED = ("attack", "global")
"""Kinds of incidents that count requests and people."""


@pytest.fixture(scope="module")
def service(demo: Path) -> Iterator[IncidentService]:
    settings = Settings(data_dir=demo)
    database = Database(settings.database, settings.store, load_key(settings.key_file))
    yield IncidentService(database, settings.incidents)
    database.close()


def chosen(service: IncidentService) -> list[Incident]:
    """Those that count people: of each rule the one with most requests, and the newest ones."""
    counted = [i for i in service.list(limit=10_000) if i.kind in COUNTED]
    largest = {i.rule: i for i in sorted(counted, key=lambda i: i.requests)}
    found = {i.incident_id: i for i in (*largest.values(), *counted[:20])}
    assert len(largest) > 3
    return list(found.values())


def told(incident: Incident, language: str = DEFAULT) -> Message:
    """The message that a page about it is."""
    why = reason("event.rule", rule=incident.rule)
    at = incident.opened_at
    intent = OutboxIntent(
        intent_id="i", created_at=at, not_before=at, incident_id=incident.incident_id, event_number=1, key="k",
        kind="trigger", severity=incident.severity, rota=incident.rota, payload=payload(incident, why),
    )  # fmt: skip
    says: tuple[str, Kind] = ("k", "trigger")
    nothing = Told(None, False, frozenset(), ())
    return message(DeliveryJob((says,), (intent,)), says, nothing, link="http://v", now=at, language=language)


def counts(incident: Incident, truth: Truth) -> dict[str, float | None]:
    """What event rows say of it."""
    return {what: truth.incident(what, incident.incident_id) for what in ("requests", "accounts")}


def in_title(text: str) -> dict[str, int]:
    """The numbers of an English or French title of an incident that counts people, by what they count."""
    size = re.search(r"([\d,\u202f]+) (?:requests|demandes)(?: (?:by|de) ([\d,\u202f]+) (?:accounts|comptes))?", text)
    assert size, text
    numbers = [int(re.sub(r"\D", "", each)) for each in size.groups() if each]
    return dict(zip(("requests", "accounts"), numbers, strict=False))


def wrong(said: dict[str, Any], event_rows: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {said[name]}, event rows say {event_rows[name]}" for name in said if said[name] != event_rows[name]
    ]


def of_page(incident: Incident, truth: Truth) -> list[str]:
    """What the page about it says otherwise than event rows, in any language."""
    rows, found = counts(incident, truth), []
    for language, label in (("en", "requests: "), ("fr", "demandes : ")):
        sent = told(incident, language)
        facts = {name: sent.facts.get(name, 0) for name in ("requests", "accounts")}
        listed = {
            "requests": next((int(each.removeprefix(label)) for each in lines(sent) if each.startswith(label)), 0)
        }
        found += [*wrong(in_title(headline(sent)), rows), *wrong(facts, rows), *wrong(listed, rows)]
    return found


def test_a_page_says_what_event_rows_say(service: IncidentService, truth: Truth) -> None:
    assert [line for incident in chosen(service) for line in of_page(incident, truth)] == []


def test_a_record_says_what_event_rows_say_in_both_languages(service: IncidentService, truth: Truth) -> None:
    for incident in chosen(service):
        for language in LANGUAGES:
            text = service.record_markdown(incident.incident_id, language).splitlines()[0]
            assert wrong(in_title(text), counts(incident, truth)) == [], text


def test_the_effect_in_a_record_counts_the_hours_around_it(service: IncidentService, truth: Truth) -> None:
    """As if somebody had acknowledged half an hour after the onset: nobody does in a replay."""
    for incident in chosen(service)[:8]:
        turn = incident.onset_at + timedelta(minutes=30)
        found = service._effect(replace(incident, acknowledged_at=turn))
        assert found is not None
        targets = tuple(service.targets(incident.incident_id))
        assert found.before == _about(truth, targets, turn - timedelta(hours=6), turn)
        assert found.after == _about(truth, targets, turn, turn + timedelta(hours=6))


def _about(truth: Truth, targets: tuple[str, ...], since: datetime, until: datetime) -> float | None:
    return truth.value("requests", since, until, target_id=targets)


@pytest.mark.parametrize("planted", ["a burst counted twice", "accounts counted twice", "a title of before"])
def test_a_page_that_says_too_much_is_found(service: IncidentService, truth: Truth, planted: str) -> None:
    incident = max(chosen(service), key=lambda i: (i.accounts > 1, i.requests))
    size = {"requests": incident.requests - 1, "accounts": incident.accounts}
    before = reason(
        "title.counted", what=reason("title.rule", rule=incident.rule), size=reason("title.requests_by", **size)
    )
    other = {
        "a burst counted twice": replace(incident, requests=incident.requests + 8),
        "accounts counted twice": replace(incident, accounts=2 * incident.accounts),
        "a title of before": replace(incident, title=stored(before)),
    }[planted]
    assert of_page(incident, truth) == []
    assert of_page(other, truth)
