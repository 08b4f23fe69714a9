"""What is published, and how event time is cut into partitions.

A relation is one folder of segments. *Event* relations hold rows as they are. *Summed* relations hold deltas: rows with
the same keys add up, so a late answer is published as -1 in one bucket and +1 in another, and merging segments
is summing them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from veille.events import EventType
from veille.store.event_tables import CAME_AS
from veille.store.sql import Names, filled

FORMAT = 3
"""Format of the published folder. A folder of another format is rebuilt from the private database at start."""

MIXED = "mixed"
Grain = Literal["day", "month", "year"]
Bucket = Literal["minute", "hour", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRelation:
    """One folder of segments.

    sources: what its rows in a cut come from, by the names of `sql/publish/cut/days.sql`. time: the column whose day
    decides the partition. measures: SQL of the merged value by column, empty for event relations; every other column is
    a key. deltas: whether the first measure of a summed relation is a count, so that rows can cancel out. finest: the smallest partition
    worth a file of its own. rows: the file of `sql/publish/segments` that takes its rows from a cut; view: that of
    `sql/publish/catalogue` that makes its view, each where it is not one of its own; names: what their
    placeholders stand for.
    """

    name: str
    sources: tuple[str, ...]
    time: str
    measures: tuple[tuple[str, str], ...] = ()
    deltas: bool = True
    finest: Grain = "day"
    rows: str = ""
    view: str = ""
    names: Names = field(default_factory=dict)

    @property
    def summed(self) -> bool:
        return bool(self.measures)

    @property
    def query(self) -> str:
        """Its rows of a cut."""
        return filled(f"publish/segments/{self.rows or self.name}", self.names)


EVENT_RELATIONS = ("mentions", "generations", "moderations")


_INTERNAL = {
    EventType.MENTION: ("batch", "minor_suspected", "minor_suspected_source"),
    EventType.GENERATION: ("batch", "minor_suspected", "minor_suspected_source"),
    EventType.MODERATION: ("batch",),
}
"""Columns of the private tables that are not published."""


def _events(event_type: EventType) -> SegmentRelation:
    name = event_type.table
    names = {"new": f"new_{name}", "internal": (*_INTERNAL[event_type], *CAME_AS[event_type].values())}
    return SegmentRelation(name=name, sources=(name,), time="occurred_at", rows="events", names=names)


def _counted(
    name: str, source: str, time: str, keys: tuple[str, ...], measure: str, *, finest: Grain = "day", rows: str = ""
) -> SegmentRelation:
    """A relation with one count by time and keys."""
    names = {
        "view": name, "settled": f"{name}_settled", "open": f"{name}_open", "bucket": time, "keys": keys, "measure": measure,
    }  # fmt: skip
    measures = ((measure, f"sum({measure})::BIGINT"),)
    return SegmentRelation(
        name=name,
        sources=(source,),
        time=time,
        measures=measures,
        finest=finest,
        rows=rows,
        view="counted",
        names=names,
    )


_REQUEST = ("platform", "generator", "request_class", "is_self", "outcome")
_REQUEST_IN_FULL = (
    *_REQUEST, "language", "jurisdiction", "target_gender", "target_gender_source", "target_is_public_figure",
)  # fmt: skip
_GENERATION = ("platform", "generator", "outcome", "sexualised", "surface", "plan", "media_type", "linked")


def _requests(bucket: Bucket, keys: tuple[str, ...], finest: Grain = "day") -> SegmentRelation:
    return _counted(f"requests_{bucket}", "requests", bucket, keys, "requests", finest=finest, rows="requests")


def _production(bucket: Bucket, finest: Grain = "day") -> SegmentRelation:
    return _counted(
        f"production_{bucket}", "generations", bucket, _GENERATION, "generations", finest=finest, rows="production"
    )


RELATIONS: dict[str, SegmentRelation] = {
    relation.name: relation
    for relation in (
        *map(_events, EventType),
        SegmentRelation(name="people_sample", sources=("mentions",), time="occurred_at"),
        _counted("first_asked", "first_asked", "first_at", ("target_id",), "targets"),
        _requests("minute", _REQUEST),
        _requests("hour", _REQUEST_IN_FULL),
        _requests("day", _REQUEST_IN_FULL, finest="month"),
        _production("minute"),
        _production("hour"),
        _production("day", finest="month"),
        SegmentRelation(
            name="coverage",
            sources=EVENT_RELATIONS,
            time="hour",
            measures=(
                ("events", "sum(events)::BIGINT"),
                ("first_at", "min(first_at)"),
                ("last_at", "max(last_at)"),
            ),
            finest="month",
        ),
        SegmentRelation(
            name="feed",
            sources=("batches",),
            time="minute",
            measures=tuple(
                (count, f"sum({count})::BIGINT")
                for count in ("batches", "accepted", "duplicates", "dead_letters", "unknown_fields")
            ),
        ),
        SegmentRelation(
            name="people_aliases",
            sources=("people_aliases",),
            time="known_at",
            measures=(("first_at", "min(first_at)"), ("last_at", "max(last_at)")),
            deltas=False,
            finest="month",
        ),
        _counted("dead_letter_counts", "letters", "hour", ("event_type", "rule"), "letters", finest="month"),
    )
}


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """A half-open range of event time with the name of its folder: `day=2026-01-05`, `month=2026-01`, `year=2019`."""

    since: datetime
    until: datetime
    name: str


def day_partition(day: date) -> Partition:
    since = datetime(day.year, day.month, day.day)
    return Partition(since, since + timedelta(days=1), f"day={day:%Y-%m-%d}")


def month_partition(day: date) -> Partition:
    until = datetime(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Partition(datetime(day.year, day.month, 1), until, f"month={day:%Y-%m}")


def year_partition(day: date) -> Partition:
    return Partition(datetime(day.year, 1, 1), datetime(day.year + 1, 1, 1), f"year={day:%Y}")


def parse_partition(name: str) -> Partition | None:
    """The partition of a folder name, None for the mixed one."""
    kind, _, value = name.partition("=")
    if kind == "day" and value != MIXED:
        return day_partition(date.fromisoformat(value))
    if kind == "month":
        return month_partition(date.fromisoformat(f"{value}-01"))
    if kind == "year":
        return year_partition(date(int(value), 1, 1))
    return None


MIXED_PARTITION = f"day={MIXED}"
YEARLY_AFTER_DAYS = 730


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which partition a day belongs to, seen from `today`: days, then months, then years.

    With `monthly_after_days` = 60 a relation that reaches back to 1970 has at most 62 + 25 + 56 partitions.
    """

    today: date
    monthly_after_days: int = 60

    def partition(self, day: date, finest: Grain = "day") -> Partition:
        year = year_partition(day)
        if self._older(year, YEARLY_AFTER_DAYS):
            return year
        month = month_partition(day)
        if finest == "month" or self._older(month, self.monthly_after_days):
            return month
        return day_partition(day)

    def _older(self, partition: Partition, days: int) -> bool:
        return partition.until.date() <= self.today - timedelta(days=days)
