"""A cluster as a GEXF 1.3 file, for Gephi and other tools: accounts and targets, pairs and mentions, pseudonyms only."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from dashboards.clusters.network import Network

_NAMESPACE = "http://gexf.net/1.3"
_NODE = (
    ("kind", "string"),
    ("role", "string"),
    ("rule", "string"),
    ("co_actions", "integer"),
    ("accounts", "integer"),
    ("mentions", "integer"),
    ("burden", "integer"),
)
_EDGE = (
    ("kind", "string"), ("co_actions", "integer"), ("expected", "double"), ("p_value", "double"), ("q_value", "double"),
    ("window_seconds", "integer"), ("supported", "boolean"), ("supported_by", "string"),
    ("since", "string"), ("until", "string"), ("mentions", "integer"), ("place", "integer"), ("first_at", "string"),
)  # fmt: skip


def written(network: Network, cluster_id: str, made_at: datetime) -> bytes:
    """The whole network (not only what is drawn). Edges between accounts weigh their co-actions, those to targets their mentions.

    All are undirected, because readers refuse a graph of both kinds; an edge of kind `mentions` goes from its account to its target.
    """
    root = ET.Element("gexf", {"xmlns": _NAMESPACE, "version": "1.3"})
    meta = ET.SubElement(root, "meta", {"lastmodifieddate": made_at.date().isoformat()})
    ET.SubElement(meta, "creator").text = "Veille"
    ET.SubElement(meta, "description").text = f"Cluster {cluster_id}: a hypothesis, not a verdict. Pseudonyms only."
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "undirected", "mode": "static"})
    _declare(graph, "node", _NODE)
    _declare(graph, "edge", _EDGE)
    nodes, edges = ET.SubElement(graph, "nodes"), ET.SubElement(graph, "edges")
    for row in network.members.iter_rows(named=True):
        _node(nodes, f"a-{row['account_id']}", row["account_id"], {**row, "kind": "account"})
    for row in network.targets.iter_rows(named=True):
        _node(nodes, f"t-{row['target_id']}", row["target_id"], {**row, "kind": "target"})
    for row in network.pairs.iter_rows(named=True):
        ends = (f"a-{row['account_a']}", f"a-{row['account_b']}")
        _edge(edges, ends, row["co_actions"], {**row, "kind": "pair"})
    for row in network.links.iter_rows(named=True):
        ends = (f"a-{row['account_id']}", f"t-{row['target_id']}")
        _edge(edges, ends, row["mentions"], {**row, "kind": "mentions"})
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _declare(graph: ET.Element, of: str, names: tuple[tuple[str, str], ...]) -> None:
    listed = ET.SubElement(graph, "attributes", {"class": of})
    for name, kind in names:
        ET.SubElement(listed, "attribute", {"id": name, "title": name, "type": kind})


def _node(nodes: ET.Element, identity: str, label: object, values: dict[str, Any]) -> None:
    node = ET.SubElement(nodes, "node", {"id": identity, "label": str(label)})
    _values(node, values, _NODE)


def _edge(edges: ET.Element, ends: tuple[str, str], weight: int, values: dict[str, Any]) -> None:
    attributes = {
        "id": str(len(edges)),
        "source": ends[0],
        "target": ends[1],
        "weight": str(float(weight)),
    }
    _values(ET.SubElement(edges, "edge", attributes), values, _EDGE)


def _values(parent: ET.Element, values: dict[str, Any], names: tuple[tuple[str, str], ...]) -> None:
    held = ET.SubElement(parent, "attvalues")
    for name, _ in names:
        value = values.get(name)
        if value is not None:
            text = (
                value.isoformat()
                if isinstance(value, datetime)
                else str(value).lower()
                if isinstance(value, bool)
                else str(value)
            )
            ET.SubElement(held, "attvalue", {"for": name, "value": text})
