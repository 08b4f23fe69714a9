"""Two published definitions of a coordinated pair, so that published work can be reproduced. They test nothing.

CooRTweet 2.1.3: Righetti & Balluff, R package CooRTweet, `detect_groups`.
coordination-network-toolkit 1.5.2: Graham, QUT Digital Observatory, `co_retweet` with the target as the reposted message.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from veille.detect.components import components as connected
from veille.detect.coordination.events import Ints, spread
from veille.detect.coordination.tables import CLUSTERS, PAIRS

_CHUNK_ROWS = 2_000_000


def _message(mentions: pl.DataFrame) -> pl.Expr:
    """The id of the message: post_id, else event_id, else the row's number."""
    known = [pl.col(c).cast(pl.String) for c in ("post_id", "event_id") if c in mentions.columns]
    return pl.coalesce(*known, pl.format("row {}", pl.int_range(pl.len())))


def _table(mentions: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted by (target, time): account_id, target_id, message, at (microseconds); incomplete rows left out."""
    columns = [pl.col(c).cast(pl.String) for c in ("account_id", "target_id")]
    at = pl.col("occurred_at").dt.epoch("us").alias("at")
    return mentions.select(*columns, _message(mentions).alias("message"), at).drop_nulls().sort("target_id", "at")


def _row_pairs(table: pl.DataFrame, window_s: float) -> Iterator[tuple[Ints, Ints]]:
    """Chunks of index pairs i < j on one target, at most window_s apart (inclusive)."""
    target = table["target_id"].rle_id().to_numpy().astype(np.int64)
    at = table["at"].to_numpy().astype(np.int64)
    reach = round(window_s * 1_000_000)
    end = np.empty(len(at), np.int64)
    for low, high in _runs(target):
        end[low:high] = low + np.searchsorted(at[low:high], at[low:high] + reach, "right")
    count = end - np.arange(len(at)) - 1
    start = 0
    while start < len(at):
        stop = max(start + 1, int(np.searchsorted(np.cumsum(count[start:]), _CHUNK_ROWS)) + start)
        owner, j = spread(np.arange(start, stop) + 1, count[start:stop])
        yield owner + start, j
        start = stop


def _runs(codes: Ints) -> list[tuple[int, int]]:
    edges = np.r_[0, np.flatnonzero(codes[1:] != codes[:-1]) + 1, len(codes)]
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)) if len(codes) else []


def coortweet(mentions: pl.DataFrame, window_s: float, min_participation: int = 2) -> pl.DataFrame:
    """CooRTweet's pairs: account_a < account_b, weight = number of row pairs (further columns as in PAIRS, null).

    1. accounts with at least min_participation rows; 2. unordered row pairs on one target at most window_s apart;
    3. without pairs of one account, of one message, or where a message is its own target; 4. among rows whose message
    survived, accounts with at least min_participation rows: a pair stays if either side's message is theirs.
    """
    table = _table(mentions)
    table = table.filter(pl.len().over("account_id") >= min_participation)
    account, message = (table[c].rank("dense").to_numpy().astype(np.int64) for c in ("account_id", "message"))
    own = (table["message"] == table["target_id"]).to_numpy()
    left, right = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for i, j in _row_pairs(table, window_s):
        ok = (account[i] != account[j]) & (message[i] != message[j]) & ~own[i] & ~own[j]
        left.append(i[ok])
        right.append(j[ok])
    i, j = np.concatenate(left), np.concatenate(right)
    survived = np.isin(message, np.union1d(message[i], message[j]))
    people, rows = np.unique(account[survived], return_counts=True)
    theirs = np.unique(message[survived & np.isin(account, people[rows >= min_participation])])
    ok = np.isin(message[i], theirs) | np.isin(message[j], theirs)
    ends = pl.DataFrame({"x": table["account_id"].gather(i[ok]), "y": table["account_id"].gather(j[ok])})
    pair = [pl.min_horizontal("x", "y").alias("account_a"), pl.max_horizontal("x", "y").alias("account_b")]
    return _as_pairs(ends.group_by(pair).agg(pl.len().alias("weight")), window_s)


def cnt(mentions: pl.DataFrame, window_s: float) -> pl.DataFrame:
    """The toolkit's network: weight_ab = a's distinct messages with one of b's on the same target within the window.

    weight is the larger of the two directions (0 = no edge that way); self-loops are left out; inclusive window.
    """
    table = _table(mentions)
    ids = table["account_id"].unique().sort()
    account = ids.search_sorted(table["account_id"]).to_numpy().astype(np.int64) if len(ids) else np.zeros(0, np.int64)
    message = table["message"].rank("dense").to_numpy().astype(np.int64)
    parts = []
    for left, right in _row_pairs(table, window_s):
        ok = account[left] != account[right]
        i, j = left[ok], right[ok]
        one = {
            "a": np.r_[account[i], account[j]],
            "b": np.r_[account[j], account[i]],
            "m": np.r_[message[i], message[j]],
        }
        parts.append(pl.DataFrame(one, schema=dict.fromkeys("abm", pl.Int64)).unique())
    found = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys("abm", pl.Int64))
    directed = found.unique().group_by("a", "b").agg(pl.len().alias("weight").cast(pl.Int64))
    back = directed.select(pl.col("b").alias("a"), pl.col("a").alias("b"), pl.col("weight").alias("weight_ba"))
    both = directed.filter(pl.col("a") < pl.col("b")).rename({"weight": "weight_ab"}).join(back, on=["a", "b"])
    named = both.with_columns(account_a=ids.gather(both["a"]), account_b=ids.gather(both["b"]))
    pairs = named.with_columns(weight=pl.max_horizontal("weight_ab", "weight_ba")).drop("a", "b")
    return _as_pairs(pairs, window_s)


def _as_pairs(pairs: pl.DataFrame, window_s: float) -> pl.DataFrame:
    """The columns every method writes; what these two do not know is null, and nothing is more than possible."""
    known = {"co_actions": pl.col("weight"), "tier": pl.lit("possible"), "window_s": pl.lit(round(window_s))}
    full = pairs.with_columns(**known)
    full = full.with_columns([pl.lit(None, t).alias(c) for c, t in PAIRS.items() if c not in full.columns])
    extra = [c for c in full.columns if c not in PAIRS]
    return full.select(*[pl.col(c).cast(t) for c, t in PAIRS.items()], *extra).sort("account_a", "account_b")


def components(pairs: pl.DataFrame) -> pl.DataFrame:
    """Connected components as a clusters table (columns: CLUSTERS), largest first; roles and chances are null."""
    ids = pl.concat([pairs["account_a"], pairs["account_b"]]).unique().sort()
    ends = [ids.search_sorted(pairs[c]).to_numpy().astype(np.int64) for c in ("account_a", "account_b")]
    group = connected(len(ids), *ends)
    found = pl.DataFrame({"account_id": ids, "group": group})
    sizes = found.group_by("group").agg(pl.len().alias("size"), pl.col("account_id").min().alias("first"))
    ranked = sizes.sort(-pl.col("size").cast(pl.Int64), "first").with_row_index("k", offset=1)
    named = found.join(ranked, on="group").sort("k", "account_id")
    table = named.select(pl.format("C{}", pl.col("k").cast(pl.String).str.zfill(4)).alias("cluster_id"), "account_id")
    filled = table.with_columns(tier=pl.lit("possible"), joined=pl.lit(value=False))
    filled = filled.with_columns([pl.lit(None, t).alias(c) for c, t in CLUSTERS.items() if c not in filled.columns])
    return filled.select([pl.col(c).cast(t) for c, t in CLUSTERS.items()])
