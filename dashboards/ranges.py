"""Which stretch of time a page shows, and in which steps: pure, times in UTC without a zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RELATIVE = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
"""Ranges that end now."""
LABELS = {"1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d", "30d": "30 d", "all": "All", "custom": "Custom"}
AUTO = 0
MOST_STEPS = 2_000
"""More bars than this cannot be told apart."""
_STEP_UP_TO = ((60, timedelta(hours=2)), (600, timedelta(hours=36)), (3600, timedelta(days=14)))
_ASLEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """[since, until) in steps of `step_seconds`; [before, since) is the period of equal length that it is compared with.

    anchored: relative to the newest event instead of the clock, because that event is more than 7 days old. coarsened: the
    asked step would have made too many bars. live: whether new events can still fall into it.
    """

    before: datetime
    since: datetime
    until: datetime
    step_seconds: int
    anchored: bool
    coarsened: bool
    live: bool

    def compared(self, first_at: datetime | None) -> bool:
        """Whether data reach back far enough for the period before to be a fair comparison."""
        return first_at is not None and first_at <= self.before


def relative(name: str, step: int, now: datetime, first_at: datetime | None, newest_at: datetime | None) -> Span:
    """The span of a relative range (a key of RELATIVE, or `all`), with the unfinished minute; it begins on a whole minute, hour or day."""
    anchored = newest_at is not None and newest_at < now - _ASLEEP
    end = newest_at if anchored and newest_at is not None else now
    until = _floor(end, 60) + timedelta(minutes=1)
    if name == "all":
        since = _floor(first_at or end - timedelta(days=1), 86_400)
    else:
        length = RELATIVE[name]
        unit = 60 if length < timedelta(days=1) else 3600 if length < timedelta(days=14) else 86_400
        since = _floor(end - length, unit)
    return _span(min(since, until - timedelta(minutes=1)), until, step, anchored=anchored, live=not anchored)


def absolute(since: datetime, until: datetime, step: int, now: datetime) -> Span:
    """The span between two moments that a person chose, in either order, to the minute."""
    first, last = sorted((_floor(since, 60), _floor(until, 60)))
    return _span(first, max(last, first + timedelta(minutes=1)), step, anchored=False, live=last >= now)


def _span(since: datetime, until: datetime, step: int, *, anchored: bool, live: bool) -> Span:
    length = until - since
    chosen = step or next((seconds for seconds, most in _STEP_UP_TO if length <= most), 86_400)
    fitting = next(
        (s for s in (60, 600, 3600, 86_400) if s >= chosen and length.total_seconds() / s <= MOST_STEPS), 86_400
    )
    return Span(since - length, since, until, fitting, anchored=anchored, coarsened=fitting != chosen, live=live)


def _floor(at: datetime, seconds: int) -> datetime:
    start = datetime(2000, 1, 1)
    return start + timedelta(seconds=(at - start) // timedelta(seconds=1) // seconds * seconds)
