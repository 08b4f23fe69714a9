"""The pure parts of the pages about findings: bands, networks, files, cards, words."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx import read_gexf
from scipy.stats import nbinom

from dashboards import ranges, theme
from dashboards.axes import Canvas
from dashboards.clusters import charts as cluster_charts
from dashboards.clusters import evidence, gexf, layout, network
from dashboards.clusters.network import Network
from dashboards.incidents import words as incident_words
from dashboards.shared import explanation, naming
from dashboards.surges import band
from dashboards.surges import charts as surge_charts
from dashboards.targets.list import risk
from dashboards.texts import names, speaking
from tests.unit.dashboards import found

NOON = datetime(2026, 1, 10, 12)
HOUR = timedelta(hours=1)
CANVAS = Canvas(ranges.absolute(NOON - HOUR, NOON + HOUR, 60, NOON), theme.LIGHT, NOON)


def uid(number: int) -> str:
    return str(UUID(int=number << 64))


# -- what a surge is held against ------------------------------------------------


def test_the_band_of_the_whole_is_the_detectors_own() -> None:
    high = float(nbinom.ppf(0.995, 4, 4 / (4 + 10)))
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=10, low=1, high=high)
    assert band.shape(usual) == pytest.approx(4, rel=0.2)
    expected, low, top = band.per_step(usual, 3600)
    assert expected == 10
    assert (low, top) == pytest.approx((float(nbinom.ppf(0.005, 4, 4 / 14)), high), abs=1)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.integers(60, 86_400))
@settings(max_examples=60, deadline=None)
def test_the_band_always_holds_what_is_expected(expected: float, more: float, step: int) -> None:
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=expected, low=0, high=expected + more)
    per, low, high = band.per_step(usual, step)
    assert 0 <= low <= max(per, low)
    assert high >= int(per) or per < 0.01
    assert per == pytest.approx(expected * step / 3600)


def test_steps_without_events_are_zeros_and_only_the_findings_own_stand_out() -> None:
    seen = pl.DataFrame({"at": [NOON - HOUR, NOON], "events": [50, 50], "accounts": [9, 9]})
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=2, low=0, high=8)
    steps = band.steps(seen, usual, NOON - HOUR, NOON + HOUR, 1800)
    assert steps["events"].to_list() == [50, 0, 50, 0]
    assert steps["above"].to_list() == [True, False, True, False]
    assert steps["inside"].to_list() == [False, False, True, True]
    chart = surge_charts.held_against(steps, CANVAS, {"opened": NOON, "closed": None})
    data = next(rows for rows in chart.to_dict(format="vega-lite")["datasets"].values() if len(rows) == 4)
    assert [row["above"] for row in data] == [False, False, True, False]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=60)))
@settings(deadline=None)
def test_what_is_drawn_around_a_finding_holds_it_in_a_readable_number_of_steps(
    opened: datetime, lasted: timedelta
) -> None:
    since, until, step = band.window(opened, opened, opened + lasted)
    assert since < opened <= opened + lasted < until
    assert (until - since) / timedelta(seconds=step) <= 400
    assert band.floor(since, step) == since


def test_the_timeline_puts_drops_below_and_surges_above_the_usual() -> None:
    rows = pl.DataFrame({
        "surge_id": ["a", "b"], "series": ["target", "drop"], "kind": ["One target", "Drop"], "label": ["x", "y"],
        "opened_at": [NOON, NOON], "closed_at": [None, NOON + HOUR], "observed": [36, 3], "expected": [0.1, 41.0], "accounts": [9, 1],
    }, schema_overrides={"closed_at": pl.Datetime("us")})  # fmt: skip
    chart = surge_charts.timeline(rows, CANVAS, names("surge_series")).to_dict(format="vega-lite")
    data = next(rows for rows in chart["datasets"].values() if len(rows) == 2)
    assert data[0]["times"] == 72, "expected below a half counts as a half"
    assert data[1]["times"] < 0.1
    assert surge_charts.timeline(rows.clear(), CANVAS, names("surge_series")).to_dict()


# -- explanation and evidence ----------------------------------------------------


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", '{"parts": 3}', '{"parts": [1, {"dimension": null}, {}]}'])
def test_what_is_no_explanation_is_none(text: str | None) -> None:
    assert explanation.table(explanation.loaded(text)).is_empty()


def test_an_explanation_keeps_the_detectors_order_and_shows_what_says_something() -> None:
    table = explanation.table(explanation.loaded(json.dumps(found.explanation(36, 0.8))))
    assert explanation.dimensions(table, explanation.WHO) == ["accounts", "top_accounts"]
    assert explanation.largest(table, "accounts")["value"].to_list() == ["new", "returning"]
    alone = pl.DataFrame([{"dimension": "plan", "value": "unknown"}], schema=explanation.SCHEMA)
    assert explanation.dimensions(alone, ("plan",)) == []


@pytest.mark.parametrize("text", [None, "{}", "nonsense", '{"targets": [3], "observed": "x"}'])
def test_what_is_no_card_says_nothing(text: str | None) -> None:
    card = evidence.card(text)
    assert not card.said
    assert card.against.is_empty()


def test_a_card_is_read_with_its_times_as_utc() -> None:
    card = evidence.card(json.dumps(found.card([uid(1), *map(uid, range(2, 30))], list(map(uid, range(40, 48))), NOON)))
    assert (card.observed, card.expected, card.answers["fulfilled"]) == (640, 4.8, 60)
    assert card.co_actions["at_a"][0] == NOON
    assert card.against.filter("weighs")["kind"].to_list() == ["fan_club"]


def test_who_leads_counts_first_places() -> None:
    links = pl.DataFrame({"account_id": ["a", "b", "a"], "target_id": ["t", "t", "u"], "place": [1, 2, 1]})
    assert evidence.who_leads(links).row(0) == ("a", 2, 2, 1.0)


# -- the network -----------------------------------------------------------------


def large(accounts: int, targets: int) -> Network:
    a, t = [uid(n) for n in range(accounts)], [uid(10_000 + n) for n in range(targets)]
    members = pl.DataFrame(
        {"account_id": a, "role": "core", "co_actions": list(range(accounts)), "since": NOON, "until": None}
    )
    burden = pl.DataFrame({"target_id": t, "accounts": 3, "mentions": 4, "burden": 5})
    pairs = pl.DataFrame({
        "account_a": a[:-1], "account_b": a[1:], "co_actions": 2, "expected": 0.1, "p_value": 1e-5, "q_value": 1e-4, "window_seconds": 60,
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


def test_the_life_of_a_cluster_is_drawn_also_without_versions_or_events() -> None:
    sizes = pl.DataFrame({"decided_at": [NOON - HOUR], "accounts": [5]})
    events = pl.DataFrame({"happened_at": [NOON - HOUR], "name": ["born"], "detail": ["A-…"]})
    chart = cluster_charts.life(sizes, events, CANVAS).to_dict(format="vega-lite")
    assert any(
        row.get("name") == "born" and row["accounts"] == 5 for rows in chart["datasets"].values() for row in rows
    )
    assert cluster_charts.life(sizes.clear(), events.clear(), CANVAS).to_dict()


def test_names_of_events_that_crowd_leave_room_for_each_other() -> None:
    minutes = [0, 2, 4, 60]
    events = pl.DataFrame({"happened_at": [NOON + timedelta(minutes=n - 60) for n in minutes], "name": list("abcd"),
                           "detail": [""] * 4})  # fmt: skip
    sizes = pl.DataFrame({"decided_at": [NOON - HOUR], "accounts": [5]})
    drawn = cluster_charts.life(sizes, events, CANVAS).to_dict(format="vega-lite")["datasets"].values()
    labels = {row["name"]: row["label"] for rows in drawn for row in rows if "label" in row}
    assert labels == {"a": "a", "b": "", "c": "", "d": "d"}


# -- words -----------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "key", "target", "text"), [
    ("all", "all", None, "All requests"), ("language", "fr", None, "Language: French"), ("language", "xx", None, "Language: xx"),
    ("request_class", "sexualising", None, "Class: Sexualising"), ("generator", "<b>", None, "Generator: <b>"),
    ("something", "new", None, "something: new"), ("target", uid(1), uid(1), "T-0000-0000-0000"),
])  # fmt: skip
def test_series_have_names(kind: str, key: str, target: str | None, text: str) -> None:
    assert naming.series(kind, key, target) == text


@pytest.mark.parametrize(
    ("p", "text"), [(None, "–"), (0.05, "5.00 %"), (0.00002, "0.0020 %"), (1e-12, "< 0.0001 %"), (0.0, "< 0.0001 %")]
)
def test_small_chances_are_written_so_that_people_can_read_them(p: float | None, text: str) -> None:
    assert naming.chance(p) == text


@pytest.mark.parametrize(
    ("observed", "expected", "text"), [(36, 0.0, "> 99 ×"), (36, 0.1, "> 99 ×"), (36, 10, "3.6 ×"), (500, 10, "50 ×")]
)
def test_how_many_times_the_usual(observed: float, expected: float, text: str) -> None:
    assert naming.times(observed, expected) == text


def test_an_incident_of_an_unknown_rule_keeps_its_own_title_as_text() -> None:
    row: dict[str, Any] = {
        "rule": "new-rule",
        "title": "<b>x</b>",
        "targets": 1,
        "subject_kind": "target",
        "subject": uid(2),
    }
    assert incident_words.title(row) == r"\<b\>x\</b\>"
    assert incident_words.title(row | {"rule": "target-surge"}) == "Surge on a target: T-0000-0000-0000"
    assert incident_words.title(
        row | {"rule": "series-surge", "subject_kind": "series", "subject": "generator *x*"}
    ).endswith(r"\*x\*")
    with speaking("fr"):
        assert (
            incident_words.title(row | {"rule": "drop", "subject_kind": "fault", "targets": 0}) == "Chute d'une série"
        )


def test_risk_is_said_in_reasons() -> None:
    row = {"incident_open": False, "surge_open": True, "surges": 2, "clusters": 1, "insistent": 0}
    assert risk(row, names("risks")) == "surge open, cluster"
    assert risk(row | {"surge_open": False, "clusters": 0}, names("risks")) == "surge closed"
    assert risk(row | {"incident_open": True, "surges": 0}, names("risks")) == "incident open, surge open, cluster"
    assert risk(row | {"surge_open": False, "surges": 0, "clusters": 0}, names("risks")) == "–"
