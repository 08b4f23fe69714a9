"""The catalogue: a small DuckDB file of views over the segments, replaced whole.

The template with the public views (`sql/publish/catalogue`) and their comments is made once a process. Publishing copies it,
points the views of the schema `files` at the present segments, fills the tables `status` and `segments`, and
renames it over `catalog.duckdb`. So the wide views are bound once, and only short ones each time.
"""

import errno
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from veille.events import SCHEMA_VERSION
from veille.store.publish.columns import Columns
from veille.store.publish.relations import EVENT_RELATIONS, FORMAT, SegmentRelation
from veille.store.publish.segments import Segment, SegmentFolder, segment_table, view_of_files
from veille.store.publish.template import Attached, template
from veille.store.publish.whole import PUBLISHED

FILE_NAME = "catalog.duckdb"
_ROOM_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Status:
    """What the table `status` says besides counts. Times are UTC."""

    as_of: datetime | None
    watermark: datetime | None
    published_at: datetime
    simulated: bool


class CatalogueWriter:
    """Writes `catalog.duckdb` of one published folder; used by one thread."""

    def __init__(self, folder: SegmentFolder) -> None:
        self._folder = folder
        self._connection = duckdb.connect(config={"threads": "1", "memory_limit": "256MB"})
        self._connection.execute("SET parquet_metadata_cache = true")

    @property
    def path(self) -> Path:
        return self._folder.root / FILE_NAME

    def close(self) -> None:
        self._connection.close()

    def write(self, segments: Sequence[Segment], status: Status, columns: Columns) -> None:
        """Replace the catalogue by one that lists `segments`. Raises duckdb.Error or OSError; the old one stays then.

        columns: of all relations, also of those without a segment.
        """
        temporary = self._folder.temporary / FILE_NAME
        temporary.write_bytes(template(columns))
        try:
            with Attached(self._connection, temporary):
                self._fill(segments, status)
            _require_finished(temporary)
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)
            _log(temporary).unlink(missing_ok=True)

    def _fill(self, segments: Sequence[Segment], status: Status) -> None:
        by_relation: dict[str, list[Segment]] = {name: [] for name in PUBLISHED}
        for segment in segments:
            by_relation[segment.relation].append(segment)
        for name, listed in by_relation.items():
            if listed:
                self._point(PUBLISHED[name], listed)
        self._connection.register("listed", segment_table(segments))
        self._connection.execute("INSERT INTO segments BY NAME SELECT * EXCLUDE (created_at) FROM listed")
        self._connection.unregister("listed")
        counts = {name: sum(segment.row_count for segment in by_relation[name]) for name in EVENT_RELATIONS}
        newest = max((segment.last_at for name in EVENT_RELATIONS for segment in by_relation[name]), default=None)
        row = (status.as_of, status.watermark, status.published_at, newest, *counts.values(), status.simulated)
        self._connection.execute(
            "INSERT INTO status VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*row, SCHEMA_VERSION, FORMAT]
        )

    def _point(self, relation: SegmentRelation, segments: Sequence[Segment]) -> None:
        if not relation.summed:
            self._view(relation.name, [segment.path for segment in segments])
            return
        for suffix, part in zip(("settled", "open"), split_settled(segments), strict=True):
            if part:  # the template's view is empty already
                self._view(f"{relation.name}_{suffix}", [segment.path for segment in part])

    def _view(self, name: str, paths: Sequence[str]) -> None:
        self._connection.execute(view_of_files(name, self._folder.root, paths))


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _require_finished(path: Path) -> None:
    """DuckDB folds its log into the file when it detaches it, and keeps silent where it cannot."""
    if _log(path).exists():
        full = shutil.disk_usage(path.parent).free < _ROOM_BYTES
        raise OSError(errno.ENOSPC if full else errno.EIO, "the catalogue was not finished")


def split_settled(segments: Iterable[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Segments that overlap no other in time (their rows are final as they stand), and the rest."""
    settled: list[Segment] = []
    unsettled: list[Segment] = []
    for group in _overlapping(segments):
        (settled if len(group) == 1 else unsettled).extend(group)
    return settled, unsettled


def _overlapping(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    reach = datetime.min
    for segment in sorted(segments, key=lambda one: (one.first_at, one.last_at, one.path)):
        if group and segment.first_at > reach:
            yield group
            group = []
        group.append(segment)
        reach = max(reach, segment.last_at) if len(group) > 1 else segment.last_at
    if group:
        yield group
