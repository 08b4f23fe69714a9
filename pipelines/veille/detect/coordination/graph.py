"""The graph of pairs and clusters for Gephi."""

from pathlib import Path

import networkx as nx
import polars as pl


def write_gexf(pairs: pl.DataFrame, clusters: pl.DataFrame, path: Path) -> None:
    """Write a GEXF file: nodes with cluster_id, tier and role, edges with weight, expected, p_value and tier.

    Raises OSError where the file cannot be written.
    """
    graph = nx.Graph()
    for row in clusters.select("account_id", "cluster_id", "tier", "role").iter_rows(named=True):
        graph.add_node(row.pop("account_id"), **{k: v or "" for k, v in row.items()})
    columns = ["account_a", "account_b", "weight", "expected", "p_value", "q_value", "tier"]
    for a, b, *values in pairs.select(columns).iter_rows():
        known = zip(columns[2:], values, strict=True)
        graph.add_edge(a, b, **{k: v for k, v in known if v is not None})
    nx.write_gexf(graph, path)
