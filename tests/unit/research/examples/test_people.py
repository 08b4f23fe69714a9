"""Few rows in, exact rows out: targets, accounts, clusters, removals."""

from datetime import date, datetime, timedelta
from math import exp, log, sqrt
from typing import Any

import pytest
from scipy.stats import binomtest

from tests.unit.research.conftest import Tables

DAY = datetime(2026, 1, 5)
SPAN = {"since": "2026-01-05", "until": "2026-01-06"}


def near(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def asked(name: str, hours: float = 0, **columns: Any) -> dict[str, Any]:
    return {"event_id": name, "occurred_at": DAY + timedelta(hours=hours), **columns}


def answer(name: str, outcome: str = "fulfilled") -> dict[str, Any]:
    return {"event_id": f"g{name}", "mention_id": name, "outcome": outcome, "occurred_at": DAY + timedelta(hours=24)}


def test_burden_is_quantiles_only(tables: Tables) -> None:
    """Target n of 20 is asked about n times, by n accounts, in n hours of the day; the ten largest once with success."""
    for target in range(1, 21):
        names = [f"{target}-{n}" for n in range(target)]
        tables.add(
            "mentions", *(asked(name, n, target_id=f"t{target}", account_id=f"a{n}") for n, name in enumerate(names))
        )
        tables.add("generations", answer(names[0], "fulfilled" if target > 10 else "refused"))
    tables.add("mentions", asked("own", target_id="t1", is_self=True), asked("nobody", target_id=None))
    rows = tables.ask("burden", **SPAN)
    # p75 stands on 6 of 20 targets and is withheld with all above it; p50 on 11
    assert [tuple(row.values()) for row in rows] == [
        ("requests", 20, 10, None, None, None, False),
        ("accounts", 20, 10, None, None, None, False),
        ("fulfilled", 20, 0, 1, 1, 1, False),
        ("unknown", 20, 0, 0, 0, 0, False),
        ("hours", 20, 10, None, None, None, False),
    ]


def test_burden_of_few_or_of_one_is_withheld(tables: Tables) -> None:
    tables.add("mentions", *(asked(f"m{n}", target_id=f"t{n}") for n in range(7)))
    assert all(row["suppressed"] and row["p50"] is None for row in tables.ask("burden", **SPAN))
    tables.add("mentions", asked("m7", target_id="t7"))
    assert not tables.ask("burden", **SPAN)[0]["suppressed"]
    tables.add("mentions", *(asked(f"n{n}", target_id="t0") for n in range(7)))
    assert tables.ask("burden", **SPAN)[0]["suppressed"]  # 8 of 15 on one target


def test_hours_under_attack_need_as_many_requests_as_said(tables: Tables) -> None:
    for target in range(8):
        tables.add(
            "mentions",
            asked(f"a{target}", 0.1, target_id=f"t{target}"),
            asked(f"b{target}", 0.9, target_id=f"t{target}"),
        )
        tables.add("mentions", asked(f"c{target}", 5, target_id=f"t{target}"))
    assert tables.ask("burden", **SPAN)[4]["p50"] == 2
    assert tables.ask("burden", **SPAN, hour_requests="2")[4]["p50"] == 1


def test_repeat_requesters_need_two_targets_in_thirty_days(tables: Tables) -> None:
    days = {
        "a": [(0, "s"), (20, "t")],
        "b": [(0, "s"), (1, "s")],
        "c": [(0, "s"), (31, "t")],
        "d": [(0, "s"), (25, "s"), (50, "t")],
        "e": [(0, "s")],
    }
    for account, requests in days.items():
        for day, target in requests:
            name = f"{account}{day}"
            tables.add("mentions", asked(name, 24 * day, account_id=account, target_id=target))
            tables.add("generations", answer(name) | {"occurred_at": DAY + timedelta(days=day, minutes=1)})
    tables.add("mentions", asked("f1", account_id="f", target_id="s"), asked("f2", account_id="f", target_id="t"))
    tables.add("generations", answer("f1"), answer("f2", "refused"))
    (row,) = tables.ask("repeat_requesters", since="2026-01-05", until="2026-03-10")
    found = binomtest(2, 6).proportion_ci(method="wilson")
    assert tuple(row.values()) == (
        6,
        2,
        round(2 / 6, 6),
        near(found.low),
        near(found.high),
        round(2 / 6, 6),
        round(5 / 12, 6),
    )
    unknown = [answer("b2", "unknown"), answer("f2", "unknown") | {"event_id": "later"}]  # f2 is refused already
    tables.add("mentions", asked("b2", 48, account_id="b", target_id="u"))
    tables.add("generations", *unknown)
    (row,) = tables.ask("repeat_requesters", since="2026-01-05", until="2026-03-10")
    assert (row["repeat_requesters"], row["rate_max"]) == (2, 0.5)


def test_new_accounts_have_bounds_as_only_the_month_is_known(tables: Tables) -> None:
    """Asked on 5 January, 30 days back is 6 December: of December perhaps, of January surely, of November not; unknown may be."""
    months = {"a": date(2026, 1, 1), "b": date(2025, 12, 1), "c": date(2025, 11, 1), "d": None}
    tables.add("mentions", *(asked(name, account_id=name, account_created_at=month) for name, month in months.items()))
    tables.add("mentions", asked("again", 3, account_id="a", account_created_at=date(2026, 1, 1)))
    accounts, requests = tables.ask("new_accounts", **SPAN)
    assert tuple(accounts.values()) == ("accounts", 4, 1, 2, 1, 0.25, 0.75)
    assert tuple(requests.values()) == ("requests", 5, 2, 3, 1, 0.4, 0.8)


def marks(subject: str, **hours: float) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"{subject}{action}",
            "subject_id": subject,
            "action": action,
            "occurred_at": DAY + timedelta(hours=at),
        }
        for action, at in hours.items()
    ]


