"""Files of the EU's DSA Transparency Database as counts of statements by platform and day of creation.

Two forms are read: daily counts (columns start_date, platform, column, entity, variant, count, as the package shantay
writes them) and single statements of reasons (the database's own CSV). A statement counts once, by its uuid, on its creation date.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from veille.sources.base import SourceError

DAILY = frozenset({"start_date", "platform", "column", "variant", "count"})
STATEMENTS = frozenset({"uuid", "platform_name", "category", "decision_ground", "created_at"})
FROM_COUNTS, FROM_STATEMENTS = "daily counts", "statements"
TOTAL = "total"
BREAKDOWNS = (
    "category", "category_addition", "category_specification", "decision_ground", "decision_visibility", "decision_monetary",
    "decision_provision", "decision_account", "content_type", "source_type", "automated_detection", "automated_decision",
)  # fmt: skip
"""Fields by which a day is split, besides its total. Free text, dates and languages are not kept."""
KEY = ("day", "platform", "breakdown", "value")
_COUNTED = {"day": pl.Date, "platform": pl.String, "breakdown": pl.String, "value": pl.String, "statements": pl.Int64}


@dataclass(frozen=True, slots=True)
class Official:
    """counts: day, platform, breakdown, value, statements, one row each. source: which form. repeated: statements met twice."""

    counts: pl.DataFrame
    source: str
    repeated: int = 0


def is_official(columns: Iterable[str]) -> bool:
    """Whether a table with these columns is of the database, in either form."""
    names = set(columns)
    return names >= DAILY or names >= STATEMENTS


def read_official(tables: Iterable[pl.DataFrame]) -> Official:
    """The counts of tables of one form. Raises SourceError that says what a table lacks."""
    given = [table for table in tables if not table.is_empty()]
    if not given:
        raise SourceError("there are no rows")
    if all(set(table.columns) >= DAILY for table in given):
        return Official(_from_counts(given), FROM_COUNTS)
    if all(set(table.columns) >= STATEMENTS for table in given):
        return _from_statements(given)
    if all(is_official(table.columns) for table in given):
        raise SourceError("daily counts and single statements are read by separate commands")
    odd = next(table for table in given if not is_official(table.columns))
    raise SourceError(
        f"not a file of the DSA Transparency Database: it has {', '.join(odd.columns[:12])}; needed are "
        f"{', '.join(sorted(STATEMENTS))}, or {', '.join(sorted(DAILY))}"
    )


def _from_counts(tables: list[pl.DataFrame]) -> pl.DataFrame:
    parts = []
    for table in tables:
        kept = table.filter(pl.col("column").is_in(("rows", *BREAKDOWNS)))
        if "entity" in table.columns:  # a list's elements are counted apart there, and are no statements
            kept = kept.filter(pl.col("entity").is_null())
        parts.append(
            kept.select(
                _day(table, "start_date"),
                pl.col("platform"),
                pl.when(pl.col("column") == "rows").then(pl.lit(TOTAL)).otherwise(pl.col("column")).alias("breakdown"),
                pl.when(pl.col("column") != "rows").then(pl.col("variant")).alias("value"),
                _whole(table, "count").alias("statements"),
            )
        )
    counts = pl.concat(parts).cast(_COUNTED)  # type: ignore[arg-type]
    _refuse_missing(counts)
    return counts.group_by(KEY).agg(pl.col("statements").sum()).sort(KEY)


def _from_statements(tables: list[pl.DataFrame]) -> Official:
    parts = []
    for table in tables:
        absent = [pl.lit(None, pl.String).alias(name) for name in BREAKDOWNS if name not in table.columns]
        parts.append(
            table.with_columns(absent).select(
                "uuid", _day(table, "created_at"), pl.col("platform_name").alias("platform"), *BREAKDOWNS
            )
        )
    every = pl.concat(parts, how="vertical_relaxed")
    _refuse_missing(every)
    once = every.unique("uuid", keep="first", maintain_order=True)
    group = ["day", "platform"]
    counts = [
        once.group_by(group).len("statements").with_columns(breakdown=pl.lit(TOTAL), value=pl.lit(None, pl.String))
    ]
    for name in BREAKDOWNS:
        values = once.select(*group, value=pl.col(name).map_elements(_values, pl.List(pl.String), skip_nulls=False))
        split = values.explode("value").group_by(*group, "value").len("statements")
        counts.append(split.with_columns(breakdown=pl.lit(name)))
    whole = pl.concat([part.select(list(_COUNTED)).cast(_COUNTED) for part in counts])  # type: ignore[arg-type]
    return Official(whole.sort(KEY), FROM_STATEMENTS, len(every) - len(once))


def _values(cell: str | None) -> list[str | None]:
    """The values of a cell: the database writes a list as JSON, and one value as it is."""
    if cell is None or not cell.strip():
        return [None]
    try:
        found = json.loads(cell) if cell.lstrip().startswith("[") else [cell.strip()]
    except ValueError:
        return [cell.strip()]
    return [*sorted({str(one) for one in found})] or [None]


def _day(table: pl.DataFrame, column: str) -> pl.Expr:
    if table.schema[column].is_temporal():
        return pl.col(column).cast(pl.Date).alias("day")
    return pl.col(column).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("day")


def _whole(table: pl.DataFrame, column: str) -> pl.Expr:
    if table.schema[column].is_numeric():
        return pl.col(column).cast(pl.Int64, strict=False)
    return pl.col(column).str.to_integer(strict=False)


def _refuse_missing(rows: pl.DataFrame) -> None:
    """A row without day, platform or count makes every figure of its day wrong."""
    for name, meant in (("day", "date (as 2026-01-09)"), ("platform", "platform"), ("statements", "whole count")):
        if name in rows.columns and (missing := rows[name].null_count()):
            raise SourceError(f"{missing:,} of {len(rows):,} rows have no {meant}")
