"""The network of a cluster: what is drawn, where it stands, and its GEXF file."""

import json
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx import read_gexf

from dashboards import theme
from dashboards.clusters import gexf, layout, network
from dashboards.clusters.network import Network
from tests.unit.dashboards.findings.tables import NOON, uid


def large(accounts: int, targets: int) -> Network:
    a, t = [uid(n) for n in range(accounts)], [uid(10_000 + n) for n in range(targets)]
    members = pl.DataFrame(
        {"account_id": a, "role": "core", "co_actions": list(range(accounts)), "since": NOON, "until": None}
    )
    burden = pl.DataFrame({"target_id": t, "accounts": 3, "mentions": 4, "burden": 5})
    pairs = pl.DataFrame({
        "account_a": a[:-1], "account_b": a[1:], "co_actions": 2, "expected": 0.1, "p_value": 1e-5, "q_value": 1e-4, "window_seconds": 60,
        "supported": True,
    })  # fmt: skip
    met = [(account, t[n % targets], 1, NOON, 1 + n // targets) for n, account in enumerate(a)]
    links = pl.DataFrame(met, schema=["account_id", "target_id", "mentions", "first_at", "place"], orient="row")
    return Network(members, burden, pairs, links)


def test_a_small_network_is_drawn_whole() -> None:
    whole = large(24, 8)
    bounded, drawn = whole.bounded()
    assert drawn.everything
    option = network.option(bounded, theme.LIGHT)
    (series,) = option["series"]
    assert (len(series["data"]), len(series["links"])) == (32, 23 + 24)
    assert {node["id"][:2] for node in series["data"]} == {"a-", "t-"}
    first = [link for link in series["links"] if link["target"].startswith("t-") and link["symbol"][1] == "arrow"]
    assert len(first) == 8


def test_a_large_network_is_bounded_and_says_what_it_leaves_out() -> None:
    bounded, drawn = large(900, 300).bounded()
    assert (drawn.accounts, drawn.targets) == (network.MOST_ACCOUNTS, network.MOST_TARGETS)
    assert (drawn.all_accounts, drawn.all_targets, drawn.all_pairs) == (900, 300, 899)
    assert not drawn.everything
    kept = set(bounded.members["account_id"])
    assert set(bounded.pairs["account_a"]) | set(bounded.pairs["account_b"]) <= kept
    assert bounded.members["co_actions"].min() == 700, "those with the most co-actions stay"
    json.dumps(network.option(bounded, theme.DARK))


def test_a_person_may_be_account_and_target_at_once() -> None:
    whole = large(5, 2)
    both = whole.targets.with_columns(pl.Series("target_id", [uid(0), uid(1)]))
    bounded, _ = Network(whole.members, both, whole.pairs, whole.links.clear()).bounded()
    option = network.option(bounded, theme.LIGHT)
    identities = [node["id"] for node in option["series"][0]["data"]]
    assert len(set(identities)) == len(identities)


@pytest.mark.slow
@given(st.integers(0, 60), st.integers(0, 80), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_nodes_stand_apart_inside_the_box_and_always_at_the_same_place(nodes: int, edges: int, seed: int) -> None:
    ends = np.random.default_rng(seed).integers(0, max(nodes, 1), (edges if nodes else 0, 2))
    at = layout.placed(nodes, ends, np.ones(len(ends)))
    assert at.shape == (nodes, 2)
    assert np.array_equal(at, layout.placed(nodes, ends, np.ones(len(ends))))
    if nodes > 1:
        assert (at >= 0).all()
        assert (at[:, 1] <= 1.0001).all()
        apart = np.linalg.norm(at[:, None] - at[None], axis=2) + np.eye(nodes)
        assert apart.min() > 0


def test_a_gexf_file_holds_everything_and_escapes_what_it_must() -> None:
    whole = large(30, 4)
    hostile = Network(whole.members.with_columns(role=pl.lit("<&>\"'")), whole.targets, whole.pairs, whole.links)
    root = ET.fromstring(gexf.written(hostile, "c" * 32, NOON))
    space = {"g": "http://gexf.net/1.3"}
    assert len(root.findall(".//g:node", space)) == 34
    assert len(root.findall(".//g:edge", space)) == 29 + 30
    identities = {node.get("id") for node in root.findall(".//g:node", space)}
    assert {edge.get("source") for edge in root.findall(".//g:edge", space)} <= identities
    assert {value.get("value") for value in root.findall(".//g:attvalue[@for='role']", space)} == {"<&>\"'"}


def test_a_gexf_file_opens_in_networkx() -> None:
    found = read_gexf(BytesIO(gexf.written(large(30, 4), "c" * 32, NOON)), version="1.3")
    assert (found.number_of_nodes(), found.number_of_edges()) == (34, 29 + 30)
    kinds = {frozenset((one[0], other[0])): data["kind"] for one, other, data in found.edges(data=True)}
    assert kinds == {frozenset("a"): "pair", frozenset("at"): "mentions"}


def test_only_supported_pairs_are_drawn_and_counted_as_drawn() -> None:
    whole = large(24, 8)
    mixed = Network(
        whole.members, whole.targets, whole.pairs.with_columns(supported=pl.int_range(pl.len()) < 5), whole.links
    )
    bounded, drawn = mixed.bounded()
    assert (len(bounded.pairs), drawn.pairs, drawn.all_pairs, len(mixed.seen)) == (5, 5, 5, 18)
    assert drawn.everything
