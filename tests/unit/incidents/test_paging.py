"""Silences, waiting, the budget of a shift and its digest."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.incidents.make import POLICY, at, burst, database, engine, finding, surge
from veille.config import IncidentSettings as Settings
from veille.incidents import IncidentError, IncidentService
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding, Silence
from veille.incidents.policy import Policy
from veille.incidents.silences import checked
from veille.incidents.store import IncidentStore, silences
from veille.store.database import Database


@pytest.fixture
def base() -> Iterator[Database]:
    made = database()
    yield made
    made.close()


def silence(until: float, **matchers: Any) -> Silence:
    return Silence(
        silence_id="f" * 32,
        version=1,
        known_at=at(0),
        matchers=matchers,
        starts_at=at(0),
        expires_at=at(until),
        actor="ada",
        reason="known",
    )


def pages(running: IncidentEngine, *found: Finding, until: float) -> list[str]:
    changes = running.run(found, at(until), at(until))
    return [event.event for event in changes.events if event.event in ("due", "suppressed", "released", "digested")]


def test_a_silence_keeps_quiet_until_it_ends() -> None:
    running = engine()
    running.cache.silences["f" * 32] = silence(30, rule="first-burst")
    ongoing = surge(1, 1, over=False)
    assert pages(running, ongoing, burst(1, 2), until=20) == ["suppressed"]
    assert pages(running, until=31) == ["released", "due"]


def test_every_matcher_must_hold() -> None:
    running = engine()
    running.cache.silences["f" * 32] = silence(30, rule="first-burst", severity=["error", "warning"])
    assert pages(running, burst(1, 2), until=20) == ["due"]


def test_a_broad_silence_does_not_cover_minor_flags() -> None:
    flag = finding("minors", "m", "minor-flag", 3, targets=(1,))
    running = engine()
    running.cache.silences["f" * 32] = silence(30, severity="critical")
    assert pages(running, flag, until=20) == ["due"]
    named = engine()
    named.cache.silences["f" * 32] = silence(30, rota="minors")
    assert pages(named, flag, until=20) == ["suppressed"]


@pytest.mark.parametrize("matchers", [{}, {"colour": "red"}, {"rule": 3}, {"rule": []}])
def test_a_silence_that_matches_nothing_sensible_is_refused(matchers: dict[str, Any]) -> None:
    with pytest.raises(IncidentError):
        checked(matchers)


def test_a_silence_warns_once_before_it_ends() -> None:
    running = engine(live=True)
    running.cache.silences["f" * 32] = silence(90, rule="first-burst")
    assert not running.run([], at(67), at(67)).intents
    (notice,) = running.run([], at(68), at(68)).intents
    assert (notice.kind, notice.severity) == ("notice", "info")
    assert not running.run([], at(69), at(69))


@pytest.mark.parametrize(("length", "warned"), [(60, 45), (24 * 60, 23 * 60)])
def test_a_silence_says_its_end_an_hour_before_a_short_one_in_its_last_quarter(length: float, warned: float) -> None:
    running = engine(live=True)
    running.cache.silences["f" * 32] = silence(length, rule="first-burst")
    assert not running.run([], at(0.1), at(0.1)).intents, "a silence of an hour opened a page at once"
    assert not running.run([], at(warned - 0.1), at(warned - 0.1)).intents
    assert len(running.run([], at(warned), at(warned)).intents) == 1


def test_what_is_not_critical_waits_and_pages_once_if_it_becomes_so() -> None:
    early = burst(1, 0, "first-surge")
    assert pages(engine(), early, until=4) == ["suppressed"]
    assert pages(engine(), early, until=5) == ["suppressed", "released", "due"]
    running = engine()
    assert pages(running, early, burst(1, 3), until=60) == ["suppressed", "released", "due"]
    assert [i.severity for i in running.cache.incidents.values()] == ["critical"]


def test_above_the_budget_of_the_shift_there_is_one_digest_and_critical_pages_go_out() -> None:
    running = engine(live=True)
    errors = [burst(n, n * 20, "first-surge") for n in range(4)]
    kinds: list[str] = []
    for one in [*errors, burst(9, 90)]:
        moment = one.decided_at + POLICY.wait
        for step in (one.decided_at, moment):
            kinds += [i.kind for i in running.run([one], step, step).intents]
    assert kinds == ["trigger"] * 3
    shift_end = POLICY.shift(at(0)) + timedelta(hours=12)
    after = running.run([], shift_end, shift_end).intents
    (digest,) = [i for i in after if i.kind == "digest"]
    assert len(digest.payload["lines"]) == 2
    later = running.run([], shift_end + timedelta(hours=1), shift_end).intents
    assert {i.kind for i in later} == {"resolve"}


def test_a_digest_survives_a_restart_and_goes_out_once(base: Database) -> None:
    policy = Policy(Settings(page_budget=0, wait_minutes=0))
    store = IncidentStore(base)
    running = IncidentEngine(policy, store.cache(policy, at(0)), live=True)
    store.write(running.run([burst(1, 0, "first-surge")], at(0), at(0)), at(0))
    later = at(12 * 60)
    for expected in (1, 0):
        store = IncidentStore(base)
        running = IncidentEngine(policy, store.cache(policy, later), live=True)
        changes = running.run([], later, later)
        assert sum(i.kind == "digest" for i in changes.intents) == expected
        store.write(changes, later)


def test_old_news_never_page() -> None:
    running = engine(live=True)
    assert not running.run([burst(1, -2 * 24 * 60)], at(0), at(0)).intents


def test_a_page_carries_nothing_private() -> None:
    running = engine(live=True)
    (intent,) = running.run([burst(1, 0)], at(1), at(1)).intents
    text = str(intent.payload)
    assert next(iter(burst(1, 0).targets)) not in text
    assert len(intent.dedup_key) <= 255


def test_ending_a_silence_by_hand_frees_what_goes_on(base: Database) -> None:
    running = IncidentService(base, Settings(), clock=lambda: at(10))
    store = IncidentStore.of(base)
    engine_ = IncidentEngine(POLICY, store.cache(POLICY, at(0)), live=True)
    store.write(engine_.run([surge(1, 0, over=False), burst(1, 0)], at(0), at(0)), at(0))
    made = running.silence({"rule": "first-burst"}, at(500), "ada", "drill")
    (incident,) = running.list()
    assert incident.suppressed_by == f"silence:{made.silence_id}"
    running.end_silence(made.silence_id, "ada")
    changes = engine_.run([], at(11), at(11))
    assert [e.event for e in changes.events] == ["released", "due", "paged"]
    with pytest.raises(IncidentError, match="over already"):
        running.end_silence(made.silence_id, "ada")


def test_versions_of_a_withdrawn_silence_stay(base: Database) -> None:
    running = IncidentService(base, Settings(), clock=lambda: at(10))
    made = running.silence({"rota": "health"}, at(500), "ada", "drill")
    assert running.end_silence(made.silence_id[:8], "bo").ended_by == "bo"
    assert len(silences(base)) == 1
    assert replace(made, version=2).version == running.silences(active=False)[0].version
