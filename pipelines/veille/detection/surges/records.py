"""Findings of surges as rows of their tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from veille.detect.surges.multivariate import FEATURES
from veille.detect.surges.records import InsistentAccount, Surge
from veille.detection.surges.feed import micros, moment
from veille.detection.surges.versions import Version

_TIMES = ("opened_at", "since", "peak_at", "closed_at")
_COUNTS = ("observed", "expected", "low", "high", "accounts", "score", "p_value", "q_value", "window_seconds", "reason")
RESTART = "restart"


def table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a finding's table, from surge_row, drop_row or insistent_row."""
    return pl.DataFrame(rows, infer_schema_length=None)


def surge_row(version: Version[Surge], accounts: Mapping[str, int], explanations: Mapping[str, str]) -> dict[str, Any]:
    """A row of `surges`. accounts, explanations: by surge_id, where they are not the finding's own."""
    more = {"storm": version.finding.storm, "level": version.finding.level}
    return _row(version, accounts, explanations) | more


def drop_row(version: Version[Surge], accounts: Mapping[str, int]) -> dict[str, Any]:
    """A row of `drops`. accounts: by surge_id."""
    return _row(version, accounts, {})


def _row(version: Version[Surge], accounts: Mapping[str, int], explanations: Mapping[str, str]) -> dict[str, Any]:
    surge = version.finding
    row: dict[str, Any] = {name: getattr(surge, name) for name in ("surge_id", "series_kind", "series_key", *_COUNTS)}
    for name in _TIMES:
        us = getattr(surge, name)
        row[name] = None if us is None else moment(us)
    return row | {
        "decided_at": version.decided_at,
        "target_id": surge.series_key if surge.series_kind == "target" else None,
        "accounts": accounts.get(surge.surge_id, surge.accounts),
        "explanation": explanations.get(surge.surge_id),
    }


def insistent_row(version: Version[InsistentAccount], fulfilled: Mapping[str, int]) -> dict[str, Any]:
    """A row of `insistent_accounts`."""
    one = version.finding
    return {
        "finding_id": one.finding_id,
        "decided_at": version.decided_at,
        "account_id": one.account_id,
        "target_id": one.target_id,
        "opened_at": moment(one.opened_at),
        "first_at": moment(one.first_at),
        "last_at": moment(one.last_at),
        "requests": one.requests,
        "fulfilled": fulfilled.get(one.finding_id, 0),
        "other_targets": one.other_targets,
        "expected": one.expected,
        "closed": one.closed,
    }


def odd_rows(ranked: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Rows of `odd_targets`; contributions as JSON, feature → what it adds to the score."""
    parts = pl.struct(pl.col(f"contribution_{name}").round(4).alias(name) for name in FEATURES)
    return ranked.select(
        "target_id",
        pl.lit(at).cast(pl.Datetime("us")).alias("decided_at"),
        pl.col("rank").cast(pl.Int32).alias("position"),
        pl.col("score").round(4),
        parts.struct.json_encode().alias("contributions"),
    )


def left_out_rows(mentions: Mapping[datetime, int], at: datetime) -> pl.DataFrame:
    """Rows of `mentions_left_out`. mentions: by hour."""
    rows = [{"hour": hour, "decided_at": at, "mentions": count} for hour, count in sorted(mentions.items())]
    return pl.DataFrame(rows, infer_schema_length=None)


def orphans(latest: pl.DataFrame, known: set[str], at: datetime) -> pl.DataFrame:
    """Rows that close what stands open in the table and that nobody follows any more after a restart."""
    left = latest.filter(pl.col("closed_at").is_null() & ~pl.col("surge_id").is_in(list(known)))
    return left.drop("version", "known_at").with_columns(
        pl.max_horizontal("opened_at", pl.lit(at).cast(pl.Datetime("us"))).alias("closed_at"),
        pl.lit(at).cast(pl.Datetime("us")).alias("decided_at"),
        pl.lit(RESTART).alias("reason"),
    )


def span_of(findings: Sequence[InsistentAccount]) -> dict[str, Any]:
    """Parameters of detect/surges/fulfilled without the classes."""
    return {
        "findings": [
            {
                "finding_id": one.finding_id,
                "account_id": one.account_id,
                "target_id": one.target_id,
                "first_at": moment(one.first_at),
                "last_at": moment(one.last_at),
            }
            for one in findings
        ],
        "since": moment(min(one.first_at for one in findings)),
        "until": moment(max(one.last_at for one in findings)),
    }


def bin_of(at: datetime) -> int:
    """The 5-minute bin that holds a time."""
    return micros(at) // 300_000_000
