"""What another policy would have paged over the same findings; nothing is written."""

from collections.abc import Iterator

import polars as pl
import pytest

from tests.unit.incidents.make import at, database
from tests.unit.incidents.test_detection import ask, rows, surge
from veille.config import IncidentSettings
from veille.incidents import backtest
from veille.store.database import Database
from veille.store.findings import Findings


@pytest.fixture
def base() -> Iterator[Database]:
    made = database()
    ask(made, 300, 10, 70)
    findings = Findings(made)
    for row in (surge("b2", 70, number=None), surge("a1", 75), surge("a1", 100, closed=90)):
        findings.record("surges", pl.DataFrame([row]), at(0))
    yield made
    made.close()


def test_pages_of_the_default_policy(base: Database) -> None:
    found = backtest(base, IncidentSettings(), since=at(0), until=at(1440))
    assert (found.incidents, found.pages, found.critical, found.shifts) == (2, 1, 1, 3)
    assert found.per_rule == {"global-surge": 1}
    assert found.quiet_shifts == 1.0


def test_a_louder_policy_pages_more_and_counts_what_goes_beyond_the_budget(base: Database) -> None:
    changes = {"severity": {"target-surge": "error"}, "wait_minutes": 0, "page_budget": 0, "global_ratio": 99}
    loud = IncidentSettings.model_validate(changes)
    found = backtest(base, loud, since=at(0), until=at(1440))
    assert (found.pages, found.critical, found.digested) == (1, 0, 1)
    assert found.quiet_shifts == pytest.approx(2 / 3)
    assert found.policy != backtest(base, IncidentSettings()).policy


def test_only_the_asked_span_counts_and_nothing_is_written(base: Database) -> None:
    assert backtest(base, IncidentSettings(), since=at(200), until=at(1440)).pages == 0
    assert backtest(base, IncidentSettings()).pages == 1
    assert rows(base, "incidents") == rows(base, "incident_events") == rows(base, "outbox") == []
