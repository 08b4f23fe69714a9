"""Compaction: merges small segments into larger ones, beside ingest and publishing.

It reads and writes only Parquet files, with a small in-memory DuckDB of its own, and touches the private database for
one short transaction a merge: inputs retired, outputs registered. Retired segments stay on disk for readers that
hold an older catalogue, and are deleted later. A crash leaves at most unregistered files, which `Publisher.start`
deletes.
"""

import shutil
from datetime import datetime, timedelta

import duckdb

from veille.store.publish.cut import ordered, within
from veille.store.publish.errors import translated
from veille.store.publish.plan import CompactionJob, in_order, next_job
from veille.store.publish.publisher import Publisher, roll_back
from veille.store.publish.relations import RELATIONS, Calendar, Partition, SegmentRelation
from veille.store.publish.segments import Register, Segment
from veille.store.sql import literal
from veille.times import naive

MEMORY_LIMIT = "256MB"
_LISTED_MARGIN = timedelta(seconds=1)
"""A catalogue may have been composed just before a merge and written just after."""


class Compactor:
    """Merges one published folder; every method belongs to one thread, other than the publisher's.

    Make it after `Publisher.start`. The next `Publisher.publish` lists what it has merged.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._folder = publisher.folder
        self._settings = publisher.settings
        self._exclusive = publisher.exclusive
        self._connection = publisher.cursor()
        self._register = Register(self._connection)
        self._spill = self._folder.temporary / "spill"
        shutil.rmtree(self._spill, ignore_errors=True)
        self._merger = duckdb.connect(config={"threads": "1", "memory_limit": MEMORY_LIMIT})
        self._merger.execute(f"SET temp_directory = {literal(str(self._spill))}")

    def step(self, now: datetime) -> int:
        """At most one merge for each relation, and deletion of what no reader needs. Returns the number of merges.

        Call again soon while it returns more than 0. Raises PublishError; then nothing has changed.
        """
        at = naive(now)
        merged = 0
        with translated(self._folder.root):
            for relation in RELATIONS.values():
                with self._exclusive:
                    merged += self._merge_one(relation, at)
            self._delete_expired(at)
        return merged

    def close(self) -> None:
        self._merger.close()
        self._connection.close()

    def _merge_one(self, relation: SegmentRelation, at: datetime) -> bool:
        listed = [segment for segment in self._register.active() if segment.relation == relation.name]
        calendar = Calendar(at.date(), self._settings.monthly_after_days)
        job = next_job(relation, listed, calendar, at)
        if job is None:
            return False
        outputs = self._merge(job, calendar, at)
        try:
            self._swap(job, outputs, at)
        except BaseException:
            self._folder.delete(segment.path for segment in outputs)
            raise
        return True

    def _merge(self, job: CompactionJob, calendar: Calendar, at: datetime) -> list[Segment]:
        source, sorted_already = self._source(job)
        if job.partition is not None:
            query = source if sorted_already else ordered(job.relation, source)
            segment = self._folder.write(self._merger, job.relation, job.partition, query, at)
            return [segment] if segment else []
        outputs: list[Segment] = []
        try:
            for partition in self._partitions(job.relation, source, calendar):
                query = ordered(job.relation, source, within(job.relation, [partition]))
                segment = self._folder.write(self._merger, job.relation, partition.name, query, at)
                outputs += [segment] if segment else []
        except BaseException:
            self._folder.delete(segment.path for segment in outputs)
            raise
        return outputs

    def _source(self, job: CompactionJob) -> tuple[str, bool]:
        """The inputs' rows, summed where they are deltas; and whether they come in the order that segments have."""
        segments, apart = in_order(job.inputs)
        paths = ", ".join(literal(str(self._folder.root / segment.path)) for segment in segments)
        rows = f"SELECT * FROM read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"  # noqa: S608
        if not job.relation.summed:
            return rows, apart
        measures = ", ".join(f"{sql} AS {name}" for name, sql in job.relation.measures)
        names = ", ".join(name for name, _ in job.relation.measures)
        left = f"sum({job.relation.measures[0][0]}) <> 0" if job.relation.deltas else "true"
        return f"SELECT * EXCLUDE ({names}), {measures} FROM ({rows}) GROUP BY ALL HAVING {left}", False  # noqa: S608

    def _partitions(self, relation: SegmentRelation, source: str, calendar: Calendar) -> list[Partition]:
        days = f'SELECT DISTINCT "{relation.time}"::DATE AS on_day FROM ({source})'  # noqa: S608  static source
        found = self._merger.execute(days).fetchall()
        return sorted({calendar.partition(day, relation.finest) for (day,) in found})

    def _swap(self, job: CompactionJob, outputs: list[Segment], at: datetime) -> None:
        self._connection.begin()
        try:
            self._register.retire([segment.path for segment in job.inputs], at)
            self._register.add(outputs)
            self._connection.commit()
        except BaseException:
            roll_back(self._connection)
            raise

    def _delete_expired(self, at: datetime) -> None:
        keep = timedelta(minutes=self._settings.retire_minutes)
        expired = self._register.expired(min(at - keep, self._publisher.listed_at - _LISTED_MARGIN))
        if expired:
            self._folder.delete(expired)
            self._register.forget(expired)
