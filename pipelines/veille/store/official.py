"""Official statements of an open database: what platforms declared, beside what was observed."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from veille.store.database import Database

_DAY = ["platform", "day"]
_ROW = ["breakdown", "value", "statements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLoad:
    """Platform-days that were new, replaced, equal to what stood already, and kept because the load holds fewer statements."""

    new: int
    replaced: int
    equal: int
    kept: int


def add_official(
    database: Database, counts: pl.DataFrame, source: str, now: datetime, *, partial: bool
) -> OfficialLoad:
    """Write the platform-days that differ from what stands, each whole, in one transaction. Raises StoreError.

    counts: day, platform, breakdown, value, statements. partial: the load may hold a part of a day only, so a day that stands with more
    statements is kept. now: UTC, naive.
    """
    before = database.frame("official/present")
    old, given = _days(before), _days(counts)
    both = given.join(old, on=_DAY, how="left", suffix="_old")
    found = both.with_columns(
        state=pl.when(pl.col("rows_old").is_null())
        .then(pl.lit("new"))
        .when(pl.col("rows") == pl.col("rows_old"))
        .then(pl.lit("equal"))
        .when(pl.lit(partial) & (pl.col("total") < pl.col("total_old")))
        .then(pl.lit("kept"))
        .otherwise(pl.lit("replaced"))
    )
    written = found.filter(pl.col("state").is_in(["new", "replaced"])).select(_DAY)
    rows = counts.join(written, on=_DAY, how="semi").with_columns(source=pl.lit(source), known_at=pl.lit(now))
    if len(rows):
        database.append_rows("official_statements", rows.to_arrow())
    states = dict(found["state"].value_counts().iter_rows())
    return OfficialLoad(
        new=states.get("new", 0),
        replaced=states.get("replaced", 0),
        equal=states.get("equal", 0),
        kept=states.get("kept", 0),
    )


def _days(counts: pl.DataFrame) -> pl.DataFrame:
    """One row a platform and day: its total, and its rows as one value that can be compared."""
    return (
        counts.sort(*_DAY, "breakdown", "value")
        .group_by(_DAY, maintain_order=True)
        .agg(
            pl.col("statements").filter(pl.col("breakdown") == "total").sum().alias("total"),
            pl.struct(_ROW).alias("rows"),
        )
    )
