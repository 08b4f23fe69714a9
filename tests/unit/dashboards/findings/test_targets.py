"""Queries and words of the page Targets."""

from dashboards.targets.list import risk
from dashboards.texts import names
from tests.unit.dashboards.findings.tables import (
    HOUR,
    MINUTE,
    NOON,
    RANGE,
    FindingTables,
    asked,
    cluster,
    incident,
    names_of,
    surge,
    uid,
)


def test_targets_stand_by_urgency_and_carry_what_bears_on_it(found: FindingTables) -> None:
    until, later = NOON + HOUR, NOON + 30 * MINUTE
    found.add("mentions", *[asked(NOON + n * MINUTE, n % 4, 1) for n in range(6)], asked(NOON - 9 * HOUR, 1, 1), asked(later, 1, 2),
              asked(later, 1, 3), asked(later, 2, 3), asked(later, 1, 4, is_self=True), asked(later, 1, None),
              asked(later, 9, 5, request_class="question"))  # fmt: skip
    event = asked(later, 1, 2)["event_id"]
    found.add(
        "generations",
        {"mention_id": event, "outcome": "fulfilled", "occurred_at": later},
        {"mention_id": event, "outcome": "refused", "occurred_at": until},
    )
    found.add("surges", surge("s", NOON, None, target_id=uid(2)), surge("t", NOON, NOON, target_id=uid(1)))
    found.add("clusters", cluster("c", 5), cluster("r", 5, verdict="rejected"), cluster("p", 5, tier="possible"))
    found.add(
        "cluster_targets", *[{"cluster_id": c, "target_id": uid(3), "first_at": NOON, "last_at": NOON} for c in "crp"]
    )
    found.add("incidents", incident("o", state="open"), incident("d", state="resolved"))
    found.add(
        "incident_targets",
        *[{"incident_id": i, "target_id": uid(n), "linked_at": NOON} for i, n in (("o", 2), ("d", 3))],
    )
    view = {"since": NOON, "until": until, "at": until, "request_class": "sexualising", "top": 9, "history": False}
    rows = found.ask("targets_list", **view, only=None)
    assert names_of(rows, "target_id") == [uid(2), uid(1), uid(3)], (
        "an open surge, then the most requests of the last hour"
    )
    first, third, second = rows
    assert (first["surge_open"], first["fulfilled"], first["is_first"]) == (True, 1, True)
    assert [row["incident_open"] for row in rows] == [True, False, False]
    assert (second["clusters"], second["requests"], second["accounts"]) == (1, 2, 2)
    assert (
        third["is_first"],
        third["attacks"],
        third["hours"],
        third["requests"],
        third["surges"],
        third["surge_open"],
    ) == (False, 1, 1, 6, 1, False)
    for only, expected in (
        ("risk", [uid(2), uid(3)]),
        ("first", [uid(2), uid(3)]),
        ("cluster", [uid(3)]),
        ("fulfilled", [uid(2)]),
        ("repeated", []),
    ):
        assert names_of(found.ask("targets_list", **view, only=only), "target_id") == expected


def test_who_was_asked_about_lately_stands_before_older_findings(found: FindingTables) -> None:
    long_ago = NOON - 30 * HOUR
    found.add("mentions", asked(long_ago, 1, 1), asked(long_ago, 2, 1), asked(NOON, 1, 2))
    found.add("clusters", cluster("c", 5))
    found.add("cluster_targets", {"cluster_id": "c", "target_id": uid(1), "first_at": long_ago, "last_at": long_ago})
    view = {
        "since": NOON - 40 * HOUR,
        "until": NOON + HOUR,
        "at": NOON + HOUR,
        "request_class": None,
        "only": None,
        "top": 9,
    }
    assert names_of(found.ask("targets_list", **view, history=False), "target_id") == [uid(2), uid(1)]
    assert names_of(found.ask("targets_list", **view, history=True), "target_id") == [uid(1), uid(2)]


