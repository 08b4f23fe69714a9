"""Which stretch of time a page shows, and in which steps: pure, times in UTC without a zone.

Hours and days begin as in the zone that the person chose; a day is 24 hours, so after a change of the clocks the later days of a
span begin an hour off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards import zones

RELATIVE = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
"""Ranges that end now."""
NAMES = (*RELATIVE, "all", "custom")
AUTO = 0
MOST_STEPS = 2_000
"""More bars than this cannot be told apart."""
_STEP_UP_TO = ((60, timedelta(hours=2)), (600, timedelta(hours=36)), (3600, timedelta(days=14)))
_ASLEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """[since, until) in steps of `step_seconds`; [before, since) is the period of equal length before it.

    anchored: relative to the newest event instead of the clock, because the data are history or end more than 7 days ago. coarsened: the
    asked step would have made too many bars. live: whether new events can still fall into it. origin: where a step begins, at or before
    `since`.
    """

    before: datetime
    since: datetime
    until: datetime
    step_seconds: int
    anchored: bool
    coarsened: bool
    live: bool
    origin: datetime

    @property
    def steps(self) -> dict[str, object]:
        """Parameters of queries that count by step."""
        return {"since": self.since, "until": self.until, "step_seconds": self.step_seconds, "origin": self.origin}

    @property
    def between(self) -> dict[str, object]:
        """Parameters of queries about this period and the one directly before it."""
        return {"before": self.before, "since": self.since, "until": self.until}

    @property
    def earlier(self) -> tuple[datetime, datetime]:
        """The same hours of the day, whole days before, without overlap: what this period is compared with."""
        days = -((self.since - self.until) // timedelta(days=1))
        return self.since - timedelta(days=days), self.until - timedelta(days=days)

    @property
    def same_hours(self) -> dict[str, object]:
        """Parameters of queries that compare this period with the same hours before."""
        since, until = self.earlier
        return {"before_since": since, "before_until": until, "since": self.since, "until": self.until}

    def compared(self, first_at: datetime | None) -> bool:
        """Whether data reach back far enough for the same hours before to be a fair comparison."""
        return first_at is not None and first_at <= self.earlier[0]


def relative(
    name: str,
    step: int,
    now: datetime,
    first_at: datetime | None,
    newest_at: datetime | None,
    zone: str = zones.DEFAULT,
    *,
    live: bool = True,
) -> Span:
    """The span of a relative range (a key of RELATIVE, or `all`), with the unfinished minute; it begins on a whole step and is
    at most as long as its name says, so that the same hours before do not overlap it. live: whether events arrive as they happen."""
    anchored = newest_at is not None and (not live or newest_at < now - _ASLEEP)
    end = newest_at if anchored and newest_at is not None else now
    until = floor(end, 60) + timedelta(minutes=1)
    if name == "all":
        since = floor(first_at or end - timedelta(days=1), 86_400, zone)
    else:
        length = RELATIVE[name]
        unit = next(seconds for seconds, most in (*_STEP_UP_TO, (86_400, timedelta.max)) if length <= most)
        since = _ceil(until - length, unit, zone)
    return _span(min(since, until - timedelta(minutes=1)), until, step, zone, anchored=anchored, live=not anchored)


def absolute(since: datetime, until: datetime, step: int, now: datetime, zone: str = zones.DEFAULT) -> Span:
    """The span between two moments that a person chose, in either order, to the minute."""
    first, last = sorted((floor(since, 60), floor(until, 60)))
    return _span(first, max(last, first + timedelta(minutes=1)), step, zone, anchored=False, live=last >= now)


def _span(since: datetime, until: datetime, step: int, zone: str, *, anchored: bool, live: bool) -> Span:
    length = until - since
    chosen = step or next((seconds for seconds, most in _STEP_UP_TO if length <= most), 86_400)
    fitting = next(
        (s for s in (60, 600, 3600, 86_400) if s >= chosen and length.total_seconds() / s <= MOST_STEPS), 86_400
    )
    origin = floor(since, fitting, zone)
    return Span(
        before=since - length,
        since=since,
        until=until,
        step_seconds=fitting,
        anchored=anchored,
        coarsened=fitting != chosen,
        live=live,
        origin=origin,
    )


def _ceil(at: datetime, seconds: int, zone: str) -> datetime:
    begun = floor(at, seconds, zone)
    return begun if begun == at else begun + timedelta(seconds=seconds)


def floor(at: datetime, seconds: int, zone: str = zones.DEFAULT) -> datetime:
    """The begin of the step that a time (UTC) lies in, as a clock in the zone counts them."""
    start, wall = datetime(2000, 1, 1), zones.local(at, zone)
    return zones.utc(start + timedelta(seconds=(wall - start) // timedelta(seconds=1) // seconds * seconds), zone)