def test_time_to_removal_by_hand(tables: Tables) -> None:
    """Five cases: removed after 10 h and 30 h, deleted by the author after 20 h, open since 40 h and since 100 h.

    Aalen-Johansen: removal at 10 h 1/5; deletion at 20 h 4/5 x 1/4 = 1/5; removal at 30 h 3/5 x 1/3 = 1/5; up 2/5.
    Greenwood: 1/(5x4) + 1/(4x3) + 1/(3x2) = 0.3.
    """
    tables.watch(DAY + timedelta(hours=100))
    tables.add(
        "moderations",
        *marks("p1", report_validated=0, removed=10),
        *marks("p2", report_validated=0, deleted_by_author=20),
    )
    tables.add("moderations", *marks("p3", reported=-5, report_validated=0, removed=30, restored=35))
    tables.add("moderations", *marks("p4", report_validated=60), *marks("p5", report_validated=0, removed=200))
    tables.add(
        "moderations", *marks("gone", removed=-1, report_validated=0), *marks("never valid", reported=0, removed=1)
    )
    before, everything = tables.ask("time_to_removal", since="2026-01-05", until="2026-01-10")
    width = 1.959963984540054 * sqrt(0.3) / abs(log(0.4))
    low, high = 0.4 ** exp(width), 0.4 ** exp(-width)
    expected = (5, 2, 1, 2, 1, 0.0, 0.2, 0.4, 0.2, 0.4, near(low), near(high), None, None)
    assert tuple(before.values()) == ("before_duty", False, *expected)
    assert tuple(everything.values()) == ("all", False, *expected)


def test_only_cases_since_the_duty_are_scored(tables: Tables) -> None:
    tables.watch(datetime(2026, 6, 1))
    for number, at in enumerate((datetime(2026, 5, 18, 23, 59), datetime(2026, 5, 19))):
        hours = (at - DAY).total_seconds() / 3600
        tables.add("moderations", *marks(f"p{number}", report_validated=hours, removed=hours + 1))
    rows = tables.ask("time_to_removal", since="2026-01-01", until="2026-06-01")
    assert [(row["period"], row["scored"], row["cases"]) for row in rows] == [
        ("before_duty", False, 1),
        ("under_duty", True, 1),
        ("all", False, 2),
    ]
    assert [row["median_hours"] for row in rows] == [1.0, 1.0, 1.0]
    assert [row["p90_hours"] for row in rows] == [1.0, 1.0, 1.0]
    assert all(row["up_48h"] == 0 and row["removed_48h"] == 1 for row in rows)


def test_what_nobody_was_watched_long_enough_for_is_not_said(tables: Tables) -> None:
    tables.watch(DAY + timedelta(hours=30))
    tables.add("moderations", *marks("p1", report_validated=0, removed=2), *marks("p2", report_validated=0))
    row = tables.ask("time_to_removal", **SPAN)[0]
    assert (row["removed_1h"], row["removed_24h"], row["removed_48h"], row["up_48h"], row["up_low"]) == (
        0.0,
        0.5,
        None,
        None,
        None,
    )


def test_cluster_share_counts_members_while_they_are(tables: Tables) -> None:
    known = {"version": 1, "known_at": DAY, "decided_at": DAY}
    cluster = known | {"state": "active", "born_at": DAY, "last_active_at": DAY, "accounts": 2, "targets": 1}
    tables.add(
        "clusters",
        cluster | {"cluster_id": "v", "tier": "validated"},
        cluster | {"cluster_id": "p", "tier": "possible"},
    )
    member = known | {"role": "core", "since": DAY, "until": None}
    tables.add(
        "cluster_members",
        member | {"cluster_id": "v", "account_id": "a"},
        member | {"cluster_id": "p", "account_id": "a"},
        member | {"cluster_id": "p", "account_id": "b", "until": DAY + timedelta(hours=2)},
    )
    tables.add(
        "mentions",
        asked("1", 1, account_id="a", target_id="s"),
        asked("2", 1, account_id="b", target_id="t"),
        asked("3", 3, account_id="b", target_id="t"),
        asked("4", 1, account_id="c", target_id="s"),
        asked("5", 1, account_id="c", target_id="s"),
        asked("6", 1, account_id="a", target_id=None),
    )
    validated, anyhow = tables.ask("cluster_share", **SPAN)
    assert tuple(validated.values()) == ("validated", 1, 1, 2, 6, round(2 / 6, 6), 1, 2, 0)
    assert tuple(anyhow.values()) == ("any", 2, 2, 3, 6, 0.5, 2, 2, 1)
