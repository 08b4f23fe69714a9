"""The detector's results as frames."""

from collections import Counter
from collections.abc import Collection

import numpy as np
import polars as pl

from veille.detect.coordination.events import Ints
from veille.detect.coordination.ground import Ground
from veille.detect.coordination.pairs import AccountPairs, keep_threshold
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.roles import first_movers, roles
from veille.detect.coordination.support import in_tests, supported_by
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
    "supported": pl.Boolean,
    "supported_by": pl.String,
    "window_s": pl.Int64,
    "cluster_id": pl.String,
    "cluster_tier": pl.String,
}
CLUSTERS = {
    "cluster_id": pl.String,
    "account_id": pl.String,
    "tier": pl.String,
    "role": pl.String,
    "joined": pl.Boolean,
    "q_value": pl.Float64,
    "cluster_p_value": pl.Float64,
    "rule": pl.String,
    "error_rate": pl.Float64,
    "rule_value": pl.Float64,
}


def cluster_name(k: int) -> str:
    """Name of the k-th cluster of one run; identity across runs is history.py's business."""
    return f"C{k + 1:04d}"


def pairs_table(ground: Ground, pairs: AccountPairs, found: "Found", alpha: float) -> pl.DataFrame:
    """Pairs as a frame (columns: PAIRS), sorted. A pair's tier is its own; the tier of the cluster that holds both stands beside it."""
    if not len(pairs.pair):
        return pl.DataFrame(schema=PAIRS)
    a, b = pairs.pair // ground.n, pairs.pair % ground.n
    groups = _groups(found)
    cluster_of = np.full(ground.n, -1)
    for k, members in reversed(list(enumerate(groups))):  # an account that joined a validated cluster counts there
        cluster_of[list(members)] = k
    home = np.where(cluster_of[a] == cluster_of[b], cluster_of[a], -1).tolist()
    tiers = ["validated"] * len(found[0]) + ["possible"] * len(found[2])
    reasons = supported_by(pairs, in_tests(pairs, ground.n, ground.seen, found[0]), alpha)
    counts = np.where(pairs.p_value <= keep_threshold(ground.seen), "possible", "seen")
    columns = {
        "account_a": ground.accounts.gather(a),
        "account_b": ground.accounts.gather(b),
        "co_actions": pairs.units,
        "weight": pairs.units,
        "expected": pairs.expected,
        "p_value": pairs.p_value,
        "q_value": pairs.q_value,
        "tier": np.where(pairs.q_value <= alpha, "validated", counts),
        "supported": [reason is not None for reason in reasons],
        "supported_by": reasons,
        "window_s": pairs.width_s,
        "cluster_id": [cluster_name(k) if k >= 0 else None for k in home],
        "cluster_tier": [tiers[k] if k >= 0 else None for k in home],
    }
    return pl.DataFrame(columns, schema=PAIRS).sort("account_a", "account_b")


Found = tuple[list[Group], list[dict[int, float]], list[Group]]  # validated, who joined each, possible


def _groups(found: Found) -> list[Collection[int]]:
    """Members of each cluster, in the order of their names."""
    validated, joined, possible = found
    return [
        *(g.members | more.keys() for g, more in zip(validated, joined, strict=True)),
        *(g.members for g in possible),
    ]


def clusters_table(ground: Ground, found: Found, pairs: AccountPairs, windows: tuple[Window, ...]) -> pl.DataFrame:
    """Members as a frame (CLUSTERS but the rules, which `support.member_rules` adds), validated clusters first, largest first."""
    validated, joined, possible = found
    rows: list[tuple[str, int, str, str, bool, float, float]] = []
    everyone = [np.array(sorted(g.members | more.keys()), np.int64) for g, more in zip(validated, joined, strict=True)]
    inside = [_inside(ground.n, pairs, members, windows) for members in everyone]
    seen = ground.line_ups([(members, window) for members, (_, window) in zip(everyone, inside, strict=True)])
    for k, group in enumerate(validated):
        members = everyone[k]
        names = roles(members, set(joined[k]), inside[k][0], first_movers(seen[k], members))
        for m in members.tolist():
            row = ("validated", names[m], m in joined[k], joined[k].get(m, group.p_value), group.p_value)
            rows.append((cluster_name(k), m, *row))
    for k, group in enumerate(possible, len(validated)):
        rows += [
            (cluster_name(k), m, "possible", "core", False, group.p_value, group.p_value) for m in sorted(group.members)
        ]
    columns = list(zip(*rows, strict=True)) or [()] * 7
    kept = [name for name in CLUSTERS if name not in ("rule", "error_rate", "rule_value")]
    schema = {name: CLUSTERS[name] for name in kept} | {"account_id": pl.Int64()}
    table = pl.DataFrame(dict(zip(kept, columns, strict=True)), schema=schema)
    codes = table["account_id"].to_numpy()
    return table.with_columns(account_id=ground.accounts.gather(codes).cast(pl.String))


def _inside(n: int, pairs: AccountPairs, members: Ints, windows: tuple[Window, ...]) -> tuple[dict[int, int], Window]:
    """Edges of each member inside the cluster, and the window in which most of them are least likely by chance."""
    a, b = pairs.pair // n, pairs.pair % n
    inside = np.isin(a, members) & np.isin(b, members)
    degree = Counter(np.r_[a[inside], b[inside]].tolist())
    widths = Counter(pairs.width_s[inside].tolist())
    best = max(windows, key=lambda w: (widths.get(w.width_s, 0), -w.width_s))
    return dict(degree), best
