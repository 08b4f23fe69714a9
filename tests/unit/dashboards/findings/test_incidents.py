"""Queries and words of the page Incidents."""

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from scipy.stats import binomtest

from dashboards.incidents import detail as incident_detail
from dashboards.incidents import words as incident_words
from dashboards.texts import speaking
from tests.unit.dashboards.findings.tables import (
    HOUR,
    MINUTE,
    NOON,
    RANGE,
    FindingTables,
    asked,
    incident,
    names_of,
    surge,
    uid,
)
from veille.reasons import reason, stored


def test_the_queue_shows_first_what_nobody_has_taken_and_old_open_ones_too(found: FindingTables) -> None:
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


def test_what_one_page_stands_for_stays_in_the_queue_and_who_is_in_most_danger_comes_first(
    found: FindingTables,
) -> None:
    under = {"parent_id": "page", "suppressed_by": "parent:page"}
    found.add("incidents", incident("page", kind="brake", severity="critical", opened_at=NOON - MINUTE),
              incident("few", severity="critical", accounts=3, **under), incident("many", severity="critical", accounts=90, **under),
              incident("error", severity="error", accounts=99, **under), incident("silent", severity="critical", suppressed_by="silence:x"),
              incident("taken", state="acknowledged", severity="critical", **under))  # fmt: skip
    rows = found.ask("incidents_list", **RANGE, severity=None, rota=None, top=9, state=None)
    assert names_of(rows, "incident_id") == ["few", "many", "page", "error", "silent", "taken"]
    together = found.ask("incidents_together", incident_id="page", top=9)
    assert names_of(together, "incident_id") == ["many", "few", "error", "taken"]
    assert (together[0]["found"], together[0]["waiting"]) == (4, 3)
    assert sum(names_of(found.ask("incidents_counts"), "incidents")) == 5


def test_response_times_go_by_the_first_event_of_each_kind(found: FindingTables) -> None:
    found.add("incidents", incident("a", state="resolved"), incident("b"))

    def happened(name: str, event: str, minutes: int) -> dict[str, Any]:
        return {"incident_id": name, "event": event, "happened_at": NOON + minutes * MINUTE, "number": minutes}

    found.add("incident_events", happened("a", "due", 1), happened("a", "acknowledged", 3), happened("a", "acknowledged", 50),
              happened("a", "resolved", 10), happened("a", "resolved", 59), happened("b", "opened", 0))  # fmt: skip
    (row,) = found.ask("incidents_times", **RANGE)
    assert (row["incidents"], row["due"], row["acknowledged"], row["resolved"]) == (2, 1, 1, 1)
    assert (row["page_p50"], row["acknowledge_p50"], row["resolve_p50"]) == (120, 120, 600)


def test_precision_is_useful_among_those_that_say_something_with_wilsons_interval(found: FindingTables) -> None:
    judged = ["useful"] * 3 + ["noise"] + ["duplicate", "expected"]
    found.add(
        "incidents", *[incident(str(n), disposition=d) for n, d in enumerate(judged)], incident("open", rule="drop")
    )
    (row,) = found.ask("incidents_precision", **RANGE)
    interval = binomtest(3, 4).proportion_ci(method="wilson")
    assert (row["useful"], row["noise"], row["duplicate"], row["expected"], row["value"]) == (3, 1, 1, 1, 0.75)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_an_incident_leads_to_its_findings_targets_and_points_and_back(found: FindingTables) -> None:
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


def test_silences_end_when_they_expire_or_are_ended(found: FindingTables) -> None:
    silence = {"silence_id": "a", "matchers": "{}", "starts_at": NOON, "expires_at": NOON + HOUR, "ended_at": None}
    found.add(
        "silences",
        silence,
        silence | {"silence_id": "b", "expires_at": NOON},
        silence | {"silence_id": "c", "ended_at": NOON},
    )
    assert names_of(found.ask("incidents_silences", at=NOON), "silence_id") == ["a"]


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
    several = reason("title.several", rule="series-surge", series=3)
    for title in (several, reason("title.counted", what=several, size=reason("title.requests", requests=9))):
        many = row | {
            "rule": "series-surge",
            "subject_kind": "series",
            "subject": "language de",
            "title": stored(title),
        }
        assert incident_words.title(many) == "Surge of a series: 3 series"
    with speaking("fr"):
        assert (
            incident_words.title(row | {"rule": "drop", "subject_kind": "fault", "targets": 0}) == "Chute d'une série"
        )


def test_growth_upon_growth_is_one_line() -> None:
    events = [("opened", 0), ("grown", 1), ("grown", 2), ("due", 3), ("grown", 4)]
    rows = pl.DataFrame([{"event": event, "happened_at": datetime(2026, 1, 10, hour)} for event, hour in events])
    folded = [(row["event"], row["happened_at"].hour, times, began.hour) for row, times, began in
              incident_detail.folded(rows.reverse())]  # fmt: skip
    assert folded == [("grown", 4, 1, 4), ("due", 3, 1, 3), ("grown", 2, 2, 1), ("opened", 0, 1, 0)]
