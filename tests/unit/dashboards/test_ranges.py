from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import ranges

NOW = datetime(2026, 1, 31, 14, 35, 20)
moments = st.datetimes(datetime(2016, 1, 1), datetime(2027, 1, 1))
steps = st.sampled_from([ranges.AUTO, 60, 600, 3600, 86_400])


@pytest.mark.parametrize(
    ("name", "since", "step"),
    [
        ("1h", datetime(2026, 1, 31, 13, 36), 60),
        ("24h", datetime(2026, 1, 30, 14, 40), 600),
        ("7d", datetime(2026, 1, 24, 15), 3600),
        ("30d", datetime(2026, 1, 2), 86_400),
        ("all", datetime(2025, 12, 25), 86_400),
    ],
)
def test_relative_ranges_end_with_the_unfinished_minute(name: str, since: datetime, step: int) -> None:
    span = ranges.relative(name, ranges.AUTO, NOW, first_at=datetime(2025, 12, 25, 3), newest_at=NOW)
    assert (span.since, span.until, span.step_seconds) == (since, datetime(2026, 1, 31, 14, 36), step)
    assert span.live
    assert not span.anchored


def test_old_data_are_shown_from_their_own_end() -> None:
    newest = datetime(2017, 5, 1, 10, 30, 30)
    span = ranges.relative("24h", ranges.AUTO, NOW, first_at=datetime(2014, 1, 1), newest_at=newest)
    assert (span.since, span.until) == (datetime(2017, 4, 30, 10, 40), datetime(2017, 5, 1, 10, 31))
    assert span.anchored
    assert not span.live


def test_a_feed_that_stopped_days_ago_is_still_shown_against_the_clock() -> None:
    span = ranges.relative("24h", ranges.AUTO, NOW, first_at=None, newest_at=NOW - timedelta(days=3))
    assert span.until == datetime(2026, 1, 31, 14, 36)


def test_a_comparison_needs_data_over_the_same_hours_before() -> None:
    span = ranges.relative("24h", ranges.AUTO, NOW, None, NOW)
    assert span.compared(span.earlier[0])
    assert not span.compared(span.earlier[0] + timedelta(minutes=1))
    assert not span.compared(None)


@pytest.mark.parametrize(("name", "days"), [("1h", 1), ("6h", 1), ("24h", 1), ("7d", 7), ("30d", 30)])
def test_the_same_hours_before_are_whole_days_earlier(name: str, days: int) -> None:
    span = ranges.relative(name, ranges.AUTO, NOW, None, NOW)
    assert span.earlier == (span.since - timedelta(days=days), span.until - timedelta(days=days))


def test_days_and_hours_begin_as_in_the_chosen_zone() -> None:
    span = ranges.relative("30d", ranges.AUTO, NOW, None, NOW, "Asia/Kolkata")
    assert (span.since.hour, span.since.minute) == (18, 30)
    day = ranges.absolute(NOW, NOW + timedelta(days=1), 86_400, NOW, "America/New_York")
    assert day.origin == datetime(2026, 1, 31, 5)


def test_too_fine_a_step_is_coarsened_and_said_so() -> None:
    span = ranges.absolute(datetime(2026, 1, 1), datetime(2026, 2, 1), 60, NOW)
    assert (span.step_seconds, span.coarsened) == (3600, True)


@given(st.sampled_from([*ranges.RELATIVE, "all"]), steps, moments, st.none() | moments, st.none() | moments)
def test_any_span_is_sound(
    name: str, step: int, now: datetime, first: datetime | None, newest: datetime | None
) -> None:
    sound(ranges.relative(name, step, now, first, newest))


@given(moments, moments, steps)
def test_any_two_moments_make_a_span(one: datetime, other: datetime, step: int) -> None:
    span = ranges.absolute(one, other, step, NOW)
    assert span == ranges.absolute(other, one, step, NOW)
    sound(span)


def sound(span: ranges.Span) -> None:
    length = span.until - span.since
    assert timedelta(minutes=1) <= length == span.since - span.before == span.earlier[1] - span.earlier[0]
    assert span.earlier[1] <= span.since
    assert span.origin <= span.since < span.origin + timedelta(seconds=span.step_seconds) + timedelta(hours=1)
    assert span.step_seconds == 86_400 or length.total_seconds() / span.step_seconds <= ranges.MOST_STEPS
