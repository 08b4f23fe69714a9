"""The line above everything on Now: its numbers, what it leads to, and that a link's list holds as many."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import situation
from tests.unit.dashboards.published import history, publish
from tests.unit.dashboards.test_pages import opened
from veille.store.reader import Reader

pytestmark = pytest.mark.slow


def links(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """Label → the address's parameters, of every link of the page."""
    found = [element.proto for element in app.get("page_link")]
    return {link.label: parse_qs(link.query_string) for link in found}


def said(app: AppTest, part: str) -> tuple[str, dict[str, list[str]]]:
    (one,) = ((label, query) for label, query in links(app).items() if part in label)
    return one


def test_it_says_who_is_attacked_and_leads_to_as_many(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder)
    label, query = said(app, "under attack")
    assert label == "1 person under attack (sexualising requests)"
    listed = opened(monkeypatch, folder, "app_pages/targets.py", **{key: values[0] for key, values in query.items()})
    assert len(listed.dataframe[0].value) == 1


def test_it_says_how_the_last_hour_stands(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder)
    asked = Reader(folder / "published/analyst").query(
        "SELECT count(*) AS n FROM mentions WHERE request_class = 'sexualising' AND NOT is_self AND occurred_at >="
        " date_trunc('minute', (SELECT max(newest_occurred_at) FROM status)) - INTERVAL 59 MINUTE"
    )["n"][0]
    assert f"last hour: {asked} requests" in said(app, "last hour")[0]


@pytest.mark.parametrize(("last_hour", "usual", "against", "of_all"), [
    (30, 10.0, "3.0 × the usual", "50 % of the highest hour (10 Jan 2026, 12:00)"),
    (60, 0.0, "usually none", "100 % of the highest hour (10 Jan 2026, 12:00)"),
    (61, 610.0, "0.1 × the usual", "more than in any clock hour before"),
])  # fmt: skip
def test_an_hour_is_held_against_others(last_hour: int, usual: float, against: str, of_all: str) -> None:
    rate = {"last_hour": last_hour, "usual": usual, "highest": 60, "highest_at": datetime(2026, 1, 10, 12)}
    assert situation.against_usual(rate) == against
    assert situation.of_highest(rate) == of_all


def test_it_counts_the_critical_incidents_that_nobody_has_taken(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    label, query = said(opened(monkeypatch, folder), "critical incident")
    assert label == "1 critical incident not taken by anyone"
    assert query == {"state": ["open"], "severity": ["critical"]}


def test_history_speaks_of_no_present(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = publish(tmp_path / "old", history(72, datetime(2016, 5, 20, 12, tzinfo=UTC)))
    app = opened(monkeypatch, old)
    labels = " ".join(links(app))
    assert "highest hour: 5 requests" in labels
    assert "0 validated clusters" in labels
    assert "last hour" not in labels
    assert "under attack" not in labels


def test_an_hour_long_past_is_named_by_its_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    late = publish(tmp_path / "late", history(24, datetime.now(UTC) - timedelta(minutes=40)))
    labels = " ".join(links(opened(monkeypatch, late)))
    assert "hour to " in labels
    assert "last hour" not in labels
    assert "nobody under attack" in labels
