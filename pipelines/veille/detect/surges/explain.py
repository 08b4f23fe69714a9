"""Why did it fire: which part of the excess each account group, language, class, generator … makes."""

import polars as pl

DIMENSIONS = ("request_class", "generator", "language", "outcome", "surface", "plan", "jurisdiction")
SCHEMA = {
    "dimension": pl.String,
    "value": pl.String,
    "observed": pl.Int64,
    "expected": pl.Float64,
    "excess": pl.Float64,
    "share_of_excess": pl.Float64,
}
TOP = (1, 3, 10)
_TOTALS = (
    pl.col("now").sum().cast(pl.Int64).alias("observed"),
    (~pl.col("now")).sum().cast(pl.Int64).alias("before"),
)


def explain(
    current: pl.DataFrame,
    reference: pl.DataFrame,
    periods: int,
    known_accounts: pl.Series | None = None,
    expected: float | None = None,
) -> pl.DataFrame:
    """Contribution table of a surge; largest excess first within each dimension.

    current    events of the surge: account_id and any of DIMENSIONS
    reference  events of the same series and the same clock time in the `periods` days before, same columns
    known_accounts  accounts seen anywhere before the surge; without it, those of `reference`
    expected   of all events together; without it, reference ÷ periods

    The reference says how `expected` is divided, so observed, expected and excess of each dimension but top_accounts add up to those
    of all events. share_of_excess refers to the excess of all events and is null where that is not
    positive. Dimension `accounts` has the values new and returning (events by them), dimension `top_accounts` has
    `top 1`, `top 3`, `top 10`: events by the most active accounts, expected being those of the reference's own top
    per period. Raises ValueError if periods < 1.
    """
    if periods < 1:
        raise ValueError("periods must be at least 1")
    known = (reference["account_id"] if known_accounts is None else known_accounts).unique()
    sides = [frame.with_columns(pl.lit(now).alias("now")) for frame, now in ((current, True), (reference, False))]
    events = pl.concat(sides, how="diagonal").lazy()
    parts = [_counted("all", pl.lit("all"), events), _accounts(events, known)]
    parts += [_counted(c, pl.col(c).cast(pl.String).fill_null("unknown"), events) for c in DIMENSIONS if c in current]
    # one plan: some twenty small ones would cost ten times as much
    usual = len(reference) / periods if expected is None or reference.is_empty() else expected
    each = usual / max(len(reference), 1)
    table = pl.concat([*parts, _top(events)]).with_columns((pl.col("before") * each).alias("expected")).collect()
    total = len(current) - usual
    share = pl.col("excess") / total if total > 0 else pl.lit(None, pl.Float64)
    order = {name: i for i, name in enumerate(("all", "accounts", "top_accounts", *DIMENSIONS))}
    ranked = table.with_columns((pl.col("observed") - pl.col("expected")).alias("excess")).with_columns(
        share.alias("share_of_excess")
    )
    rank = pl.col("dimension").replace_strict(order, return_dtype=pl.Int64)
    return ranked.sort(rank, -pl.col("excess"), "value").select(list(SCHEMA))


def _counted(dimension: str, value: pl.Expr, events: pl.LazyFrame) -> pl.LazyFrame:
    """Columns dimension, value, observed, before: events by value."""
    counts = events.group_by(value.alias("value")).agg(_TOTALS)
    return counts.select(pl.lit(dimension).alias("dimension"), "value", "observed", "before")


def _accounts(events: pl.LazyFrame, known: pl.Series) -> pl.LazyFrame:
    returning = pl.col("account_id").is_in(known.implode())
    both = pl.LazyFrame({"value": ["new", "returning"], "returning": [False, True]})
    counts = events.group_by(returning.alias("returning")).agg(_TOTALS)
    found = both.join(counts, on="returning", how="left").fill_null(0)
    return found.select(pl.lit("accounts").alias("dimension"), "value", "observed", "before")


def _top(events: pl.LazyFrame) -> pl.LazyFrame:
    counts = events.group_by("account_id").agg(_TOTALS)
    largest = [
        counts.select(
            pl.lit("top_accounts").alias("dimension"),
            pl.lit(f"top {n}").alias("value"),
            *(pl.col(name).top_k(n).sum() for name in ("observed", "before")),
        )
        for n in TOP
    ]
    return pl.concat(largest)
