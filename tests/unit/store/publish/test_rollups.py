"""Rollups and exchanges: any batching and any order of the same events give the same counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.unit.store.publish.conftest import NOON, Site
from veille.config import Publish
from veille.events import OUTCOMES

GRAINS = {"minute": "%Y-%m-%d %H:%M:00", "hour": "%Y-%m-%d %H:00:00", "day": "%Y-%m-%d 00:00:00"}


@dataclass(frozen=True)
class Event:
    """A mention (outcome None) or an answer to the mention `number`. offset: minutes from noon."""

    number: int
    offset: int
    outcome: str | None


_mention_times = st.lists(st.sampled_from([0, 1, 59, 61, 24 * 60, -100 * 24 * 60, 3 * 24 * 60]), min_size=1, max_size=6)
_answers = st.lists(
    st.builds(
        Event, st.integers(0, 7), st.sampled_from([-3, 2, 2, 90, 26 * 60, 30 * 24 * 60]), st.sampled_from(OUTCOMES)
    ),
    max_size=8,
)
_numbers = count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all examples, kept apart by platform: late events of old examples stay in the way."""
    made = Site(tmp_path_factory.mktemp("site"), Publish())
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.long
@given(
    mention_times=_mention_times,
    answers=_answers,
    order=st.randoms(use_true_random=False),
    cuts=st.lists(
        st.sampled_from(["commit", "commit", "publish", "publish", "compact", "restart"]), min_size=16, max_size=16
    ),
)
@settings(max_examples=amount(6, 60), deadline=None)
def test_any_split_and_order_count_the_same(
    shared: Site, mention_times: list[int], answers: list[Event], order: Any, cuts: list[str]
) -> None:
    platform = f"p{next(_numbers)}"
    events = [Event(number, offset, None) for number, offset in enumerate(mention_times)] + answers
    order.shuffle(events)
    now, known = NOON + timedelta(days=40 + int(platform[1:])), list[tuple[Event, datetime]]()
    for place, (event, step) in enumerate(zip(events, cuts, strict=False)):
        now += timedelta(seconds=1)
        _add(shared, event, platform, place)
        known.append((event, now))
        shared.private.commit(now)
        _step(shared, step, now)
    shared.publisher.publish(now + timedelta(seconds=9))
    expected = _final_outcomes(known)
    for grain, form in GRAINS.items():
        assert _requests(shared, grain, platform) == Counter(
            ((NOON + timedelta(minutes=offset)).strftime(form), outcome) for offset, outcome in expected
        )
        assert _production(shared, grain, platform) == len(answers)
    assert shared.rows("SELECT target_id::VARCHAR, first_at, targets FROM first_asked ORDER BY ALL") == shared.rows(
        "SELECT target_id::VARCHAR, min(occurred_at), 1 FROM mentions WHERE NOT is_self AND target_id IS NOT NULL"
        " GROUP BY ALL ORDER BY ALL"
    )
    found = shared.rows(f"SELECT occurred_at, outcome FROM exchanges WHERE platform = '{platform}'")
    assert Counter(found) == Counter((NOON + timedelta(minutes=offset), outcome) for offset, outcome in expected)


def _add(site: Site, event: Event, platform: str, place: int) -> None:
    at, mention = NOON + timedelta(minutes=event.offset), f"{platform}-{event.number}"
    if event.outcome is None:
        whom = f"{platform}-target-{event.number % 3}" if event.number else None
        site.private.add("mentions", mention, at, platform=platform, target_id=whom)
    else:
        name = f"{platform}-answer-{place}"
        site.private.add("generations", name, at, mention_id=mention, outcome=event.outcome, platform=platform)


def _step(site: Site, step: str, now: datetime) -> None:
    if step == "publish":
        site.publisher.publish(now)
    elif step == "compact":
        site.compactor.step(now + timedelta(hours=7))
    elif step == "restart":
        site.restart(now)


def _final_outcomes(known: list[tuple[Event, datetime]]) -> list[tuple[int, str]]:
    """(minute of the mention, outcome of its latest judged answer, else of its latest one), from scratch."""
    answers: dict[int, list[tuple[bool, int, datetime, str]]] = {}
    for event, ingested_at in known:
        if event.outcome is not None:
            judged = event.outcome != "unknown"
            answers.setdefault(event.number, []).append((judged, event.offset, ingested_at, event.outcome))
    return [
        (event.offset, max(answers[event.number])[-1] if event.number in answers else "unanswered")
        for event, _ in known
        if event.outcome is None
    ]


def _requests(site: Site, grain: str, platform: str) -> Counter[tuple[str, str]]:
    rows = site.rows(
        f'SELECT "{grain}"::VARCHAR, outcome, requests FROM requests_{grain} '
        f"WHERE platform = '{platform}' ORDER BY ALL"
    )
    assert len({row[:2] for row in rows}) == len(rows), "one row a combination of keys"
    return Counter({(at, outcome): requests for at, outcome, requests in rows})


def _production(site: Site, grain: str, platform: str) -> int:
    return site.rows(f"SELECT sum(generations) FROM production_{grain} WHERE platform = '{platform}'")[0][0] or 0