def test_the_spread_of_the_burden_is_never_one_persons(found: FindingTables) -> None:
    found.add("mentions", *[asked(NOON + n * MINUTE, n, target) for target in range(1, 9) for n in range(target)])
    view = {**RANGE, "request_class": None}
    (row,) = found.ask("targets_totals", **view)
    assert (row["targets"], row["requests"], row["first_time"], row["repeated"]) == (8, 36, 8, 0)
    assert row["median_requests"] == 4.5
    found.add("mentions", *[asked(NOON, n, 1) for n in range(100, 140)])
    assert found.ask("targets_totals", **view)[0]["median_requests"] is None, "one bears more than half"


def test_fewer_than_eight_people_have_no_quantiles(found: FindingTables) -> None:
    found.add("mentions", *[asked(NOON, target, target + 50) for target in range(7)])
    (row,) = found.ask("targets_totals", **RANGE, request_class=None)
    assert (row["targets"], row["median_requests"], row["p90_hours"]) == (7, None, None)


def test_one_person_in_numbers_and_who_asks_about_her(found: FindingTables) -> None:
    found.add("mentions", *[asked(NOON + n * MINUTE, n % 3, 1) for n in range(6)], asked(NOON - 9 * HOUR, 7, 1),
              asked(NOON, 1, 1, is_self=True),
              asked(NOON, 2, 5), asked(NOON, 2, 6))  # fmt: skip
    (row,) = found.ask("targets_one", target_id=uid(1), **RANGE, at=NOON + 6 * MINUTE)
    assert (row["ever"], row["requests"], row["accounts"], row["hours"], row["attacks"], row["self_requests"]) == (
        7,
        6,
        3,
        1,
        1,
        1,
    )
    assert (row["last_hour"], row["last_day"], row["first_at"]) == (6, 7, NOON - 9 * HOUR)
    found.add("clusters", cluster("c", 3), cluster("p", 3, tier="possible"))
    found.add("cluster_members", {"cluster_id": "c", "account_id": uid(2)}, {"cluster_id": "p", "account_id": uid(1)})
    rows = found.ask("targets_askers", target_id=uid(1), **RANGE, top=2)
    assert [(r["account_id"], r["requests"], r["other_targets"], r["cluster_id"], r["found"]) for r in rows] == [
        (uid(0), 2, 0, None, 3), (uid(1), 2, 0, None, 3),
    ]  # fmt: skip
    assert found.ask("targets_askers", target_id=uid(1), **RANGE, top=9)[2]["cluster_id"] == "c"
    (empty,) = found.ask("targets_one", target_id=uid(99), **RANGE, at=NOON)
    assert empty["first_at"] is None


def test_prompts_are_counted_by_text(found: FindingTables) -> None:
    found.add("mentions", asked(NOON, 1, 1, prompt="a"), asked(NOON + MINUTE, 2, 1, prompt="a"), asked(NOON, 1, 1, prompt="b"),
              asked(NOON, 1, 1, prompt=None), asked(NOON, 1, 2, prompt="c"))  # fmt: skip
    rows = found.ask("person_prompts", target_id=uid(1), account_id=None, **RANGE, top=9)
    assert [(r["prompt"], r["requests"], r["accounts"]) for r in rows] == [("a", 2, 2), ("b", 1, 1)]


def test_risk_is_said_in_reasons() -> None:
    row = {"incident_open": False, "surge_open": True, "surges": 2, "clusters": 1, "insistent": 0}
    assert risk(row, names("risks")) == "surge open, cluster"
    assert risk(row | {"surge_open": False, "clusters": 0}, names("risks")) == "surge closed"
    assert risk(row | {"incident_open": True, "surges": 0}, names("risks")) == "incident open, surge open, cluster"
    assert risk(row | {"surge_open": False, "surges": 0, "clusters": 0}, names("risks")) == "–"
