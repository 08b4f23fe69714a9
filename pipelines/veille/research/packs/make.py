"""Making a pack."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from veille import __version__
from veille.config import KernelLock
from veille.research.errors import ResearchError
from veille.research.examples import Example
from veille.research.packs import canonical, model
from veille.research.packs.execute import execute, require_repeatable
from veille.research.packs.model import Pack, PackedColumn, packed, sha256
from veille.research.packs.readme import readme
from veille.research.packs.zipped import write_zip
from veille.research.snapshots import Snapshot, verify
from veille.research.snapshots.manifest import iso, to_json
from veille.store.snapshot import ENGINE

Values = Mapping[str, str | int | float | bool | datetime | None]


@dataclass(frozen=True, slots=True)
class PackQuery:
    """A query with its header, where it has one, and the values of its parameters."""

    example: Example
    values: Values


def make(
    question: PackQuery, snapshot: Snapshot, out: Path, now: datetime, kernel_lock: KernelLock = "required"
) -> Pack:
    """Answer the question from a snapshot and pack all of it into a new folder, or a file whose name ends in .zip.

    The query runs twice, on one thread and on two: an answer that depends on that is refused. Raises ResearchError.
    """
    if out.exists():
        raise ResearchError(f"{out} exists already", "choose a new folder or .zip file")
    example = question.example
    require_repeatable(example.sql)
    damage = [fault for fault in verify(snapshot) if fault.kind != "erased"]
    if damage:
        raise ResearchError(f"the snapshot {snapshot.manifest.name} has changed: {damage[0]}")
    frame = _answer(question, snapshot, kernel_lock)
    pack = _pack(question, snapshot, frame, now)
    content = {
        model.SQL: example.sql.encode(),
        model.PACK: to_json(pack),
        model.SNAPSHOT: to_json(snapshot.manifest),
        model.CSV: canonical.to_csv(frame),
        model.PARQUET: canonical.to_parquet(frame),
        model.README: readme(pack, example, frame).encode(),
    }
    sums = "".join(f"{sha256(content[name])}  {name}\n" for name in model.FILES)
    _write({**content, model.SUMS: sums.encode()}, out)
    return pack


def _answer(question: PackQuery, snapshot: Snapshot, kernel_lock: KernelLock) -> pl.DataFrame:
    asked = snapshot.folder, question.example.sql, question.values
    first, second = (execute(*asked, threads=threads, kernel_lock=kernel_lock) for threads in (1, 2))
    if canonical.to_csv(second) != canonical.to_csv(first):
        raise ResearchError(
            "two runs of this query gave different answers: end it with ORDER BY over columns that identify each row, and "
            "add ORDER BY inside first(), list() and string_agg()"
        )
    return first


def _pack(question: PackQuery, snapshot: Snapshot, frame: pl.DataFrame, now: datetime) -> Pack:
    manifest = snapshot.manifest
    return Pack(
        format=model.FORMAT,
        name=question.example.name,
        made_at=iso(now),
        sql=question.example.sql,
        parameters=tuple(packed(name, value) for name, value in sorted(question.values.items())),
        snapshot_name=manifest.name,
        snapshot=manifest.identity,
        catalogue=manifest.catalogue,
        as_of=manifest.as_of,
        simulated=manifest.simulated,
        dictionary_version=manifest.dictionary_version,
        engine=ENGINE,
        veille=__version__,
        polars=pl.__version__,
        rows=frame.height,
        columns=tuple(PackedColumn(name, str(kind)) for name, kind in frame.schema.items()),
        csv_sha256=sha256(canonical.to_csv(frame)),
        parquet_sha256=sha256(canonical.to_parquet(frame)),
    )


def _write(content: Mapping[str, bytes], out: Path) -> None:
    part = out.with_name(f".{out.name}.part-{secrets.token_hex(4)}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".zip":
            write_zip(content, part)
        else:
            part.mkdir()
            for name, body in content.items():
                (part / name).write_bytes(body)
        part.rename(out)
    except OSError as error:
        raise ResearchError(f"the pack cannot be written to {out}: {error.strerror}") from None
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