def test_a_rebuild_counts_what_cuts_counted(shared: Site) -> None:
    shared.private.commit(NOON + timedelta(days=90))
    shared.publisher.publish(NOON + timedelta(days=90))
    queries = [
        *(f"SELECT * FROM {kind}_{grain} ORDER BY ALL" for kind in ("requests", "production") for grain in GRAINS),
        "SELECT * FROM first_asked ORDER BY ALL",
        "SELECT * FROM people_sample ORDER BY ALL",
        "SELECT * FROM coverage ORDER BY ALL",
        "SELECT * FROM exchanges ORDER BY ALL",
        "SELECT * FROM feed ORDER BY ALL",
    ]
    before = [shared.rows(query) for query in queries]
    shared.publisher.rebuild(NOON + timedelta(days=90))
    assert [shared.rows(query) for query in queries] == before
    shared.restart(NOON + timedelta(days=90))
    assert [shared.rows(query) for query in queries] == before


def test_a_mention_that_comes_late_moves_when_its_target_was_first_asked_about(site: Site) -> None:
    query = "SELECT first_at, targets FROM first_asked ORDER BY ALL"
    for number, at in enumerate((NOON, NOON + timedelta(hours=2), NOON - timedelta(days=9), NOON - timedelta(days=3))):
        site.private.add("mentions", f"m{number}", at, target_id="t1")
        site.private.add("mentions", f"s{number}", at - timedelta(days=99), target_id="t1", is_self=True)
        site.commit(NOON + timedelta(hours=3 + number))
        assert site.rows(query) == [(NOON if number < 2 else NOON - timedelta(days=9), 1)]
    site.compact(NOON + timedelta(days=4))
    assert site.rows(query) == [(NOON - timedelta(days=9), 1)]


def test_the_sample_holds_every_mention_of_the_people_drawn(site: Site) -> None:
    for number in range(200):
        who = {"target_id": f"t{number // 2}" if number % 5 else None, "account_id": f"a{number // 2}"}
        site.private.add("mentions", f"m{number}", NOON + timedelta(minutes=number), is_self=number % 7 == 0, **who)
        if number % 90 == 0:
            site.commit(NOON + timedelta(hours=4))
    site.commit(NOON + timedelta(hours=5))
    drawn = {"account": "right(account_id::VARCHAR, 1) = '0'", "target": "right(target_id::VARCHAR, 1) = '0'"}
    for person, chosen in drawn.items():
        columns = 'SELECT occurred_at, account_id, target_id, "language", request_class FROM'
        expected = site.rows(f"{columns} mentions WHERE NOT is_self AND {chosen} ORDER BY ALL")
        assert len(expected) >= 3
        assert site.rows(f"{columns} people_sample WHERE {person}_drawn ORDER BY ALL") == expected


def test_a_late_answer_restates_the_bucket_of_its_mention(site: Site) -> None:
    site.private.add("mentions", "m1", NOON, language="fr")
    site.commit(NOON + timedelta(minutes=1))
    query = 'SELECT "hour", "language", outcome, requests FROM requests_hour'
    assert site.rows(query) == [(NOON, "fr", "unanswered", 1)]
    site.private.add("generations", "g1", NOON + timedelta(days=3), mention_id="m1", outcome="refused")
    site.commit(NOON + timedelta(days=3))
    assert site.rows(query) == [(NOON, "fr", "refused", 1)]
    site.compact(NOON + timedelta(days=4))
    assert site.rows(query) == [(NOON, "fr", "refused", 1)]


def test_an_earlier_answer_that_comes_later_changes_nothing(site: Site) -> None:
    site.private.add("mentions", "m1", NOON)
    site.private.add("generations", "g1", NOON + timedelta(minutes=9), mention_id="m1", outcome="fulfilled")
    site.commit(NOON + timedelta(minutes=10))
    site.private.add("generations", "g2", NOON + timedelta(minutes=5), mention_id="m1", outcome="refused")
    site.commit(NOON + timedelta(minutes=11))
    assert site.rows("SELECT outcome, requests FROM requests_day") == [("fulfilled", 1)]
    assert site.rows("SELECT outcome, answers FROM exchanges") == [("fulfilled", 2)]


def test_what_became_of_an_exchange(site: Site) -> None:
    site.private.add("mentions", "m1", NOON, post_id="asking")
    site.private.add("generations", "g1", NOON, mention_id="m1", post_id="answering")
    hours = [NOON + timedelta(hours=hour) for hour in range(6)]
    site.private.add("moderations", "r1", hours[2], subject_id="answering", action="reported")
    site.private.add("moderations", "r2", hours[1], mention_id="m1", action="reported")
    site.private.add("moderations", "r3", hours[3], post_id="asking", action="removed")
    site.private.add("moderations", "r4", hours[4], post_id="answering", action="restored")
    site.commit(hours[5])
    query = "SELECT reported_at, removed_at, restored_at, taken_down, deleted_by_author_at FROM exchanges"
    assert site.rows(query) == [(hours[1], hours[3], hours[4], False, None)]


def test_exchanges_between_agrees_with_exchanges(site: Site) -> None:
    for hour in range(5):
        site.private.add("mentions", f"m{hour}", NOON + timedelta(hours=hour))
        site.private.add("generations", f"g{hour}", NOON + timedelta(days=hour), mention_id=f"m{hour}")
    site.commit(NOON + timedelta(days=9))
    span = "TIMESTAMP '2026-03-10 13:00:00', TIMESTAMP '2026-03-10 15:00:00'"
    between = site.reader.query(f"SELECT * FROM exchanges_between({span}) ORDER BY event_id")
    whole = site.reader.query("SELECT * FROM exchanges WHERE hour(occurred_at) IN (13, 14) ORDER BY event_id")
    assert len(between) == 2
    assert set(between.columns) == set(whole.columns)
    assert between.select(whole.columns).equals(whole)
