"""Small mentions with a known group: 300 strangers, one group that strikes quiet targets together."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

START = datetime(2026, 1, 5, tzinfo=UTC)


def frame(rows: list[tuple[str, str, float]], posts: list[str] | None = None) -> pl.DataFrame:
    """(account, target, seconds after START), with post ids if given."""
    table = pl.DataFrame(
        {
            "account_id": [r[0] for r in rows],
            "target_id": [r[1] for r in rows],
            "occurred_at": [START + timedelta(seconds=r[2]) for r in rows],
        },
        schema={"account_id": pl.String, "target_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")},
    )
    return table.with_columns(pl.Series("post_id", posts)) if posts else table


def strangers(seed: int, events: int = 3000, accounts: int = 300, targets: int = 150) -> list[tuple[str, str, float]]:
    """Independent mentions over four days."""
    rng = np.random.default_rng(seed)
    who, whom = rng.integers(0, accounts, events), rng.zipf(1.6, events) % targets
    when = rng.integers(0, 4 * 86_400, events)
    return [(f"a{a:03d}", f"t{t:03d}", float(s)) for a, t, s in zip(who, whom, when, strict=True)]


def strikes(seed: int, size: int = 8, targets: int = 5, join: float = 0.85) -> list[tuple[str, str, float]]:
    """A group acting within 50 s on each of its targets, once."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(targets):
        at = float(rng.integers(0, 4 * 86_400 - 100))
        taking_part = np.flatnonzero(rng.random(size) < join)
        rows += [(f"g{m:02d}", f"q{k}", at + float(rng.integers(0, 50))) for m in taking_part]
    return rows
