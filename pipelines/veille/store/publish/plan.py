"""Which segments to merge next: a pure function of what is listed and the time.

Segments of the present partition merge in tiers: FAN_OUT of about one size become one of the next, so a row is
rewritten about log8(segments) times. A past partition becomes one file as soon as that costs little, or after a
while. Days of old months become the month's file, months of old years the year's. Mixed segments are split.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from veille.store.publish.relations import MIXED_PARTITION, Calendar, Partition, SegmentRelation, parse_partition
from veille.store.publish.segments import Segment

FAN_OUT = 8
SETTLING = timedelta(hours=1)
"""A partition is past this long after its end."""
PATIENCE = timedelta(hours=6)
"""After so long a few late rows are merged into a past partition's large file."""
MIXED_PATIENCE = timedelta(minutes=10)
MIXED_ROWS = 100_000
CROWDED = 200
"""With more segments than this in one view, past partitions are merged at any cost."""


@dataclass(frozen=True, slots=True)
class CompactionJob:
    """Merge the inputs into one segment of `partition`; None: into one for each partition that they touch."""

    relation: SegmentRelation
    inputs: tuple[Segment, ...]
    partition: str | None


def next_job(
    relation: SegmentRelation, segments: Sequence[Segment], calendar: Calendar, now: datetime
) -> CompactionJob | None:
    """The most useful merge among a relation's listed segments; None when all is well."""
    groups: dict[str, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(_target(relation, segment.partition, calendar), []).append(segment)
    mixed = groups.pop(MIXED_PARTITION, [])
    if mixed and _ripe(mixed, now):
        return CompactionJob(relation, tuple(mixed), None)
    tier = _tier(mixed)
    if tier:
        return CompactionJob(relation, tier, MIXED_PARTITION)
    crowded = len(segments) > CROWDED
    for name, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        inputs = _inputs(name, group, now, crowded)
        if inputs:
            return CompactionJob(relation, inputs, name)
    return None


def in_order(segments: Iterable[Segment]) -> tuple[list[Segment], bool]:
    """The segments by time, and whether none overlaps the next: then joining them keeps their order."""
    ordered = sorted(segments, key=lambda one: (one.first_at, one.last_at, one.path))
    return ordered, all(a.last_at <= b.first_at for a, b in pairwise(ordered))


def _target(relation: SegmentRelation, name: str, calendar: Calendar) -> str:
    partition = parse_partition(name)
    return name if partition is None else _wider(partition, calendar, relation).name


def _wider(partition: Partition, calendar: Calendar, relation: SegmentRelation) -> Partition:
    today = calendar.partition(partition.since.date(), relation.finest)
    wider = today.until - today.since > partition.until - partition.since
    return today if wider else partition  # a clock set back splits nothing


def _ripe(mixed: Sequence[Segment], now: datetime) -> bool:
    oldest = min(segment.created_at for segment in mixed)
    return sum(segment.row_count for segment in mixed) >= MIXED_ROWS or now - oldest >= MIXED_PATIENCE


def _inputs(name: str, group: Sequence[Segment], now: datetime, crowded: bool) -> tuple[Segment, ...]:
    moved = any(segment.partition != name for segment in group)
    partition = parse_partition(name)
    if moved or (len(group) > 1 and partition and _past(partition, now) and _worth_it(group, now, crowded)):
        return tuple(group)
    return _tier(group)


def _past(partition: Partition, now: datetime) -> bool:
    return partition.until + SETTLING <= now


def _worth_it(group: Sequence[Segment], now: datetime, crowded: bool) -> bool:
    *small, large = sorted(group, key=lambda segment: segment.row_count)
    cheap = FAN_OUT * sum(segment.row_count for segment in small) >= large.row_count
    return crowded or cheap or now - min(segment.created_at for segment in small) >= PATIENCE


def _tier(group: Sequence[Segment]) -> tuple[Segment, ...]:
    """The lowest tier of sizes that has FAN_OUT segments, nothing where none has."""
    tiers: dict[int, list[Segment]] = {}
    for segment in group:
        tiers.setdefault((max(segment.row_count, 1).bit_length() - 1) // 3, []).append(segment)
    return next((tuple(tier) for _, tier in sorted(tiers.items()) if len(tier) >= FAN_OUT), ())
