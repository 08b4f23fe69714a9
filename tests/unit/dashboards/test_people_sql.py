"""Few rows in, exact rows out, for the queries of the pages about findings."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import polars as pl
import pytest
from scipy.stats import binomtest

from tests.unit.dashboards.conftest import follow_mentions
from veille.store.sql import statement

NOON = datetime(2026, 1, 10, 12)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RANGE = {"since": NOON, "until": NOON + HOUR}
VIEWS = (
    "mentions", "generations", "requests_day", "surges", "surges_versions", "drops", "drops_versions", "insistent_accounts", "odd_targets",
    "clusters", "clusters_versions", "cluster_members", "cluster_edges", "cluster_targets", "cluster_history", "cluster_verdicts_versions",
    "incidents", "incident_events", "incident_findings", "incident_targets", "silences",
)  # fmt: skip


def uid(number: int) -> str:
    return str(UUID(int=number))


class Found:
    """The published views about findings as empty tables."""

    def __init__(self, catalogue: Path) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{catalogue}' AS published (READ_ONLY)")
        for view in VIEWS:
            self._connection.execute(f"CREATE TABLE {view} AS SELECT * FROM published.{view} LIMIT 0")
        follow_mentions(self._connection)

    def add(self, view: str, *rows: dict[str, Any]) -> None:
        given = pl.DataFrame(list(rows), infer_schema_length=None)
        self._connection.register("given", given.to_arrow())
        self._connection.execute(f"INSERT INTO {view} BY NAME SELECT * FROM given")

    def ask(self, question: str, **parameters: Any) -> list[dict[str, Any]]:
        found: pl.DataFrame = self._connection.sql(statement(f"dashboards/{question}"), params=parameters or None).pl()
        return found.to_dicts()


@pytest.fixture
def found(empty_catalogue: Path) -> Found:
    return Found(empty_catalogue / "published/analyst/catalog.duckdb")


def surge(name: str, opened: datetime, closed: datetime | None, **fields: Any) -> dict[str, Any]:
    return {"surge_id": name, "series_kind": "target", "series_key": uid(1), "target_id": uid(1), "opened_at": opened, "closed_at": closed,
            "observed": 9, "expected": 1.0, "accounts": 5, **fields}  # fmt: skip


def asked(at: datetime, account: int, target: int | None, **fields: Any) -> dict[str, Any]:
    return {"event_id": uid(hash((at, account, target)) & 0xFFFFFFFF), "occurred_at": at, "account_id": uid(account),
            "target_id": None if target is None else uid(target), "is_self": False, "request_class": "sexualising", **fields}  # fmt: skip


def names_of(rows: list[dict[str, Any]], column: str) -> list[Any]:
    return [row[column] for row in rows]


def test_surges_that_overlap_the_period_newest_first_and_how_many_there_are(found: Found) -> None:
    found.add("surges", surge("over before", NOON - 2 * HOUR, NOON - HOUR), surge("still open", NOON - 2 * HOUR, None),
              surge("ends inside", NOON - HOUR, NOON + MINUTE), surge("inside", NOON, NOON), surge("later", NOON + HOUR, None))  # fmt: skip
    rows = found.ask("surges_list", direction="up", **RANGE, top=2)
    assert names_of(rows, "surge_id") == ["inside", "ends inside"]
    assert rows[0]["found"] == 3
    assert names_of(found.ask("surges_list", direction="up", **RANGE, top=9), "surge_id")[-1] == "still open"
    assert found.ask("surges_list", direction="down", **RANGE, top=9) == []


def test_counts_of_surges_compare_with_the_period_before(found: Found) -> None:
    found.add(
        "surges", surge("a", NOON, None), surge("b", NOON, NOON, target_id=None), surge("c", NOON - HOUR, NOON - HOUR)
    )
    found.add("drops", surge("d", NOON - 9 * HOUR, None))
    rows = found.ask("surges_counts", before=NOON - HOUR, **RANGE)
    assert rows == [
        {"finding": "surge", "opened": 2, "earlier": 1, "open_now": 1, "targets": 1, "accounts": 5},
        {"finding": "drop", "opened": 0, "earlier": 0, "open_now": 1, "targets": 0, "accounts": 0},
    ]


def test_one_finding_is_a_surge_or_a_drop_and_keeps_its_versions(found: Found) -> None:
    found.add("drops", surge("d", NOON, None, version=2, explanation="{}"))
    found.add(
        "drops_versions",
        surge("d", NOON, None, version=1),
        surge("d", NOON, None, version=2),
        surge("e", NOON, None, version=1),
    )
    (row,) = found.ask("surges_one", surge_id="d")
    assert (row["finding"], row["version"], row["explanation"]) == ("drop", 2, "{}")
    assert found.ask("surges_one", surge_id="nothing") == []
    assert names_of(found.ask("surges_versions", surge_id="d"), "version") == [1, 2]


@pytest.mark.parametrize(("kind", "key", "events"), [
    ("target", None, 2), ("all", "all", 4), ("request_class", "question", 1), ("language", "fr", 1), ("generator", "other", 1),
    ("jurisdiction", "FR", 1), ("outcome", "fulfilled", 1), ("surface", "web", 1), ("plan", "paid", 1),
])  # fmt: skip
def test_a_series_is_counted_as_its_detector_does(found: Found, kind: str, key: str | None, events: int) -> None:
    found.add("mentions", asked(NOON, 1, 1, language="fr"), asked(NOON, 2, 1, generator="other"),
              asked(NOON, 3, 1, request_class="question"),
              asked(NOON, 4, 2, jurisdiction="FR"), asked(NOON, 5, 1, is_self=True), asked(NOON + HOUR, 6, 1))  # fmt: skip
    made = {
        "occurred_at": NOON,
        "account_id": uid(1),
        "target_id": uid(2),
        "outcome": "refused",
        "surface": "app",
        "plan": "free",
    }
    found.add("generations", made | {"outcome": "fulfilled"}, made | {"surface": "web"}, made | {"plan": "paid"},
              made | {"outcome": "fulfilled", "target_id": uid(1)})  # fmt: skip
    rows = found.ask("surges_observed", **RANGE, step_seconds=300, series_kind=kind, series_key=key, target_id=uid(1),
                     classes=["sexualising", "unknown"])  # fmt: skip
    assert [(row["at"], row["events"]) for row in rows] == [(NOON, events)]


def test_neighbours_about_the_same_target_come_first(found: Found) -> None:
    found.add(
        "surges",
        surge("own", NOON, None),
        surge("other", NOON, None, target_id=uid(2), observed=99),
        surge("far", NOON - 9 * HOUR, None),
    )
    found.add("insistent_accounts", {"finding_id": "i", "target_id": uid(1), "opened_at": NOON, "requests": 4})
    found.add("clusters", {"cluster_id": "c", "accounts": 12})
    found.add("cluster_history", {"cluster_id": "c", "happened_at": NOON, "event": "grown", "detail": ""})
    found.add("cluster_targets", {"cluster_id": "c", "target_id": uid(1)})
    rows = found.ask("surges_neighbours", **RANGE, surge_id="own", target_id=uid(1), top=9)
    assert [(row["finding"], row["same_target"]) for row in rows] == [
        ("cluster", True),
        ("insistent", True),
        ("surge", False),
    ]


def test_insistent_accounts_of_a_period_or_of_one_target(found: Found) -> None:
    one = {"finding_id": "a", "target_id": uid(1), "first_at": NOON - HOUR, "last_at": NOON, "requests": 3}
    found.add(
        "insistent_accounts",
        one,
        one | {"finding_id": "b", "target_id": uid(2)},
        one | {"finding_id": "c", "last_at": NOON - MINUTE},
    )
    assert len(found.ask("surges_insistent", **RANGE, target_id=None, top=9)) == 2
    assert names_of(found.ask("surges_insistent", **RANGE, target_id=uid(2), top=9), "finding_id") == ["b"]


def test_only_the_last_ranking_of_odd_targets_counts(found: Found) -> None:
    row = {"target_id": uid(1), "decided_at": NOON, "position": 2, "score": 0.5, "contributions": "{}"}
    found.add(
        "odd_targets", row, row | {"target_id": uid(2), "position": 1}, row | {"decided_at": NOON - HOUR, "position": 1}
    )
    assert names_of(found.ask("surges_odd_targets", top=9), "target_id") == [uid(2), uid(1)]


def cluster(name: str, accounts: int, **fields: Any) -> dict[str, Any]:
    return {"cluster_id": name, "tier": "validated", "state": "active", "verdict": "open", "born_at": NOON - HOUR, "last_active_at": NOON,
            "accounts": accounts, "targets": 3, **fields}  # fmt: skip


def test_clusters_are_ranked_by_tier_then_size_and_filtered(found: Found) -> None:
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


def test_members_carry_their_pairs_and_links_tell_who_came_first(found: Found) -> None:
    member = {"cluster_id": "c", "role": "core", "since": NOON}
    found.add(
        "cluster_members", *[member | {"account_id": uid(n), "until": NOON if n == 3 else None} for n in (1, 2, 3)]
    )
    pair = {"cluster_id": "c", "account_a": uid(1), "account_b": uid(2), "co_actions": 4, "q_value": 0.1}
    found.add(
        "cluster_edges",
        pair,
        pair | {"account_b": uid(3), "co_actions": 2, "q_value": 0.01},
        pair | {"cluster_id": "d", "co_actions": 9},
    )
    rows = found.ask("clusters_members", cluster_id="c")
    assert [(row["account_id"], row["partners"], row["co_actions"], row["best_q"]) for row in rows] == [
        (uid(1), 1, 4, 0.1), (uid(2), 1, 4, 0.1),
    ], "account 3 has left, and its pairs with it"  # fmt: skip
    assert names_of(found.ask("clusters_edges", cluster_id="c", top=9), "account_b") == [uid(2)]
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


def test_targets_stand_by_urgency_and_carry_what_bears_on_it(found: Found) -> None:
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
    view = {"since": NOON, "until": until, "at": until, "request_class": "sexualising", "top": 9}
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


def test_who_was_asked_about_lately_stands_before_older_findings(found: Found) -> None:
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
    assert names_of(found.ask("targets_list", **view), "target_id") == [uid(2), uid(1)]


def test_the_spread_of_the_burden_is_never_one_persons(found: Found) -> None:
    found.add("mentions", *[asked(NOON + n * MINUTE, n, target) for target in range(1, 9) for n in range(target)])
    view = {**RANGE, "request_class": None}
    (row,) = found.ask("targets_totals", **view)
    assert (row["targets"], row["requests"], row["first_time"], row["repeated"]) == (8, 36, 8, 0)
    assert row["median_requests"] == 4.5
    found.add("mentions", *[asked(NOON, n, 1) for n in range(100, 140)])
    assert found.ask("targets_totals", **view)[0]["median_requests"] is None, "one bears more than half"


def test_fewer_than_eight_people_have_no_quantiles(found: Found) -> None:
    found.add("mentions", *[asked(NOON, target, target + 50) for target in range(7)])
    (row,) = found.ask("targets_totals", **RANGE, request_class=None)
    assert (row["targets"], row["median_requests"], row["p90_hours"]) == (7, None, None)


def test_one_person_in_numbers_and_who_asks_about_her(found: Found) -> None:
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


def test_prompts_are_counted_by_text(found: Found) -> None:
    found.add("mentions", asked(NOON, 1, 1, prompt="a"), asked(NOON + MINUTE, 2, 1, prompt="a"), asked(NOON, 1, 1, prompt="b"),
              asked(NOON, 1, 1, prompt=None), asked(NOON, 1, 2, prompt="c"))  # fmt: skip
    rows = found.ask("targets_prompts", target_id=uid(1), **RANGE, top=9)
    assert [(r["prompt"], r["requests"], r["accounts"]) for r in rows] == [("a", 2, 2), ("b", 1, 1)]


def incident(name: str, **fields: Any) -> dict[str, Any]:
    return {"incident_id": name, "kind": "attack", "rota": "abuse", "rule": "target-surge", "severity": "warning", "state": "open",
            "opened_at": NOON, "onset_at": NOON - MINUTE, "requests": 3, "accounts": 3, "targets": 1, **fields}  # fmt: skip


def test_the_queue_shows_first_what_nobody_has_taken_and_old_open_ones_too(found: Found) -> None:
    found.add("incidents", incident("old", opened_at=NOON - 99 * HOUR), incident("grave", severity="critical"),
              incident("taken", state="acknowledged"),
              incident("done", state="resolved"), incident("long done", state="resolved", opened_at=NOON - 99 * HOUR),
              incident("held", severity="critical", suppressed_by="silence:x"), incident("gone", merged_into="grave"),
              incident("child", parent_id="grave", severity="info"))  # fmt: skip
    view = {**RANGE, "severity": None, "rota": None, "top": 9}
    rows = found.ask("incidents_list", **view, state=None)
    assert names_of(rows, "incident_id") == ["grave", "old", "child", "held", "taken", "done"]
    assert rows[0]["children"] == 1
    assert "done" not in names_of(found.ask("incidents_list", **view, state="unresolved"), "incident_id")
    assert names_of(found.ask("incidents_list", **view, state="acknowledged"), "incident_id") == ["taken"]
    counted = found.ask("incidents_counts")
    assert sum(names_of(counted, "incidents")) == 4, "held back and merged ones are left out"


def test_response_times_go_by_the_first_event_of_each_kind(found: Found) -> None:
    found.add("incidents", incident("a", state="resolved"), incident("b"))

    def happened(name: str, event: str, minutes: int) -> dict[str, Any]:
        return {"incident_id": name, "event": event, "happened_at": NOON + minutes * MINUTE, "number": minutes}

    found.add("incident_events", happened("a", "due", 1), happened("a", "acknowledged", 3), happened("a", "acknowledged", 50),
              happened("a", "resolved", 10), happened("a", "resolved", 59), happened("b", "opened", 0))  # fmt: skip
    (row,) = found.ask("incidents_times", **RANGE)
    assert (row["incidents"], row["due"], row["acknowledged"], row["resolved"]) == (2, 1, 1, 1)
    assert (row["page_p50"], row["acknowledge_p50"], row["resolve_p50"]) == (120, 120, 600)


def test_precision_is_useful_among_those_that_say_something_with_wilsons_interval(found: Found) -> None:
    judged = ["useful"] * 3 + ["noise"] + ["duplicate", "expected"]
    found.add(
        "incidents", *[incident(str(n), disposition=d) for n, d in enumerate(judged)], incident("open", rule="drop")
    )
    (row,) = found.ask("incidents_precision", **RANGE)
    interval = binomtest(3, 4).proportion_ci(method="wilson")
    assert (row["useful"], row["noise"], row["duplicate"], row["expected"], row["value"]) == (3, 1, 1, 1, 0.75)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_an_incident_leads_to_its_findings_targets_and_points_and_back(found: Found) -> None:
    found.add("incidents", incident("a"), incident("b"))
    linked = {
        "incident_id": "a",
        "finding_kind": "surge",
        "finding_id": "s",
        "linked_at": NOON,
        "finding_version": 1,
        "requests": 5,
    }
    later = {
        "linked_at": NOON + MINUTE,
        "finding_version": 2,
        "requests": 9,
        "rule": "target-surge",
        "facts": "{}",
        "accounts": 4,
    }
    found.add("incident_findings", linked, linked | later, linked | {"finding_kind": "insistent", "finding_id": "i"})
    found.add("insistent_accounts", {"finding_id": "i", "fulfilled": 2, "other_targets": 7})
    found.add("surges", surge("s", NOON, None))
    found.add("incident_targets", {"incident_id": "a", "target_id": uid(1), "linked_at": NOON})
    found.add("mentions", asked(NOON, 1, 1), asked(NOON, 2, 1), asked(NOON, 2, 2))
    assert found.ask("incidents_findings", incident_id="a") == [
        {"finding_kind": "surge", "finding_id": "s", "versions": 2, "linked_at": NOON, "rule": "target-surge", "requests": 9, "accounts": 4,
         "facts": "{}", "fulfilled": None, "other_targets": None, "target_id": uid(1)},
        {"finding_kind": "insistent", "finding_id": "i", "versions": 1, "linked_at": NOON, "rule": None, "requests": 5, "accounts": None,
         "facts": None, "fulfilled": 2, "other_targets": 7, "target_id": None},
    ]  # fmt: skip
    assert names_of(found.ask("incidents_of_finding", finding_kind="surge", finding_id="s"), "incident_id") == ["a"]
    assert names_of(found.ask("incidents_of_target", target_id=uid(1)), "incident_id") == ["a"]
    assert names_of(found.ask("incidents_targets", incident_id="a", top=9), "target_id") == [uid(1)]
    assert found.ask("incidents_points", incident_id="a", **RANGE, step_seconds=300) == [
        {"at": NOON, "events": 2, "accounts": 2, "targets": 1}
    ]


def test_silences_end_when_they_expire_or_are_ended(found: Found) -> None:
    silence = {"silence_id": "a", "matchers": "{}", "starts_at": NOON, "expires_at": NOON + HOUR, "ended_at": None}
    found.add(
        "silences",
        silence,
        silence | {"silence_id": "b", "expires_at": NOON},
        silence | {"silence_id": "c", "ended_at": NOON},
    )
    assert names_of(found.ask("incidents_silences", at=NOON), "silence_id") == ["a"]
