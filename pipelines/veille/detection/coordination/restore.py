"""The life history of clusters as it was recorded, for a watch that goes on from there."""

import json
from datetime import datetime

import polars as pl

from veille.detect.coordination.history import ClusterMember, KnownCluster
from veille.detect.coordination.sightings import EDGES, MethodChoice
from veille.detect.coordination.watch import Strength
from veille.store.database import Database
from veille.times import aware

_QUERY = "detect/coordination/known_"


def restored(database: Database, hour: datetime) -> tuple[list[KnownCluster], dict[str, Strength]]:
    """Clusters and their strength as decided at full hours up to `hour` (UTC without a zone)."""
    members = database.frame(f"{_QUERY}members", until=hour).partition_by("cluster_id", as_dict=True)
    edges = database.frame(f"{_QUERY}edges", until=hour)
    pairs = edges.with_columns(pl.col("window_s").cast(pl.Int64)).partition_by("cluster_id", as_dict=True)
    none = edges.head(0).with_columns(pl.col("window_s").cast(pl.Int64))
    known, strength = [], {}
    for row in database.frame(f"{_QUERY}clusters", until=hour).iter_rows(named=True):
        name, evidence = row["cluster_id"], json.loads(row["evidence"] or "{}")
        seen = {m["account_id"]: datetime.fromisoformat(m["last_at"]) for m in evidence.get("members", ())}
        own = members.get((name,), pl.DataFrame())
        people = {m["account_id"]: _member(m, seen) for m in own.iter_rows(named=True)}
        born, last = aware(row["born_at"]), aware(row["last_active_at"])
        known.append(
            KnownCluster(
                cluster_id=name, tier=row["tier"], state=row["state"], born_at=born, last_active_at=last, members=people
            )
        )
        choices = tuple(MethodChoice(**c) for c in evidence.get("sensitivity", ()))
        strength[name] = Strength(evidence.get("p_value", 1.0), pairs.get((name,), none).select(EDGES), choices)
    return known, strength


def _member(row: dict[str, datetime | str | None], seen: dict[str, datetime]) -> ClusterMember:
    account, since, until = str(row["account_id"]), row["since"], row["until"]
    assert isinstance(since, datetime)
    left = aware(until) if isinstance(until, datetime) else None
    return ClusterMember(str(row["role"]), aware(since), aware(seen.get(account, since)), left)
