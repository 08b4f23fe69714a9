"""The catalogue: a small DuckDB file of views over the segments, replaced whole.

A template with the public views (`sql/publish/catalogue`) and their comments is made once a process. Publishing copies it,
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

from veille.events import SCHEMA_VERSION, EventType
from veille.store import event_tables
from veille.store.finding_tables import FINDINGS
from veille.store.publish import comments, finding_views
from veille.store.publish.relations import EVENT_RELATIONS, FORMAT, RELATIONS, SegmentRelation
from veille.store.publish.segments import Segment, SegmentFolder, segment_table, view_of_files
from veille.store.publish.whole import WHOLE
from veille.store.sql import filled, literal, statement

STORAGE_VERSION = "v1.2.0"
"""Oldest DuckDB that can open the catalogue."""
BLOCK_BYTES = 16_384
FILE_NAME = "catalog.duckdb"
_ALL = {**RELATIONS, **WHOLE}
_EVENTS = {event_type.table: event_type for event_type in EventType}
_ROOM_BYTES = 1_000_000
WITHIN = {
    "requests": "exchanges",
    "exchanges": "exchanges",
    "mentions": "mentions",
    "production": "generations",
    "generations": "generations",
}
"""Relations of which both catalogues have a macro `<name>_within(since, until)`, and which one of the analyst catalogue it reads."""


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
        self._template: bytes | None = None
        self._connection = duckdb.connect(config={"threads": "1", "memory_limit": "256MB"})
        self._connection.execute("SET parquet_metadata_cache = true")

    @property
    def path(self) -> Path:
        return self._folder.root / FILE_NAME

    def close(self) -> None:
        self._connection.close()

    def write(self, segments: Sequence[Segment], status: Status) -> None:
        """Replace the catalogue by one that lists `segments`. Raises duckdb.Error or OSError; the old one stays then."""
        if self._template is None:
            self._template = self._make_template()
        temporary = self._folder.temporary / FILE_NAME
        temporary.write_bytes(self._template)
        try:
            with self._attached(temporary):
                self._fill(segments, status)
            _require_finished(temporary)
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)
            _log(temporary).unlink(missing_ok=True)

    def _make_template(self) -> bytes:
        temporary = self._folder.temporary / f"template-{FILE_NAME}"
        temporary.unlink(missing_ok=True)
        try:
            with self._attached(temporary):
                self._connection.execute("CREATE SCHEMA files")
                for relation in _ALL.values():
                    self._point_at_nothing(relation)
                for name in (*_ALL, "status", "segments"):
                    for made in _view(name):
                        self._connection.execute(made)
                self._connection.execute(statement("publish/answer_rank"))
                body = statement("publish/catalogue/exchanges")
                self._connection.execute(f"CREATE VIEW exchanges AS {body}")
                for comment in event_tables.comments(EventType.MENTION, "exchanges"):
                    self._connection.execute(comment)
                comments.comment(self._connection, "catalogue")
                head = statement("publish/catalogue/exchanges_between")
                self._connection.execute(f"{head} SELECT * FROM (\n{body})")  # noqa: S608  two static files
                for name in ("held_back_within", "requests_between", "production_between"):
                    self._connection.execute(statement(f"publish/catalogue/{name}"))
                for name, source in WITHIN.items():
                    file = "exchanges_within" if source == "exchanges" else "within"
                    names = {"macro": f"{name}_within", "relation": source}
                    self._connection.execute(filled(f"publish/catalogue/{file}", names))
                self._add_versions()
            return temporary.read_bytes()
        finally:
            temporary.unlink(missing_ok=True)

    def _add_versions(self) -> None:
        """`T_versions` beside every `T` that shows the latest version only, with the same comments on its columns."""
        comments = self._connection.execute(statement("publish/catalogue/versioned_comments")).fetchall()
        for name in sorted({view for view, *_ in comments} & set(WHOLE)):
            self._connection.execute(f"CREATE VIEW {name}_versions AS SELECT * FROM files.{name}")  # noqa: S608
            text = literal(f"Every version of {name}, as it was known at the time.")
            self._connection.execute(f"COMMENT ON VIEW {name}_versions IS {text}")
            columns = {row[0] for row in self._connection.execute(f"DESCRIBE {name}_versions").fetchall()}
            for view, column, comment in comments:
                if view == name and column in columns:
                    self._connection.execute(f'COMMENT ON COLUMN {name}_versions."{column}" IS {literal(comment)}')

    def _attached(self, path: Path) -> "_Attached":
        return _Attached(self._connection, path)

    def _fill(self, segments: Sequence[Segment], status: Status) -> None:
        by_relation: dict[str, list[Segment]] = {name: [] for name in _ALL}
        for segment in segments:
            by_relation[segment.relation].append(segment)
        for name, listed in by_relation.items():
            if listed:
                self._point(_ALL[name], listed)
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

    def _point_at_nothing(self, relation: SegmentRelation) -> None:
        empty = self._folder.empty_file(relation).relative_to(self._folder.root).as_posix()
        for suffix in ("_settled", "_open") if relation.summed else ("",):
            self._view(relation.name + suffix, [empty])

    def _view(self, name: str, paths: Sequence[str]) -> None:
        self._connection.execute(view_of_files(name, self._folder.root, paths))


def _view(name: str) -> Iterable[str]:
    """The SQL that makes a view or table and its comments: from a declaration, else from its file."""
    if name in FINDINGS:
        return finding_views.statements(FINDINGS[name])
    if name in _EVENTS:
        return event_tables.view(_EVENTS[name])
    if name in RELATIONS and RELATIONS[name].view:
        return [filled(f"publish/catalogue/{RELATIONS[name].view}", RELATIONS[name].names)]
    return [statement(f"publish/catalogue/{name}")]


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _require_finished(path: Path) -> None:
    """DuckDB folds its log into the file when it detaches it, and keeps silent where it cannot."""
    if _log(path).exists():
        full = shutil.disk_usage(path.parent).free < _ROOM_BYTES
        raise OSError(errno.ENOSPC if full else errno.EIO, "the catalogue was not finished")


class _Attached:
    """A catalogue file attached and in use, in one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection, self._path = connection, path

    def __enter__(self) -> None:
        options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_BYTES}"
        self._connection.execute(f"ATTACH {literal(str(self._path))} AS written ({options})")
        self._connection.execute("USE written; BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self._connection.execute("USE memory; DETACH written")


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
