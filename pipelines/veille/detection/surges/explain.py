"""Why a surge opened, from its events: who and what makes the excess, against the same clock time of the days before."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from veille.detect.surges.explain import explain
from veille.detect.surges.records import Surge
from veille.detection.surges.feed import moment
from veille.store.database import Database

DAY = timedelta(days=1)
COMPARED_DAYS = 7
KNOWN_DAYS = 28
MOST_POINTS = 36
MOST_VALUES = 8
MADE = ("outcome", "surface", "plan")
"""Kinds of series that count generations; all others count mentions."""


class Explainer:
    """Reads the events of surges; nothing is kept."""

    def __init__(self, database: Database, classes: tuple[str, ...]) -> None:
        self._database = database
        self._classes = list(classes)

    def accounts(self, surge: Surge, until: datetime) -> int:
        """Distinct accounts of a series with volume since the surge's beginning."""
        found = self._database.frame(
            "detect/surges/accounts",
            kind=surge.series_kind,
            key=surge.series_key,
            since=moment(surge.since),
            until=until,
        )
        return int(found.item())

    def explain(self, surge: Surge, until: datetime, changed: Sequence[str]) -> str:
        """JSON: contributions (rows of `detect.surges.explain`), new_accounts, returning_accounts, top_share, points
        (begin of each bin up to the opening, events, accounts), query (name, parameters), coverage (collections that
        stopped or changed their sampling: then a change of collection may be all there is)."""
        days = max(1, -((moment(surge.since) - until) // DAY))
        periods = max(1, COMPARED_DAYS // days)
        name, parameters = self._query(surge, until, days, periods)
        events = self._database.frame(name, **parameters).with_columns(pl.col("account_id").fill_null("unknown"))
        current, before = events.filter(pl.col("period") == 0), events.filter(pl.col("period") > 0)
        known = pl.concat([self._known(current, moment(surge.since)), before["account_id"].unique()])
        table = explain(current.drop("period"), before.drop("period"), periods, known, surge.expected)
        return json.dumps(
            {
                "contributions": _largest(table),
                **_who(table, len(current)),
                "points": _points(current, surge),
                "query": {"name": name, "parameters": {k: _plain(v) for k, v in parameters.items()}},
                "coverage": list(changed),
            },
            separators=(",", ":"),
        )

    def _query(self, surge: Surge, until: datetime, days: int, periods: int) -> tuple[str, dict[str, Any]]:
        parameters: dict[str, Any] = {"kind": surge.series_kind, "key": surge.series_key}
        span = {"since": moment(surge.since), "until": until, "days": days, "periods": periods}
        if surge.series_kind in MADE:
            return "detect/surges/made_about", {**parameters, **span}
        return "detect/surges/asked_about", {**parameters, **span, "classes": self._classes}

    def _known(self, current: pl.DataFrame, since: datetime) -> pl.Series:
        accounts = [a for a in current["account_id"].unique().sort().to_list() if a != "unknown"]
        found = self._database.frame("detect/surges/known_accounts", accounts=accounts, since=since, days=KNOWN_DAYS)
        return found["account_id"]


def _largest(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON: within each dimension those with the largest excess."""
    place = pl.int_range(pl.len()).over("dimension")
    kept = table.filter(place < MOST_VALUES).with_columns(pl.col(pl.Float64).round(3))
    return kept.to_dicts()


def _who(table: pl.DataFrame, events: int) -> dict[str, Any]:
    rows = {(d, v): n for d, v, n in table.select("dimension", "value", "observed").iter_rows()}
    share = {n: round(rows.get(("top_accounts", f"top {n}"), 0) / max(events, 1), 3) for n in (1, 3, 10)}
    return {
        "new_accounts": rows.get(("accounts", "new"), 0),
        "returning_accounts": rows.get(("accounts", "returning"), 0),
        "top_share": {str(n): value for n, value in share.items()},
    }


def _points(current: pl.DataFrame, surge: Surge) -> list[list[Any]]:
    """The bins that tripped the rule: from the begin of the window to the opening."""
    tripped = current.filter(pl.col("occurred_at") < moment(surge.opened_at) + timedelta(minutes=5))
    bins = (
        tripped.group_by(pl.col("occurred_at").dt.truncate("5m").alias("bin"))
        .agg(pl.len().alias("events"), pl.col("account_id").n_unique().alias("accounts"))
        .sort("bin")
    )
    return [[_plain(at), events, accounts] for at, events, accounts in bins.tail(MOST_POINTS).iter_rows()]


def _plain(value: Any) -> Any:
    return value.isoformat() + "Z" if isinstance(value, datetime) else value
