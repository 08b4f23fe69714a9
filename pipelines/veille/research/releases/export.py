"""Writing a release: tables, dictionary, methods note, checksums."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from veille.config import KernelLock
from veille.research.errors import ResearchError
from veille.research.packs import canonical
from veille.research.packs.execute import LockedReader
from veille.research.packs.model import sha256
from veille.research.releases import released
from veille.research.releases.methods import dictionary, methods
from veille.research.releases.protect import protect
from veille.research.releases.released import ReleaseEntry
from veille.research.releases.tables import TABLES, ReleaseTable
from veille.research.snapshots.manifest import iso


@dataclass(frozen=True, slots=True)
class ReleasePeriod:
    """Whole days [since, until), naive UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class WrittenRelease:
    """What was written. cells, shown: of all tables, before and after suppression."""

    folder: Path
    cells: int
    shown: int


def export(
    data_dir: Path,
    published: Path,
    period: ReleasePeriod,
    out: Path,
    now: datetime,
    despite: str | None = None,
    *,
    kernel_lock: KernelLock = "required",
) -> WrittenRelease:
    """Write the release of a period into a new folder, from the analyst catalogue (or a snapshot of it) in `published`.

    Refuses a period that is not of whole days, not complete yet, or that overlaps an earlier release of this data folder,
    unless `despite` says why. The release is entered in releases.json before anything can leave. Raises ResearchError or StoreError.
    """
    reader = LockedReader(published, kernel_lock)
    as_of, simulated = _require_complete(reader, period)
    entry = ReleaseEntry(
        since=iso(period.since),
        until=iso(period.until),
        made_at=iso(now),
        as_of=iso(as_of) if as_of else None,
        despite=despite,
    )
    _require_apart(data_dir, entry)
    if out.exists():
        raise ResearchError(f"{out} exists already", "choose a new folder")
    exact = {table: reader.named(table.query, since=period.since, until=period.until) for table in TABLES}
    shown = {table: _named(table, protect(frame, table.keys)) for table, frame in exact.items()}
    collections = reader.named("research/release/collections", since=period.since, until=period.until)
    content = _content(shown, collections, methods(entry, collections, simulated))
    released.add(data_dir, entry)
    _write(content, out)
    return WrittenRelease(
        out, sum(frame.height for frame in exact.values()), sum(_cells(frame) for frame in shown.values())
    )


def _require_complete(reader: LockedReader, period: ReleasePeriod) -> tuple[datetime | None, bool]:
    """When the data were last added to, and whether they are simulated."""
    day = timedelta(days=1)
    whole = all(moment.time().isoformat() == "00:00:00" for moment in (period.since, period.until))
    if not whole or period.until - period.since < day:
        raise ResearchError(
            "a release covers whole days (UTC)", "give --since and --until as dates, until being excluded"
        )
    (row,) = reader.named("dictionary/status").iter_rows(named=True)
    seen = row["watermark"] or row["as_of"]
    newest = row["newest_occurred_at"]
    if newest is not None and not reader.named("dashboards/feed_state").row(0, named=True)["live"]:
        seen = max(
            seen or newest, newest.replace(hour=0, minute=0, second=0, microsecond=0) + day
        )  # nothing more comes
    if seen is None or seen < period.until:
        raise ResearchError(
            f"the period ends {iso(period.until)}, but the data are complete only up to {iso(seen) if seen else 'nothing'}"
        )
    return row["as_of"], row["simulated"]


def _require_apart(data_dir: Path, entry: ReleaseEntry) -> None:
    found = released.overlapping(released.read(data_dir), entry)
    if found and entry.despite is None:
        raise ResearchError(
            f"overlaps the release of {found.since[:10]} to {found.until[:10]} made {found.made_at[:10]}: subtracting one "
            "from the other can reveal suppressed cells. Choose another period, or give a reason: --despite-overlap REASON"
        )


def _named(table: ReleaseTable, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({"amount": table.amount})


def _cells(frame: pl.DataFrame) -> int:
    return frame.drop_nulls("accounts").height


def _content(shown: Mapping[ReleaseTable, pl.DataFrame], collections: pl.DataFrame, note: str) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    for name, frame in (*((table.name, frame) for table, frame in shown.items()), ("collections", collections)):
        content[f"{name}.csv"] = canonical.to_csv(frame)
        content[f"{name}.parquet"] = canonical.to_parquet(frame)
    content["DICTIONARY.md"] = dictionary(
        {**{table.name: frame for table, frame in shown.items()}, "collections": collections}
    ).encode()
    content["METHODS.md"] = note.encode()
    sums = "".join(f"{sha256(content[name])}  {name}\n" for name in sorted(content))
    return {**content, "SHA256SUMS": sums.encode()}


def _write(content: Mapping[str, bytes], out: Path) -> None:
    part = out.with_name(f".{out.name}.part-{secrets.token_hex(4)}")
    try:
        part.mkdir(parents=True)
        for name, body in content.items():
            (part / name).write_bytes(body)
        part.rename(out)
    except OSError as error:
        raise ResearchError(f"the release cannot be written to {out}: {error.strerror}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
