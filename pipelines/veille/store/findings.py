"""What the detectors found: append-only tables in which a changed finding gets a further version."""

import threading
from datetime import datetime

import polars as pl

from veille.store.database import Database
from veille.store.finding_tables import FINDINGS
from veille.times import naive

_PASSING = ("version", "known_at", "decided_at")
"""Columns that alone make no new version."""


class Findings:
    """Recording and reading findings; safe to share among threads of the owning process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest: dict[str, pl.DataFrame] = {}
        self._lock = threading.RLock()

    def latest(self, table: str) -> pl.DataFrame:
        """The latest version of every finding: columns as the table, ids as text, times UTC without a zone."""
        with self._lock:
            if table not in self._latest:
                key = FINDINGS[table].key
                self._latest[table] = self._database.frame("store/latest", {"table": table, "key": key, "order": key})
            return self._latest[table]

    def record(self, table: str, rows: pl.DataFrame, known_at: datetime) -> int:
        """Append those rows that differ from the latest version of their key, as its next version; returns how many.

        rows: the table's columns without version and known_at; several of one key are versions of it, in their order. Nullable
        columns may be missing, others are refused. Recording the same again writes nothing. Raises StoreError.
        """
        if rows.is_empty():
            return 0
        declared = FINDINGS[table]
        with self._lock:
            latest = self.latest(table)
            changed = _changed(_shaped(rows, latest), latest, declared.key)
            if changed.is_empty():
                return 0
            written = changed.with_columns(known_at=pl.lit(naive(known_at)).cast(latest.schema["known_at"]))
            written = written.select(latest.columns)
            stored = written.with_columns(pl.lit(value).alias(name) for name, value in declared.constants.items())
            self._database.append_rows(declared.table, stored.to_arrow())
            self._latest[table] = _merged(latest, written, declared.key)
            return written.height

    def clear(self) -> None:
        """Forget what the detectors found and how far they are; what persons said stays."""
        with self._lock:
            found = (each for each in FINDINGS.values() if not each.said_by_people)
            for table in dict.fromkeys(each.table for each in found):
                self._database.execute("findings/clear", {"table": table})
            self._database.execute("findings/clear", {"table": "detection_progress"})
            self._latest.clear()


def _shaped(rows: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    """The rows in the table's columns and types; zoned times become UTC without a zone."""
    zoned = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    plain = rows.with_columns(pl.col(name).dt.convert_time_zone("UTC").dt.replace_time_zone(None) for name in zoned)
    missing = [pl.lit(None).alias(name) for name in latest.columns if name not in plain.columns]
    names = [name for name in latest.columns if name not in ("version", "known_at")]
    unknown = set(plain.columns) - set(latest.columns)
    if unknown:
        raise ValueError(f"not columns of the table: {', '.join(sorted(unknown))}")
    return plain.with_columns(missing).select(pl.col(name).cast(latest.schema[name]) for name in names)


def _changed(rows: pl.DataFrame, latest: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Rows that are new or differ from the one of their key before, with their version."""
    content = [name for name in rows.columns if name not in (*keys, *_PASSING)]
    both = rows.join(latest, on=keys, how="left", suffix="_before", maintain_order="left")
    first = rows.select(pl.struct(keys).is_first_distinct()).to_series()
    if first.all():
        before = {name: pl.col(f"{name}_before") for name in content}
        new, version = pl.col("version").is_null(), pl.lit(1)
    else:
        both = both.with_columns(first=first)
        before = {
            name: pl.when("first").then(f"{name}_before").otherwise(pl.col(name).shift(1).over(keys))
            for name in content
        }
        new, version = pl.col("first") & pl.col("version").is_null(), pl.col("changed").cum_sum().over(keys)
    differs = [pl.col(name).ne_missing(before[name]) for name in content]
    both = both.with_columns(changed=pl.any_horizontal(new, *differs))
    numbered = both.with_columns(version=(pl.col("version").fill_null(0) + version).cast(latest.schema["version"]))
    return numbered.filter("changed").select(*rows.columns, "version")


def _merged(latest: pl.DataFrame, written: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    last = written.unique(keys, keep="last", maintain_order=True)
    return pl.concat([latest.join(last, on=keys, how="anti"), last])
