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


def explain(
    current: pl.DataFrame, reference: pl.DataFrame, periods: int, known_accounts: pl.Series | None = None
) -> pl.DataFrame:
    """Contribution table of a surge; largest excess first within each dimension.

    current    events of the surge: account_id and any of DIMENSIONS
    reference  events of the same series and the same clock time in the `periods` days before, same columns
    known_accounts  accounts seen anywhere before the surge; without it, those of `reference`
    expected is reference ÷ periods. share_of_excess refers to the excess of all events and is null where that is not
    positive. Dimension `accounts` has the values new and returning (events by them), dimension `top_accounts` has
    `top 1`, `top 3`, `top 10`: events by the most active accounts, expected being those of the reference's own top
    per period. Raises ValueError if periods < 1.
    """
    if periods < 1:
        raise ValueError("periods must be at least 1")
    known = (reference["account_id"] if known_accounts is None else known_accounts).unique()
    parts = [_row("all", "all", len(current), len(reference) / periods), _accounts(current, reference, periods, known)]
    parts += [_by(current, reference, periods, c) for c in DIMENSIONS if c in current.columns]
    parts.append(_top(current, reference, periods))
    table = pl.concat(parts)
    total = len(current) - len(reference) / periods
    share = pl.col("excess") / total if total > 0 else pl.lit(None, pl.Float64)
    order = {name: i for i, name in enumerate(("all", "accounts", "top_accounts", *DIMENSIONS))}
    ranked = table.with_columns((pl.col("observed") - pl.col("expected")).alias("excess")).with_columns(
        share.alias("share_of_excess")
    )
    rank = pl.col("dimension").replace_strict(order, return_dtype=pl.Int64)
    return ranked.sort(rank, -pl.col("excess"), "value").select(list(SCHEMA))


def _row(dimension: str, value: str, observed: int, expected: float) -> pl.DataFrame:
    return pl.DataFrame(
        {"dimension": [dimension], "value": [value], "observed": [observed], "expected": [expected]},
        schema={k: SCHEMA[k] for k in ("dimension", "value", "observed", "expected")},
    )


def _accounts(current: pl.DataFrame, reference: pl.DataFrame, periods: int, known: pl.Series) -> pl.DataFrame:
    def split(frame: pl.DataFrame) -> tuple[int, int]:
        returning = int(frame["account_id"].is_in(known.implode()).sum())
        return len(frame) - returning, returning

    (new, returning), (new_before, returning_before) = split(current), split(reference)
    return pl.concat(
        [
            _row("accounts", "new", new, new_before / periods),
            _row("accounts", "returning", returning, returning_before / periods),
        ]
    )


def _by(current: pl.DataFrame, reference: pl.DataFrame, periods: int, column: str) -> pl.DataFrame:
    def counted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        if column not in frame.columns:
            return pl.DataFrame(schema={"value": pl.String, name: pl.Int64})
        value = pl.col(column).cast(pl.String).fill_null("unknown").alias("value")
        return frame.group_by(value).agg(pl.len().cast(pl.Int64).alias(name))

    both = counted(current, "observed").join(counted(reference, "before"), on="value", how="full", coalesce=True)
    return both.fill_null(0).select(
        pl.lit(column).alias("dimension"), "value", "observed", (pl.col("before") / periods).alias("expected")
    )


def _top(current: pl.DataFrame, reference: pl.DataFrame, periods: int) -> pl.DataFrame:
    def largest(frame: pl.DataFrame, n: int) -> int:
        return int(frame.group_by("account_id").len()["len"].sort(descending=True).head(n).sum())

    rows = [_row("top_accounts", f"top {n}", largest(current, n), largest(reference, n) / periods) for n in TOP]
    return pl.concat(rows)
