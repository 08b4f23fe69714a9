"""Openings against a truth table: what was found, how late, and which openings belong to nothing planted. Pure."""

from datetime import timedelta

import polars as pl

AFTER = timedelta(hours=1)  # an opening so long after the end still counts


def match(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Each row of the truth with `found` (bool) and `delay` (seconds from onset to the decision, null where missed).

    found  target_id, opened_at, decided_at, closed_at (null while open)
    truth  target_id, kind, onset, end and any other columns
    A planted row is found by a surge that opens from its onset to an hour after its end, or that is under way at its
    onset (delay 0: somebody has been told already).
    """
    numbered = truth.with_row_index("row")
    near = numbered.join(found.select("target_id", "opened_at", "decided_at", "closed_at"), on="target_id")
    opens = pl.col("opened_at").is_between(pl.col("onset"), pl.col("end") + AFTER)
    before = pl.col("opened_at") < pl.col("onset")
    under_way = before & (pl.col("closed_at").is_null() | (pl.col("closed_at") > pl.col("onset")))
    late = (pl.col("decided_at") - pl.col("onset")).dt.total_microseconds() / 1e6
    delay = pl.when(under_way).then(0.0).otherwise(late).clip(lower_bound=0.0)
    hit = near.filter(opens | under_way).group_by("row").agg(delay.min().alias("delay"))
    joined = numbered.join(hit, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col("delay").is_not_null().alias("found")).drop("row")


def outside(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Openings that fall into no row of the truth: false, as far as the truth is complete."""
    numbered = found.with_row_index("opening")
    near = numbered.join(truth.select("target_id", "onset", "end"), on="target_id")
    inside = near.filter(pl.col("opened_at").is_between(pl.col("onset"), pl.col("end") + AFTER))
    return numbered.join(inside.select("opening").unique(), on="opening", how="anti").drop("opening")


def power(matched: pl.DataFrame) -> pl.DataFrame:
    """kind, planted, found, delay_minutes (median of what was found), one row a kind."""
    return (
        matched.group_by("kind")
        .agg(
            pl.len().alias("planted"),
            pl.col("found").sum().alias("found"),
            (pl.col("delay").median() / 60).round(1).alias("delay_minutes"),
        )
        .sort("kind")
    )
