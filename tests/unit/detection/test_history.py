"""Detection over history: repeated, interrupted and in pieces it gives what one run over all of it gives."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.detection.events import add
from tests.unit.make import KEY, mention
from veille.config import Settings, Store
from veille.detection.history import Detected, detect_history
from veille.incidents.commands import IncidentService
from veille.store.database import Database

BEGIN = datetime(2026, 1, 5, 12)
TABLES = ("surges", "drops", "insistent_accounts", "odd_targets", "clusters", "cluster_members", "cluster_edges",
          "cluster_targets", "cluster_history", "incidents", "incident_events", "incident_findings", "incident_targets")  # fmt: skip
SETTINGS = Settings.model_validate({"coordination": {"process": False}})


def attack(day: int, target: str, accounts: int, first: int) -> list[dict[str, Any]]:
    """So many accounts ask about one target, one every 20 seconds."""
    begin = BEGIN + timedelta(days=day)
    return [
        mention(
            first + n,
            occurred_at=f"{(begin + n * timedelta(seconds=20)).isoformat()}Z",
            account_id=f"asker_{n}",
            target_id=target,
        )
        for n in range(accounts)
    ]


ALL = [
    *attack(0, "creator_1", 24, 1000),
    *attack(30, "creator_1", 21, 3000),
    *attack(30, "creator_3", 21, 4000),
    *attack(60, "creator_4", 2, 5000),
]


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(), KEY)
    yield opened
    opened.close()


def detect(database: Database) -> Detected:
    return detect_history(database, SETTINGS, lambda left: None)


def state(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row found, without when it was written."""
    cursor = database.cursor()
    return {t: cursor.execute(f"SELECT * EXCLUDE (known_at) FROM {t} ORDER BY ALL").fetchall() for t in TABLES}


@pytest.fixture(scope="module")
def whole() -> dict[str, list[tuple[Any, ...]]]:
    opened = Database(None, Store(), KEY)
    add(opened, ALL)
    detect(opened)
    found = state(opened)
    opened.close()
    assert len({row[0] for row in found["incidents"]}) >= 3
    return found


def test_a_repeated_run_changes_nothing(database: Database, whole: dict[str, list[tuple[Any, ...]]]) -> None:
    add(database, ALL)
    detect(database)
    for _ in range(2):
        add(database, ALL)  # nothing but duplicates
        assert detect(database) == Detected(0)
        assert state(database) == whole


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_pieces_in_any_order_give_what_one_run_gives(
    seed: int, database: Database, whole: dict[str, list[tuple[Any, ...]]]
) -> None:
    chance = random.Random(seed)
    events = chance.sample(ALL, len(ALL)) if seed else ALL
    cuts = sorted(chance.sample(range(1, len(events)), 2))
    for since, until in zip([0, *cuts], [*cuts, len(events)], strict=True):
        add(database, events[max(0, since - 5) : until])  # the pieces overlap
        detect(database)
    assert state(database) == whole


@pytest.mark.parametrize("steps", [1, 400])
def test_an_interrupted_run_is_made_good(
    steps: int, database: Database, whole: dict[str, list[tuple[Any, ...]]]
) -> None:
    add(database, ALL)

    def interrupt(left: int) -> None:
        nonlocal steps
        steps -= 1
        if steps == 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        detect_history(database, SETTINGS, interrupt)
    detect(database)
    assert state(database) == whole


def test_what_persons_did_stands_and_nothing_is_there_twice(
    database: Database, whole: dict[str, list[tuple[Any, ...]]]
) -> None:
    early = ALL[:24]
    add(database, early)
    detect(database)
    commands = IncidentService(database, SETTINGS.incidents)
    first = database.cursor().execute("SELECT min(incident_id) FROM incidents").fetchall()[0][0]
    commands.comment(first, "ada", "looking at it")
    commands.resolve(first, "ada", "useful", "reported")
    kept = database.cursor().execute("FROM incident_events WHERE incident_id = ? ORDER BY number", [first]).fetchall()
    for piece in (ALL[20:40], ALL[40:]):
        add(database, piece)
        detect(database)
        rows = database.cursor().execute("FROM incident_events WHERE incident_id = ? ORDER BY number", [first])
        assert rows.fetchall()[: len(kept)] == kept
    found = state(database)
    assert {t: rows for t, rows in found.items() if not t.startswith("incident")} == {
        t: rows for t, rows in whole.items() if not t.startswith("incident")
    }
    assert {row[0] for row in found["incidents"]} == {row[0] for row in whole["incidents"]}
    others = [row for row in found["incident_events"] if row[0] != first]
    assert others == [row for row in whole["incident_events"] if row[0] != first]
    (judged,) = [row for row in found["incidents"] if row[0] == first and row[1] == len(kept)]
    assert "useful" in judged


def test_an_acknowledged_incident_of_a_later_time_takes_in_nothing_earlier(
    database: Database, whole: dict[str, list[tuple[Any, ...]]]
) -> None:
    add(database, ALL[24:])
    detect(database)
    commands = IncidentService(database, SETTINGS.incidents)
    last = database.cursor().execute("SELECT max_by(incident_id, opened_at) FROM incidents").fetchall()[0][0]
    commands.reopen(last, "ada", "not over")
    commands.acknowledge(last, "ada")
    add(database, ALL[:24])
    detect(database)
    found = state(database)
    assert {row[0] for row in found["incidents"]} == {row[0] for row in whole["incidents"]}
    assert commands.find(last).state == "acknowledged"
