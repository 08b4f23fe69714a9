"""Small streams of invented events."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from veille.detect.surges.sparse.params import SparseParams

START = 5_892_480  # bins of 5 minutes since 1970: 2026-01-01 00:00 rounded to whole days below
START -= START % 288
SMALL = SparseParams(grace=96, guard=96, windows=(1, 12, 96))
Row = tuple[str, str, int]  # target, account, seconds since START's first second


def at(second: int) -> datetime:
    return datetime.fromtimestamp(START * 300 + second, UTC)


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "target_id": [r[0] for r in rows],
            "account_id": [r[1] for r in rows],
            "occurred_at": [at(r[2]) for r in rows],
        },
        schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")},
    )


def background(seed: int, bins: int = 288, targets: int = 150, rate: float = 0.01) -> list[Row]:
    """Poisson mentions of `targets` targets, `rate` a bin each, all by different accounts."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(rate * targets * bins)
    second, target = np.sort(rng.integers(0, bins * 300, n)), rng.integers(0, targets, n)
    return [(f"t{t}", f"b{i}", int(s)) for i, (s, t) in enumerate(zip(second, target, strict=True))]


def crowd(target: str, first: int, count: int, seconds: int) -> list[Row]:
    """`count` mentions by different accounts, evenly over `seconds` from second `first`."""
    return [(target, f"c{target}{i}", first + i * seconds // count) for i in range(count)]
