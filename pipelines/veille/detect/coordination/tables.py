"""The detector's results as frames."""

from collections import Counter

import numpy as np
import polars as pl

from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.joining import Crowd
from veille.detect.coordination.pairs import AccountPairs
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.roles import first_movers, roles
from veille.detect.coordination.trees import Group

PAIRS = {
    "account_a": pl.String,
    "account_b": pl.String,
    "co_actions": pl.Int64,
    "weight": pl.Int64,
    "expected": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "tier": pl.String,
    "window_s": pl.Int64,
    "cluster_id": pl.String,
}
CLUSTERS = {
    "cluster_id": pl.String,
    "account_id": pl.String,
    "tier": pl.String,
    "role": pl.String,
    "joined": pl.Boolean,
    "q_value": pl.Float64,
    "cluster_p_value": pl.Float64,
}


def cluster_name(k: int) -> str:
    """Name of the k-th cluster of one run; identity across runs is history.py's business."""
    return f"C{k + 1:04d}"


def pairs_table(events: Events, pairs: AccountPairs, cluster_of: Ints) -> pl.DataFrame:
    """Pairs as a frame (columns: PAIRS), sorted; cluster_of gives the validated cluster of each account or -1."""
    a, b = pairs.pair // events.n, pairs.pair % events.n
    home = np.where(cluster_of[a] == cluster_of[b], cluster_of[a], -1)
    names = [cluster_name(k) if k >= 0 else None for k in home.tolist()]
    columns = {
        "account_a": events.accounts.gather(a),
        "account_b": events.accounts.gather(b),
        "co_actions": pairs.units,
        "weight": pairs.units,
        "expected": pairs.expected,
        "p_value": pairs.p_value,
        "q_value": pairs.q_value,
        "tier": np.where(home >= 0, "validated", "possible"),
        "window_s": pairs.width_s,
        "cluster_id": names,
    }
    return pl.DataFrame(columns, schema=PAIRS).sort("account_a", "account_b")


Found = tuple[list[Group], list[dict[int, float]], list[Group]]  # validated, who joined each, possible


def clusters_table(
    events: Events, crowd: Crowd | None, found: Found, pairs: AccountPairs, windows: tuple[Window, ...]
) -> pl.DataFrame:
    """Members as a frame (columns: CLUSTERS), validated clusters first, largest first."""
    validated, joined, possible = found
    rows: list[tuple[str, int, str, str, bool, float, float]] = []
    for k, group in enumerate(validated):
        members = np.array(sorted(group.members | joined[k].keys()), np.int64)
        degree, window = _inside(events, pairs, members, windows)
        movers = first_movers(crowd, members, window) if crowd else set()
        names = roles(members, set(joined[k]), degree, movers)
        for m in members.tolist():
            row = ("validated", names[m], m in joined[k], joined[k].get(m, group.p_value), group.p_value)
            rows.append((cluster_name(k), m, *row))
    for k, group in enumerate(possible, len(validated)):
        rows += [
            (cluster_name(k), m, "possible", "core", False, group.p_value, group.p_value) for m in sorted(group.members)
        ]
    columns = list(zip(*rows, strict=True)) or [()] * len(CLUSTERS)
    table = pl.DataFrame(dict(zip(CLUSTERS, columns, strict=True)), schema={**CLUSTERS, "account_id": pl.Int64})
    codes = table["account_id"].to_numpy()
    return table.with_columns(account_id=events.accounts.gather(codes).cast(pl.String))


def _inside(
    events: Events, pairs: AccountPairs, members: Ints, windows: tuple[Window, ...]
) -> tuple[dict[int, int], Window]:
    """Edges of each member inside the cluster, and the window in which most of them are least likely by chance."""
    a, b = pairs.pair // events.n, pairs.pair % events.n
    inside = np.isin(a, members) & np.isin(b, members)
    degree = Counter(np.r_[a[inside], b[inside]].tolist())
    widths = Counter(pairs.width_s[inside].tolist())
    best = max(windows, key=lambda w: (widths.get(w.width_s, 0), -w.width_s))
    return dict(degree), best
