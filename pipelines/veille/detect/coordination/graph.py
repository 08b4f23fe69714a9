"""The graph of pairs and clusters for Gephi."""

from pathlib import Path

import networkx as nx
import polars as pl

MOST_EDGES = 100_000  # more than Gephi lays out, and a document of several gigabytes


def write_gexf(pairs: pl.DataFrame, clusters: pl.DataFrame, path: Path) -> int:
    """Write a GEXF file: nodes with cluster_id, tier and role, edges with weight, expected, p_value,
    and, where the table has them, tier (the pair's own), cluster_tier, supported and supported_by.

    Of more than MOST_EDGES pairs only those of a weight that leaves no more, and their accounts. Returns that least
    weight, 1 where all are in. Raises OSError where the file cannot be written.
    """
    least = _least_weight(pairs["weight"])
    if least > 1:
        pairs = pairs.filter(pl.col("weight") >= least)
        ends = pl.concat([pairs["account_a"], pairs["account_b"]]).unique()
        clusters = clusters.filter(pl.col("account_id").is_in(ends.implode()))
    graph = nx.Graph()
    for row in clusters.select("account_id", "cluster_id", "tier", "role").iter_rows(named=True):
        graph.add_node(row.pop("account_id"), **{k: v or "" for k, v in row.items()})
    columns = ["account_a", "account_b", "weight", "expected", "p_value", "q_value"]
    columns += [name for name in ("tier", "cluster_tier", "supported", "supported_by") if name in pairs.columns]
    for a, b, *values in pairs.select(columns).iter_rows():
        known = zip(columns[2:], values, strict=True)
        graph.add_edge(a, b, **{k: v for k, v in known if v is not None})
    nx.write_gexf(graph, path)
    return least


def _least_weight(weight: pl.Series) -> int:
    """The least weight with no more than MOST_EDGES pairs at or above it; 1 where all fit."""
    if len(weight) <= MOST_EDGES:
        return 1
    counts = pl.DataFrame({"weight": weight}).group_by("weight").len().sort("weight", descending=True)
    fitting = counts.filter(pl.col("len").cum_sum() <= MOST_EDGES)["weight"].min()
    return int(fitting) if isinstance(fitting, int) else int(counts["weight"][0]) + 1
