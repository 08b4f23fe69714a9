"""The files of a snapshot as Spark reads them: those of its manifest and no others, with a schema that stands here.

A glob of the folder would count what is not published, and Spark refuses the UUIDs of Parquet unless it is told to take them as bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from veille.research.snapshots import Snapshot, verify
from veille.scale.errors import ScaleError
from veille.scale.session import Job
from veille.store.reader import Reader

_SEGMENTS = "segments/"
_TYPES = {
    pa.string(): "string",
    pa.large_string(): "string",
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.int16(): "smallint",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
    pa.timestamp("us", "UTC"): "timestamp",
    pa.binary(): "binary",
}


@dataclass(frozen=True, slots=True)
class RelationRows:
    """Rows of one relation. manifest: in the files that it lists; catalogue: that the snapshot's catalogue has registered."""

    relation: str
    manifest: int
    spark: int
    catalogue: int

    @property
    def equal(self) -> bool:
        """Whether all three agree."""
        return self.manifest == self.spark == self.catalogue


def relations(snapshot: Snapshot) -> dict[str, list[str]]:
    """Paths of the snapshot's published files, absolute, by relation, both in their order."""
    found: dict[str, list[str]] = {}
    for entry in sorted(snapshot.manifest.files, key=lambda entry: entry.path):
        if entry.path.startswith(_SEGMENTS):
            relation = entry.path.removeprefix(_SEGMENTS).split("/", 1)[0]
            found.setdefault(relation, []).append(str((snapshot.folder / entry.path).resolve()))
    return found


def faults(snapshot: Snapshot) -> list[str]:
    """What is not as the manifest says: a missing, an altered and an extra file, a line each. Reads every byte.

    What was erased lawfully since is no fault.
    """
    damaged = [str(fault) for fault in verify(snapshot) if fault.kind != "erased"]
    listed = {entry.path for entry in snapshot.manifest.files} | {"manifest.json"}
    there = (path.relative_to(snapshot.folder).as_posix() for path in snapshot.folder.rglob("*") if path.is_file())
    return damaged + [f"{path}: not in the manifest" for path in sorted(set(there) - listed)]


def counted(job: Job, snapshot: Snapshot, tell: Callable[[str], None]) -> Iterator[RelationRows]:
    """Rows of each relation, as the manifest's files, Spark and the catalogue have them. tell: which one comes next."""
    reader = Reader(snapshot.folder, threads=1)
    try:
        registered = {row[0]: row[2] for row in reader.named("dashboards/segments").iter_rows()}
    finally:
        reader.close()
    files = relations(snapshot)
    for relation in sorted(files.keys() | registered.keys()):
        tell(relation)
        paths = files.get(relation, [])
        rows = sum(pq.read_metadata(path).num_rows for path in paths)
        seen = frame(job, paths).count() if paths else 0
        yield RelationRows(relation, rows, seen, registered.get(relation, 0))


def frame(job: Job, paths: list[str]) -> Any:
    """A Spark frame over these files of one relation; ids are 16 bytes."""
    schema = ", ".join(f"`{name}` {kind}" for name, kind in schema_of(paths).items())
    return job.spark.read.schema(schema).parquet(*[f"file://{path}" for path in paths])


def schema_of(paths: list[str]) -> Mapping[str, str]:
    """Columns of these files with their Spark types, in the order in which they come. Raises ScaleError for an unknown type."""
    columns: dict[str, str] = {}
    for path in paths:
        for field in pq.read_schema(path):
            columns.setdefault(field.name, _kind(field.name, field.type))
    return columns


def _kind(name: str, kind: pa.DataType) -> str:
    kind = getattr(kind, "storage_type", kind)
    if pa.types.is_fixed_size_binary(kind):
        return "binary"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"array<{_kind(name, kind.value_type)}>"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if kind not in _TYPES:
        raise ScaleError(f"column {name} has the type {kind}, for which Spark's is not known", "report this as a fault")
    return _TYPES[kind]


def mentions_between(job: Job, snapshot: Snapshot, since: datetime | None, until: datetime | None) -> Any:
    """account_id, target_id, post_id (16 bytes) and second (Unix) of the mentions of [since, until), naive UTC; None: no limit.

    Raises ScaleError where the snapshot has no mentions, or has them without people.
    """
    from pyspark.sql import functions as F  # noqa: N812, PLC0415 (as everybody names it; only with the extra)

    paths = relations(snapshot).get("mentions", [])
    if not paths:
        raise ScaleError(f"the snapshot {snapshot.manifest.name} has no mentions", "take one after events have come in")
    mentions = frame(job, paths)
    if not {"account_id", "target_id"} <= set(mentions.columns):
        raise ScaleError(
            f"the snapshot {snapshot.manifest.name} is of the catalogue {snapshot.manifest.catalogue}, which has no accounts",
            "take one of the catalogue analyst",
        )
    if since:
        mentions = mentions.where(F.col("occurred_at") >= F.lit(since.isoformat(sep=" ")).cast("timestamp_ntz"))
    if until:
        mentions = mentions.where(F.col("occurred_at") < F.lit(until.isoformat(sep=" ")).cast("timestamp_ntz"))
    second = F.unix_seconds(F.col("occurred_at").cast("timestamp_ltz")).alias("second")
    return mentions.select("account_id", "target_id", "post_id", second)
