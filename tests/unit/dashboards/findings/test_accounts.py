"""Queries and page of one account."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.dashboards import found as made
from tests.unit.dashboards.findings.opening import opened, said
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
from tests.unit.dashboards.test_pages import metrics, texts
from veille.privacy import load_key, short

PERIOD = {"account_id": uid(1), **RANGE}


def test_what_an_account_did_in_a_period_and_in_all(found: FindingTables) -> None:
    found.add("mentions", asked(NOON, 1, 2), asked(NOON, 1, 3), asked(NOON + MINUTE, 1, 3), asked(NOON - HOUR, 1, 4),
              asked(NOON, 1, 1, is_self=True), asked(NOON, 2, 1), asked(NOON, 2, 3))  # fmt: skip
    (row,) = found.ask("accounts_one", **PERIOD)
    assert (row["requests"], row["targets"], row["self_requests"], row["ever"]) == (3, 2, 1, 4)
    assert (row["first_at"], row["last_at"], row["asked_about"]) == (NOON - HOUR, NOON + MINUTE, 1)


def test_about_whom_it_asked_and_how_many_others_did(found: FindingTables) -> None:
    found.add("mentions", asked(NOON, 1, 2), asked(NOON + MINUTE, 1, 2), asked(NOON, 1, 3), asked(NOON, 5, 3), asked(NOON, 1, None),
              asked(NOON, 1, 1, is_self=True), asked(NOON + 2 * HOUR, 6, 3))  # fmt: skip
    rows = found.ask("accounts_targets", **PERIOD, top=9)
    assert [(row["target_id"], row["requests"], row["accounts"]) for row in rows] == [(uid(2), 2, 1), (uid(3), 1, 2)]
    assert [row["found"] for row in found.ask("accounts_targets", **PERIOD, top=1)] == [2]


def test_who_asks_about_the_same_people_supported_pairs_first(found: FindingTables) -> None:
    found.add(
        "mentions", *[asked(NOON + n * MINUTE, account, n) for account in (1, 2, 3) for n in (7, 8)], asked(NOON, 3, 9),
        asked(NOON, 1, 9), asked(NOON, 4, 7),
    )  # fmt: skip
    edge = {"cluster_id": "c", "account_a": uid(1), "account_b": uid(2), "co_actions": 6, "supported": True}
    found.add("cluster_edges", edge, edge | {"account_b": uid(3), "supported": False})
    rows = found.ask("accounts_partners", **PERIOD, top=9)
    assert [(r["account_id"], r["targets"], r["supported"], r["co_actions"]) for r in rows] == [
        (uid(2), 2, True, 6),
        (uid(3), 3, False, None),
    ]


def test_the_clusters_of_an_account_without_those_that_somebody_rejected(found: FindingTables) -> None:
    found.add("clusters", cluster("c", 5), cluster("r", 5, verdict="rejected"))
    member = {"account_id": uid(1), "role": "core", "since": NOON, "until": None}
    found.add(
        "cluster_members",
        *[member | {"cluster_id": c} for c in "cr"],
        member | {"cluster_id": "c", "account_id": uid(2)},
    )
    assert names_of(found.ask("accounts_clusters", account_id=uid(1)), "cluster_id") == ["c"]


def test_insistent_findings_of_one_account(found: FindingTables) -> None:
    one = {
        "finding_id": "a",
        "account_id": uid(1),
        "target_id": uid(2),
        "first_at": NOON,
        "last_at": NOON,
        "requests": 3,
    }
    found.add("insistent_accounts", one, one | {"finding_id": "b", "account_id": uid(3)})
    assert names_of(found.ask("surges_insistent", **PERIOD, target_id=None, top=9), "finding_id") == ["a"]


@pytest.mark.slow
def test_the_page_shows_whom_with_whom_and_is_recorded(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    account = str(made.person(load_key(folder / "pseudonym.key"), "crew_0"))
    app = opened(monkeypatch, folder, "account", account=account, range="7d")
    assert metrics(app)["Requests by this account"] == str(made.TARGETS)
    whom, partners = (frame.value for frame in app.dataframe[:2])
    assert len(whom) == made.TARGETS
    assert "crew_1" not in partners.to_string()
    assert recorded == [("/v1/audit", {"action": "account.read", "subject": short(account, "account")})]
    assert "member since" in " ".join(link.proto.label for link in app.get("page_link"))
    assert "alert(1)" not in said(app)
    app.button(key=f"show_account_{account}").click().run()
    assert [body["action"] for _, body in recorded] == ["account.read", "prompt.reveal"]


@pytest.mark.slow
def test_nothing_of_an_account_is_shown_where_the_look_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch, folder: Path, held: None
) -> None:
    account = str(made.person(load_key(folder / "pseudonym.key"), "crew_0"))
    app = opened(monkeypatch, folder, "account", account=account)
    assert "Not shown" in texts(app)
    assert not app.metric


@pytest.mark.slow
def test_a_person_who_is_asked_about_and_asks_has_both_pages(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    star = str(made.person(load_key(folder / "pseudonym.key"), "star_0"))
    app = opened(monkeypatch, folder, "account", account=star, range="7d")
    labels = " ".join(link.proto.label for link in app.get("page_link"))
    assert "This person is also asked about: 36 requests by others" in labels
    assert "no request by" in texts(app)
