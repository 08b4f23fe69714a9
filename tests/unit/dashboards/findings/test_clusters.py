"""Queries, evidence cards, networks and files of the page Coordination."""

import json
from datetime import timedelta

import polars as pl
import pytest

from dashboards import ranges, theme
from dashboards.axes import Canvas
from dashboards.clusters import charts as cluster_charts
from dashboards.clusters import evidence
from tests.unit.dashboards import found as made
from tests.unit.dashboards.findings.tables import (
    HOUR,
    MINUTE,
    NOON,
    RANGE,
    FindingTables,
    asked,
    cluster,
    names_of,
    uid,
)

CANVAS = Canvas(ranges.absolute(NOON - HOUR, NOON + HOUR, 60, NOON), theme.LIGHT, NOON)


@pytest.mark.parametrize("text", [None, "{}", "nonsense", '{"targets": [3], "observed": "x"}'])
def test_what_is_no_card_says_nothing(text: str | None) -> None:
    card = evidence.card(text)
    assert not card.said
    assert card.against.is_empty()


def test_a_card_is_read_with_its_times_as_utc() -> None:
    card = evidence.card(json.dumps(made.card([uid(1), *map(uid, range(2, 30))], list(map(uid, range(40, 48))), NOON)))
    assert (card.look.observed, card.look.expected, card.answers["fulfilled"]) == (640, 4.8, 60)
    assert card.co_actions["at_a"][0] == NOON
    assert card.against.filter("weighs")["kind"].to_list() == ["fan_club"]


def test_who_leads_counts_first_places() -> None:
    links = pl.DataFrame({"account_id": ["a", "b", "a"], "target_id": ["t", "t", "u"], "place": [1, 2, 1]})
    assert evidence.who_leads(links).row(0) == ("a", 2, 2, 1.0)


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


def test_clusters_are_ranked_by_tier_then_size_and_filtered(found: FindingTables) -> None:
    found.add("clusters", cluster("small", 3), cluster("large", 9, verdict="rejected"), cluster("possible", 99, tier="possible"),
              cluster("old", 50, last_active_at=NOON - MINUTE))  # fmt: skip
    assert names_of(found.ask("clusters_list", **RANGE, tier=None, verdict=None, top=9), "cluster_id") == [
        "large",
        "small",
        "possible",
    ]
    assert names_of(found.ask("clusters_list", **RANGE, tier="validated", verdict="open", top=9), "cluster_id") == [
        "small"
    ]
    assert found.ask("clusters_counts", **RANGE) == [
        {"tier": "validated", "verdict": "open", "clusters": 1, "accounts": 3},
        {"tier": "validated", "verdict": "rejected", "clusters": 1, "accounts": 9},
        {"tier": "possible", "verdict": "open", "clusters": 1, "accounts": 99},
    ]


def test_members_carry_their_pairs_and_links_tell_who_came_first(found: FindingTables) -> None:
    member = {"cluster_id": "c", "role": "core", "since": NOON}
    found.add(
        "cluster_members",
        *[member | {"account_id": uid(n), "until": NOON if n == 3 else None, "standing": n != 3} for n in (1, 2, 3, 4)],
    )
    pair = {"cluster_id": "c", "account_a": uid(1), "account_b": uid(2), "co_actions": 4, "q_value": 0.1,
            "supported": True, "supported_by": "cluster_test"}  # fmt: skip
    found.add(
        "cluster_edges",
        pair,
        pair | {"account_b": uid(3), "co_actions": 2, "q_value": 0.01},
        pair | {"account_b": uid(4), "co_actions": 99, "q_value": 1.0, "supported": False, "supported_by": None},
        pair | {"cluster_id": "d", "co_actions": 9},
    )
    rows = found.ask("clusters_members", cluster_id="c")
    assert [(row["account_id"], row["partners"], row["co_actions"], row["best_q"]) for row in rows] == [
        (uid(1), 1, 4, 0.1), (uid(2), 1, 4, 0.1), (uid(4), 0, 0, None),
    ], "account 3 has left, and its pairs with it; account 4 was only seen together with account 1"  # fmt: skip
    assert names_of(found.ask("clusters_edges", cluster_id="c", top=9), "account_b") == [uid(2), uid(4)]
    found.add("cluster_targets", {"cluster_id": "c", "target_id": uid(9)})
    found.add(
        "mentions",
        asked(NOON + MINUTE, 1, 9),
        asked(NOON, 2, 9),
        asked(NOON + 2 * MINUTE, 2, 9),
        asked(NOON, 7, 9),
        asked(NOON, 1, 8),
    )
    linked = found.ask("clusters_links", cluster_id="c", **RANGE)
    assert [(row["account_id"], row["mentions"], row["place"]) for row in linked] == [(uid(2), 2, 1), (uid(1), 1, 2)]


def test_who_stood_in_a_merged_cluster_is_shown_and_counted_once(found: FindingTables) -> None:
    gone = {"cluster_id": "m", "role": "core", "since": NOON - HOUR, "until": NOON}
    found.add("clusters", cluster("m", 3, state="merged"), cluster("taker", 5))
    found.add("cluster_members", *[gone | {"account_id": uid(n), "standing": n < 4} for n in (1, 2, 3, 4)])
    assert names_of(found.ask("clusters_members", cluster_id="m"), "account_id") == [uid(1), uid(2), uid(3)]
    assert found.ask("clusters_counts", **RANGE) == [
        {"tier": "validated", "verdict": "open", "clusters": 2, "accounts": 5}
    ]
