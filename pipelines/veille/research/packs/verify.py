"""Checking a pack on any machine: the same bytes, or exactly what differs, or "erased since"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from veille.config import KernelLock
from veille.research import dictionary
from veille.research.errors import ResearchError
from veille.research.packs import canonical, model
from veille.research.packs.execute import LockedReader
from veille.research.packs.model import Pack, sha256, value
from veille.research.packs.zipped import read_pack
from veille.research.snapshots import Manifest, Snapshot
from veille.research.snapshots import verify as verify_snapshot
from veille.store.errors import StoreError
from veille.store.snapshot import ENGINE

SHOWN = 10


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """identical: every byte. erased: what differs is explained by an erasure, or nothing does. different: see differences.

    differences, erasures: one line each, the most telling first. notes: what may explain a difference and is none.
    """

    outcome: Literal["identical", "erased", "different"]
    differences: tuple[str, ...]
    erasures: tuple[str, ...]
    notes: tuple[str, ...]


def verify(path: Path, snapshot: Snapshot, kernel_lock: KernelLock = "required") -> PackVerdict:
    """Run the pack's query on a copy of its snapshot and compare. Raises ResearchError where `path` is no pack.

    Query and snapshot may be a stranger's: both are read by locked processes only.
    """
    content = read_pack(path)
    pack = _decoded(path, content)
    packed = _packed_manifest(content)
    damage = [*_damaged(content), *_sql_changes(pack, content), *_other_snapshot(pack, packed, snapshot)]
    faults = verify_snapshot(snapshot)
    damage += [str(fault) for fault in faults if fault.kind != "erased"]
    known = {entry.path: entry.erased for entry in packed.files} if packed else {}
    later = {entry.path for entry in snapshot.manifest.erased if entry.erased != known.get(entry.path)}
    erasures = tuple(str(fault) for fault in faults if fault.kind == "erased" and fault.path in later)
    notes = tuple(_notes(pack, snapshot))
    result = list(_result_changes(pack, content, LockedReader(snapshot.folder, kernel_lock)))
    if damage or (result and not erasures):
        return PackVerdict("different", (*damage, *result), erasures, notes)
    return PackVerdict("erased" if erasures else "identical", tuple(result), erasures, notes)


def _decoded(path: Path, content: Mapping[str, bytes]) -> Pack:
    missing = [name for name in (*model.FILES, model.SUMS) if name not in content]
    if model.PACK in missing or model.SQL in missing:
        raise ResearchError(f"{path} is not a pack: {', '.join(missing)} is missing")
    try:
        pack = msgspec.json.decode(content[model.PACK], type=Pack)
    except (msgspec.MsgspecError, ValueError) as error:
        raise ResearchError(f"{path}: {model.PACK} cannot be read: {error}") from None
    if pack.format != model.FORMAT:
        raise ResearchError(f"{path} has format {pack.format}; this version of Veille reads format {model.FORMAT}")
    return pack


def _damaged(content: Mapping[str, bytes]) -> Iterator[str]:
    """Files of the pack that are not as its checksums say."""
    lines = content.get(model.SUMS, b"").decode("utf-8", "replace").splitlines()
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in model.FILES:
        if name not in content:
            yield f"{name}: missing from the pack"
        elif sha256(content[name]) != said.get(name):
            yield f"{name}: changed since it was packed (its SHA-256 is not the one in {model.SUMS})"


def _sql_changes(pack: Pack, content: Mapping[str, bytes]) -> Iterator[str]:
    now = content[model.SQL].decode("utf-8", "replace").splitlines()
    for number, (before, after) in enumerate(zip_longest(pack.sql.splitlines(), now), 1):
        if before != after:
            yield f"{model.SQL} line {number}: packed {before!r}, now {after!r}"


def _packed_manifest(content: Mapping[str, bytes]) -> Manifest | None:
    """The snapshot as it was when the pack was made; None where that cannot be read, which is told as damage of the pack."""
    try:
        return msgspec.json.decode(content[model.SNAPSHOT], type=Manifest)
    except (KeyError, msgspec.MsgspecError, ValueError):
        return None


def _other_snapshot(pack: Pack, packed: Manifest | None, snapshot: Snapshot) -> Iterator[str]:
    """How the snapshot's list of files differs from the packed one."""
    if packed is None:
        return
    if packed.identity != pack.snapshot:
        yield f"{model.SNAPSHOT}: is not the snapshot that {model.PACK} names"
    before = {entry.path: entry.original for entry in packed.files}
    after = {entry.path: entry.original for entry in snapshot.manifest.files}
    if packed.name != snapshot.manifest.name and before != after:
        yield f"another snapshot: packed {packed.name!r}, given {snapshot.manifest.name!r}"
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            what = (
                "not in the packed snapshot"
                if path not in before
                else "not in this snapshot"
                if path not in after
                else "another file"
            )
            yield f"{path}: {what}"


def _notes(pack: Pack, snapshot: Snapshot) -> Iterator[str]:
    if snapshot.manifest.earlier:
        yield f"the snapshot is {snapshot.manifest.earlier}"
    if pack.engine != ENGINE:
        yield f"made with DuckDB {pack.engine}, checked with {ENGINE}: the last digits of floats may differ for that reason"
    if pack.polars != pl.__version__:
        yield f"made with polars {pack.polars}, checked with {pl.__version__}: {model.PARQUET} is compared by content"


def _result_changes(pack: Pack, content: Mapping[str, bytes], reader: LockedReader) -> Iterator[str]:
    try:
        found_version = dictionary.of_rows({pack.catalogue: reader.named(dictionary.COLUMNS)}).version
        values = {each.name: value(each) for each in pack.parameters}
        frame = reader.query(content[model.SQL].decode("utf-8", "replace"), values)
    except (
        ResearchError,
        StoreError,
        ValueError,
    ) as error:  # a damaged snapshot, a changed query, a value that is none
        yield f"the query could not be run again: {str(error).splitlines()[0]}"
        return
    if found_version != pack.dictionary_version:
        yield f"data dictionary: packed {pack.dictionary_version}, now {found_version}"
    csv = canonical.to_csv(frame)
    if csv != content.get(model.CSV):
        yield from _row_changes(content.get(model.CSV, b""), csv)
    elif sha256(csv) != pack.csv_sha256:
        yield f"{model.CSV}: matches the query but not {model.PACK}"
    if model.PARQUET in content and not _same_parquet(pack, content[model.PARQUET], frame):
        yield f"{model.PARQUET}: does not match the result of the query"


def _row_changes(before: bytes, after: bytes) -> Iterator[str]:
    packed, now = (body.decode("utf-8", "replace").split("\n") for body in (before, after))
    names = packed[0]
    changes = [(place, *pair) for place, pair in enumerate(zip_longest(packed, now)) if pair[0] != pair[1]]
    for place, old, new in changes[:SHOWN]:
        row = "header" if place == 0 else f"row {place}"
        yield f"result {row} ({names}): packed {old if old else 'nothing'}, now {new if new else 'nothing'}"
    if len(changes) > SHOWN:
        yield f"result: {len(changes) - SHOWN} more rows differ"


def _same_parquet(pack: Pack, body: bytes, frame: pl.DataFrame) -> bool:
    if pack.polars == pl.__version__:
        return canonical.to_parquet(frame) == body and sha256(body) == pack.parquet_sha256
    try:
        return canonical.to_csv(pl.read_parquet(body)) == canonical.to_csv(frame)
    except (pl.exceptions.PolarsError, OSError):
        return False
