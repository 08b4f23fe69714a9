"""Few rows in, exact rows out, for every query of the pages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from scipy.stats import binomtest

from tests.unit.dashboards.conftest import Tables

NOON = datetime(2026, 1, 10, 12)
HOUR = timedelta(hours=1)
PERIODS = {"before_since": NOON - HOUR, "before_until": NOON, "since": NOON, "until": NOON + HOUR}
RANGE = {"since": NOON, "until": NOON + HOUR}


def request(at: datetime, requests: int, **keys: Any) -> dict[str, Any]:
    return {
        "minute": at,
        "platform": "x",
        "request_class": "sexualising",
        "is_self": False,
        "outcome": "refused",
        "requests": requests,
        **keys,
    }


def test_status_tells_age_size_and_simulation(tables: Tables) -> None:
    at = NOON - HOUR
    tables.add("status", {"as_of": NOON, "watermark": at, "published_at": NOON, "newest_occurred_at": NOON, "mentions": 3, "generations": 2,
                          "moderations": 1, "simulated": False, "schema_version": 1, "published_format": 1})  # fmt: skip
    tables.add("segments", segment("feed", at - HOUR), segment("mentions", at), segment("generations", NOON))
    expected = {"as_of": NOON, "watermark": at, "published_at": NOON, "first_at": at, "newest_at": NOON, "mentions": 3, "generations": 2,
                "moderations": 1, "simulated": False}  # fmt: skip
    assert tables.ask("status") == [expected]
    tables.add("coverage", covered(NOON, collection_id="simulated:winter@1"))
    assert tables.ask("status") == [expected | {"simulated": True}]


def test_headline_counts_answers_apart_from_errors_silence_and_oneself(tables: Tables) -> None:
    tables.add(
        "requests_minute",
        request(NOON - HOUR - timedelta(minutes=1), 99),
        request(NOON - HOUR, 4),
        request(NOON, 3, outcome="fulfilled"),
        request(NOON, 1, outcome="partial"),
        request(NOON + timedelta(minutes=59), 6),
        request(NOON, 7, outcome="error"),
        request(NOON, 8, outcome="unanswered"),
        request(NOON, 10, outcome="unknown"),
        request(NOON, 9, is_self=True, outcome="fulfilled"),
        request(NOON, 50, request_class="question"),
        request(NOON + HOUR, 99),
    )
    before, now = tables.ask("headline", **PERIODS, request_class="sexualising")
    interval = binomtest(3, 10).proportion_ci(method="wilson")
    assert (now.pop("low"), now.pop("high")) == pytest.approx((interval.low, interval.high), abs=1e-12)
    assert now == {"period": "now", "requests": 35, "fulfilled": 3, "partial": 1, "refused": 6, "errors": 7, "unknown": 10,
                   "unanswered": 8, "self_requests": 9, "answered_rate": 0.3, "rate_min": 0.15, "rate_max": 0.65}  # fmt: skip
    assert (before["period"], before["requests"], before["answered_rate"]) == ("before", 4, 0.0)
    assert before["low"] == 0
    assert tables.ask("headline", **PERIODS, request_class=None)[1]["requests"] == 85


def test_headline_without_events_is_zero_and_has_no_rate(tables: Tables) -> None:
    for row in tables.ask("headline", **PERIODS, request_class=None):
        assert row["requests"] == row["self_requests"] == 0
        assert row["answered_rate"] is row["low"] is row["high"] is None


def test_production_counts_images_and_puts_videos_apart(tables: Tables) -> None:
    made = {
        "minute": NOON,
        "platform": "x",
        "outcome": "fulfilled",
        "sexualised": "none",
        "plan": "free",
        "linked": False,
    }
    tables.add(
        "production_minute",
        made | {"media_type": "image", "generations": 5},
        made | {"media_type": None, "generations": 1, "outcome": "partial", "sexualised": "suggestive", "linked": True},
        made | {"media_type": "video", "generations": 2, "sexualised": "explicit"},
        made | {"media_type": None, "generations": 7, "outcome": "refused"},
        made | {"media_type": "image", "generations": 3, "minute": NOON - HOUR},
    )
    before, now = tables.ask("production", **PERIODS)
    assert now == {"period": "now", "images": 6, "partial": 1, "sexualised": 1, "linked": 1, "videos": 2}
    assert before["images"] == 3
    odd = {name: at + timedelta(minutes=20) for name, at in PERIODS.items()}
    tables.add("production_minute", *(made | {"media_type": "image", "generations": n, "minute": NOON + timedelta(minutes=m)}
                                      for n, m in ((10, 19), (20, 20), (40, 79), (80, 80))))  # fmt: skip
    assert [row["images"] for row in tables.ask("production", **odd)] == [16, 60], "minutes at the ends of a period"


def test_targets_are_counted_once_and_nobody_for_herself(tables: Tables) -> None:
    def asked(target: int | None, at: datetime, **keys: Any) -> dict[str, Any]:
        identity = None if target is None else f"00000000-0000-0000-0000-{target:012d}"
        return {"occurred_at": at, "target_id": identity, "is_self": False, "request_class": "sexualising", **keys}

    tables.add("mentions", asked(1, NOON), asked(1, NOON), asked(2, NOON, is_self=True), asked(None, NOON),
               asked(3, NOON, request_class="question"), asked(1, NOON - HOUR), asked(4, NOON - HOUR), asked(5, NOON + HOUR))  # fmt: skip
    assert tables.ask("targets", **PERIODS, request_class="sexualising", one_in=1) == [
        {"period": "before", "targets": 2, "low": 2, "high": 2},
        {"period": "now", "targets": 1, "low": 1, "high": 1},
    ]
    assert tables.ask("targets", **PERIODS, request_class=None, one_in=1)[1]["targets"] == 2


def test_a_share_of_the_targets_gives_their_number_within_its_interval(tables: Tables) -> None:
    asked = {"occurred_at": NOON, "account_id": str(UUID(int=1)), "is_self": False, "request_class": "question"}
    tables.add("mentions", *(asked | {"target_id": str(uuid5(UUID(int=7), str(n)))} for n in range(20_000)))
    _, now = tables.ask("targets", **PERIODS, request_class=None, one_in=16)
    assert now["low"] < 20_000 < now["high"]
    assert now["low"] < now["targets"] < now["high"] < 22_500


def test_pairs_of_steps_for_the_interval_of_a_change(tables: Tables) -> None:
    tables.add("requests_minute", request(NOON - 24 * HOUR, 1), request(NOON, 2), request(NOON + timedelta(minutes=40), 4),
               request(NOON - HOUR, 8), request(NOON, 16, is_self=True), request(NOON, 32, request_class="question"))  # fmt: skip
    since = {"before_since": NOON - 24 * HOUR, "since": NOON, "until": NOON + HOUR}
    assert tables.ask("headline_pairs", **since, pairs=6, request_class="sexualising") == [
        {"pair": 0, "before": 1, "now": 2},
        {"pair": 4, "before": 0, "now": 4},
    ]


FOUND = "00000000-0000-0000-0000-000000000001"


def surge(surge_id: str, opened: datetime, closed: datetime | None, **keys: Any) -> dict[str, Any]:
    return {"surge_id": surge_id, "version": 1, "series_kind": "target", "series_key": FOUND, "target_id": FOUND, "opened_at": opened,
            "closed_at": closed, "observed": 9, "accounts": 4, **keys}  # fmt: skip


def cluster(cluster_id: str, active: datetime, **keys: Any) -> dict[str, Any]:
    return {"cluster_id": cluster_id, "tier": "validated", "state": "active", "verdict": "open", "born_at": active - HOUR,
            "last_active_at": active, "accounts": 7, "targets": 2, **keys}  # fmt: skip


def test_marks_are_what_reaches_into_the_period(tables: Tables) -> None:
    tables.add("surges", surge("past", NOON - 3 * HOUR, NOON - HOUR), surge("runs", NOON - 3 * HOUR, None),
               surge("new", NOON, NOON + HOUR, observed=1), surge("later", NOON + HOUR, None))  # fmt: skip
    tables.add("clusters", cluster("a", NOON), cluster("gone", NOON, state="merged"), cluster("old", NOON - HOUR))
    tables.add("annotations", {"annotation_id": "n", "since": NOON, "note": "a note", "author": "Mila"},
               {"annotation_id": "m", "since": NOON - HOUR, "note": "before", "author": "Mila"})  # fmt: skip
    rows = tables.ask("marks", **RANGE, top=10)
    assert [(row["lane"], row["mark_id"]) for row in rows] == [
        ("annotation", "n"),
        ("cluster", "a"),
        ("surge", "runs"),
        ("surge", "new"),
    ]
    assert [row["mark_id"] for row in tables.ask("marks", **RANGE, top=1)] == ["n", "a", "runs"]


def test_open_now_is_what_waits_for_somebody(tables: Tables) -> None:
    tables.add("surges", surge("open", NOON, None), surge("closed", NOON, NOON + HOUR))
    tables.add("clusters", cluster("a", NOON), cluster("b", NOON, verdict="rejected"), cluster("c", NOON - 25 * HOUR),
               cluster("d", NOON, state="dormant"))  # fmt: skip
    waiting = {"incident_id": "i", "opened_at": NOON, "severity": "error", "state": "open", "title": "t", "requests": 3}
    tables.add("incidents", waiting, waiting | {"incident_id": "j", "state": "resolved"},
               waiting | {"incident_id": "l", "severity": "critical"},
               waiting | {"incident_id": "k", "suppressed_by": "silence:s"},
               waiting | {"incident_id": "m", "state": "resolved", "merged_into": "i"})  # fmt: skip
    rows = tables.ask("open_now", history=False, now=NOON + HOUR, top=1)
    assert [(row["sort"], row["found_id"], row["found"]) for row in rows] == [
        ("cluster", "a", 1),
        ("incident", "l", 2),
        ("surge", "open", 1),
    ]
    past = tables.ask("open_now", history=True, now=NOON + HOUR, top=9)
    assert {row["found_id"] for row in past} == {"a", "c", "d", "i", "j", "l", "open", "closed"}


def test_volume_sums_into_steps_by_class_and_by_answer(tables: Tables) -> None:
    later = NOON + timedelta(minutes=10)
    tables.add("requests_minute", request(NOON, 1), request(NOON + timedelta(minutes=9), 2), request(later, 4, outcome="fulfilled"),
               request(later, 8, request_class="question"), request(NOON, 16, is_self=True), request(NOON + HOUR, 32))  # fmt: skip
    steps = {**RANGE, "step_seconds": 600, "origin": NOON}
    assert tables.ask("volume_by_class", **steps) == [
        {"at": NOON, "series": "sexualising", "requests": 3},
        {"at": later, "series": "question", "requests": 8},
        {"at": later, "series": "sexualising", "requests": 4},
    ]
    assert tables.ask("volume_by_outcome", **steps, request_class="sexualising") == [
        {"at": NOON, "series": "refused", "requests": 3},
        {"at": later, "series": "fulfilled", "requests": 4},
    ]
    day = tables.ask(
        "volume_by_outcome", **RANGE, step_seconds=86_400, origin=datetime(2026, 1, 10), request_class=None
    )
    assert day == [
        {"at": datetime(2026, 1, 10), "series": "fulfilled", "requests": 4},
        {"at": datetime(2026, 1, 10), "series": "refused", "requests": 11},
    ]


def test_languages_join_regions_and_gather_the_rarest(tables: Tables) -> None:
    def said(language: str | None, requests: int) -> dict[str, Any]:
        row = request(NOON, requests, language=language, hour=NOON, target_gender="unknown")
        return {key: value for key, value in row.items() if key != "minute"}

    tables.add(
        "requests_hour", said("en", 5), said("en-GB", 3), said("FR", 4), said("ja", 2), said("de", 1), said(None, 5)
    )
    assert tables.ask("languages", since=NOON, until=NOON + HOUR, request_class=None, top=2) == [
        {"language": "en", "requests": 8, "share": 0.4, "languages": 1},
        {"language": "fr", "requests": 4, "share": 0.2, "languages": 1},
        {"language": "other", "requests": 3, "share": 0.15, "languages": 2},
        {"language": None, "requests": 5, "share": 0.25, "languages": 1},
    ]
    assert tables.ask("languages", **RANGE, request_class="question", top=2) == []


def covered(hour: datetime, **keys: Any) -> dict[str, Any]:
    return {"hour": hour, "event_type": "mention", "platform": "x", "collection_id": "a", "sampling_probability": 1.0, "events": 2,
            "first_at": hour + timedelta(minutes=1), "last_at": hour + timedelta(minutes=58), **keys}  # fmt: skip


def test_coverage_joins_hours_that_follow_each_other(tables: Tables) -> None:
    tables.add("coverage", covered(NOON), covered(NOON + HOUR), covered(NOON + HOUR, platform="y"), covered(NOON + 3 * HOUR),
               covered(NOON + HOUR, sampling_probability=0.5), covered(NOON, collection_id=None, sampling_probability=None),
               covered(NOON, event_type="generation"), covered(NOON - HOUR))  # fmt: skip
    rows = tables.ask("coverage", since=NOON, until=NOON + 5 * HOUR, event_type="mention")
    first, last = NOON + timedelta(minutes=1), NOON + timedelta(minutes=58)
    assert rows == [
        {"collection_id": "a", "sampling_probability": 0.5, "first_at": first + HOUR, "last_at": last + HOUR, "events": 2},
        {"collection_id": "a", "sampling_probability": 1.0, "first_at": first, "last_at": last + HOUR, "events": 6},
        {"collection_id": "a", "sampling_probability": 1.0, "first_at": first + 3 * HOUR, "last_at": last + 3 * HOUR, "events": 2},
        {"collection_id": None, "sampling_probability": None, "first_at": first, "last_at": last, "events": 2},
    ]  # fmt: skip
    assert (
        sum(row["events"] for row in tables.ask("coverage", since=NOON, until=NOON + 5 * HOUR, event_type=None)) == 14
    )


def test_collections_say_what_each_brought(tables: Tables) -> None:
    tables.add("coverage", covered(NOON), covered(NOON + HOUR), covered(NOON, event_type="generation", events=9))
    rows = tables.ask("collections", since=NOON + timedelta(minutes=59), until=NOON + 2 * HOUR)
    assert [(row["event_type"], row["hours"], row["events"]) for row in rows] == [
        ("generation", 1, 9),
        ("mention", 2, 4),
    ]
    assert rows[1]["last_at"] == NOON + HOUR + timedelta(minutes=58)


def test_dead_letters_by_rule(tables: Tables) -> None:
    letter = {"hour": NOON, "event_type": "mention", "rule": "json", "letters": 2}
    earlier, later = letter | {"hour": NOON - HOUR, "letters": 100}, letter | {"hour": NOON + HOUR}
    tables.add(
        "dead_letter_counts", letter, earlier, later, letter | {"rule": "media_url", "event_type": None, "letters": 9}
    )
    assert tables.ask("dead_letters", since=NOON, until=NOON + 2 * HOUR) == [
        {"rule": "media_url", "event_type": None, "letters": 9, "newest_hour": NOON},
        {"rule": "json", "event_type": "mention", "letters": 4, "newest_hour": NOON + HOUR},
    ]


def test_feed_by_step_and_in_all(tables: Tables) -> None:
    def took(minute: int, accepted: int) -> dict[str, Any]:
        at = NOON + timedelta(minutes=minute)
        return {
            "minute": at,
            "batches": 1,
            "accepted": accepted,
            "duplicates": 2,
            "dead_letters": 3,
            "unknown_fields": 4,
        }

    tables.add("feed", took(-1, 1000), took(0, 1), took(9, 10), took(58, 100), took(59, 7))
    step = tables.ask("feed_rate", **RANGE, step_seconds=600, origin=NOON)
    assert step[0] == {"at": NOON, "accepted": 11, "duplicates": 4, "dead_letters": 6}
    assert [row["at"] for row in step] == [NOON, NOON + timedelta(minutes=50)]
    assert tables.ask("feed_totals", **RANGE) == [
        {
            "batches": 4,
            "accepted": 118,
            "duplicates": 8,
            "dead_letters": 12,
            "unknown_fields": 16,
            "accepted_recently": 100,
        }
    ]
    assert tables.ask("feed_totals", since=NOON + HOUR, until=NOON + 2 * HOUR)[0]["accepted"] == 0


def segment(relation: str, first_at: datetime) -> dict[str, Any]:
    return {"relation": relation, "partition": "day=2026-01-10", "path": f"{relation}-{first_at}", "row_count": 10, "byte_count": 100,
            "first_at": first_at, "last_at": first_at + HOUR}  # fmt: skip


def test_segments_by_relation(tables: Tables) -> None:
    tables.add("segments", segment("mentions", NOON), segment("mentions", NOON + HOUR), segment("feed", NOON))
    assert tables.ask("segments") == [
        {
            "relation": "mentions",
            "files": 2,
            "row_count": 20,
            "byte_count": 200,
            "first_at": NOON,
            "last_at": NOON + 2 * HOUR,
        },
        {"relation": "feed", "files": 1, "row_count": 10, "byte_count": 100, "first_at": NOON, "last_at": NOON + HOUR},
    ]


def test_a_sample_is_estimated_by_what_each_request_stands_for(tables: Tables) -> None:
    for n, kept in enumerate([0.1, 0.1, 0.5, None]):
        event = f"00000000-0000-0000-0000-{n:012d}"
        tables.add("mentions", {"event_id": event, "occurred_at": NOON, "is_self": False, "sampling_probability": kept})
        if n in (0, 2):
            outcome = "fulfilled" if n == 0 else "refused"
            tables.add(
                "generations",
                {"event_id": event, "mention_id": event, "occurred_at": NOON, "ingested_at": NOON, "outcome": outcome},
            )
    (row,) = tables.ask("sampled", since=NOON, until=NOON + HOUR, request_class=None)
    assert (row["requests"], row["unstated"], row["least"], row["most"]) == (4, 1, 0.1, 0.5)
    assert row["estimated"] == 10 + 10 + 2 + 1
    assert round(row["deviation"] ** 2) == 90 + 90 + 2
    assert (row["fulfilled"], row["decided"]) == (10, 12)
