"""The life history of clusters as it was recorded, for a watch that goes on from there."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl

from veille.detect.coordination.described import look_told
from veille.detect.coordination.history import ClusterMember, KnownCluster
from veille.detect.coordination.sightings import MethodChoice
from veille.detect.coordination.strength import COLUMNS, FirstSeen, Strength
from veille.store.database import Database
from veille.times import aware

_QUERY = "detect/coordination/known_"


def restored(database: Database, hour: datetime) -> tuple[list[KnownCluster], dict[str, Strength]]:
    """Clusters and their strength as decided at full hours up to `hour` (UTC without a zone)."""
    members = database.frame(f"{_QUERY}members", until=hour).partition_by("cluster_id", as_dict=True)
    edges = database.frame(f"{_QUERY}edges", until=hour)
    times = pl.col("since", "until", "latest_since", "latest_until").dt.replace_time_zone("UTC")
    typed = edges.with_columns(pl.col("window_s", "latest_window_s").cast(pl.Int64), times)
    pairs, none = typed.partition_by("cluster_id", as_dict=True), typed.head(0)
    known, strength = [], {}
    for row in database.frame(f"{_QUERY}clusters", until=hour).iter_rows(named=True):
        name, evidence = row["cluster_id"], json.loads(row["evidence"] or "{}")
        seen = {m["account_id"]: datetime.fromisoformat(m["last_at"]) for m in evidence.get("members", ())}
        own = list(members.get((name,), pl.DataFrame()).iter_rows(named=True))
        stood = frozenset(m["account_id"] for m in own if m["standing"]) if row["state"] != "active" else frozenset()
        known.append(
            KnownCluster(
                cluster_id=name, tier=row["tier"], state=row["state"], born_at=aware(row["born_at"]),
                last_active_at=aware(row["last_active_at"]), members={m["account_id"]: _member(m, seen) for m in own}, stood=stood,
            )
        )  # fmt: skip
        edges_of = pairs.get((name,), none).select(COLUMNS)
        strength[name] = replace(_strength(evidence, edges_of, own, hour), first=_first(row))
    return known, strength


def _first(row: Mapping[str, Any]) -> FirstSeen | None:
    if row["found_by"] is None:
        return None
    return FirstSeen(row["found_by"], aware(row["found_since"]), aware(row["found_until"]))


def _strength(evidence: dict[str, Any], edges: pl.DataFrame, members: list[dict[str, Any]], hour: datetime) -> Strength:
    choices = tuple(MethodChoice(**c) for c in evidence.get("sensitivity", ()))
    nothing = {"since": hour.isoformat(), "until": hour.isoformat()}
    accounts = [m["account_id"] for m in evidence.get("look_members", ())]
    latest = evidence.get("latest", {})
    return Strength(
        best=look_told(evidence, evidence.get("period", nothing), accounts),
        latest=look_told(latest, latest.get("look", nothing), ()),
        sensitivity=choices,
        edges=edges,
        rules={m["account_id"]: (m["rule"], m["rule_value"]) for m in members if m["rule"] is not None},
    )


def _member(row: dict[str, datetime | str | None], seen: dict[str, datetime]) -> ClusterMember:
    account, since, until = str(row["account_id"]), row["since"], row["until"]
    assert isinstance(since, datetime)
    left = aware(until) if isinstance(until, datetime) else None
    return ClusterMember(str(row["role"]), aware(since), aware(seen.get(account, since)), left)
