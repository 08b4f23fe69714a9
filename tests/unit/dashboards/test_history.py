"""What pages make of data that no feed brought: they open on the whole of it, count what is there, and speak of no present."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.unit.dashboards.caches import forgetful  # noqa: F401  used by every test here
from tests.unit.dashboards.published import history, publish
from tests.unit.dashboards.test_pages import metrics, opened, texts
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

UNTIL = datetime(2016, 5, 20, 12, tzinfo=UTC)
TARGETED = [
    {"event_type": "mention", "event_id": f"burst-{n}", "occurred_at": f"2016-05-18T10:{n:02d}:00Z", "platform": "x",
     "account_id": f"burster_{n % 12}", "target_id": "sought"} for n in range(60)
]  # fmt: skip


def unclassed(events: list[Any]) -> list[Any]:
    """Mentions alone, of which nobody said what they ask."""
    kept = [dict(event) for event in events if not isinstance(event, str) and event["event_type"] == "mention"]
    for event in kept:
        event.pop("request_class", None)
    return kept


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four days of 2016 without classes and without answers, with one burst about one person."""
    return publish(tmp_path_factory.mktemp("old"), [*unclassed(history(96, UNTIL)), *TARGETED], detect=True)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten days of 2016 in which a quarter declares no class."""
    events = [event for event in history(240, UNTIL) if not isinstance(event, str)]
    for event in events:
        if event.get("request_class") == "question":
            del event["request_class"]
    return publish(tmp_path_factory.mktemp("mixed"), events)


def test_the_first_page_counts_every_request_and_says_so(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    app = opened(monkeypatch, old)
    assert app.title[0].value == "Overview"
    assert metrics(app)["Requests (no class declared)"] == "1,116"  # 1,152 less those about oneself, and the burst
    assert app.segmented_control(key="range").value == "all"
    assert app.toggle(key="live").value is False
    assert "range" not in app.query_params
    said = texts(app)
    assert "contain no generations" in said
    assert " ago" not in said
    assert "veille run" not in said
    assert "Findings" in said
    assert "sexualising" not in said.lower().replace("fulfilled", "")


@pytest.mark.parametrize(("page", "must"), [
    ("surges", "Surges in this period"), ("targets", "1,116"), ("incidents", "Found in historical data, not reviewed"),
    ("explore", "no class declared"), ("feed", "Coverage by collection"), ("coordination", "hypothesis"),
])  # fmt: skip
def test_each_page_opens_on_the_whole_span(monkeypatch: pytest.MonkeyPatch, old: Path, page: str, must: str) -> None:
    app = opened(monkeypatch, old, f"app_pages/{page}.py")
    assert app.segmented_control(key="range").value == "all"
    said = texts(app)
    assert must in said
    for never in (
        " ago",
        "Current risk",
        "at risk now",
        "No data in this period",
        "No matching person",
        "No message was ingested",
    ):
        assert never not in said


def test_a_short_period_counts_back_from_the_end_of_the_data(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    app = opened(monkeypatch, old, range="24h")
    assert int(metrics(app)["Requests (no class declared)"].replace(",", "")) in range(240, 290)
    assert "These data end on 20 May 2016" in texts(app)


def test_an_empty_answer_leads_to_what_there_is(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    app = opened(monkeypatch, old, "app_pages/targets.py", range="1h", **{"class": "question"})
    app.selectbox(key="class").set_value("question").run()
    app.segmented_control(key="range").set_value("1h").run()
    assert "No matching person" in texts(app)
    assert "contain 1,212 requests, from 16 May 2016" in texts(app)
    app.button(key="show_all_targets").click().run()
    assert app.segmented_control(key="range").value == "all"
    assert "No matching person" not in texts(app)


def test_what_is_not_stated_stands_beside_what_is_declared(monkeypatch: pytest.MonkeyPatch, mixed: Path) -> None:
    app = opened(monkeypatch, mixed)
    assert metrics(app)["Sexualising requests"] == "1,200"
    assert "Not included in these sexualising requests: 720 requests" in texts(app)
    app.selectbox(key="class").set_value("all").run()
    assert "Not included in these" not in texts(app)


def test_the_burst_waits_in_a_list_of_its_own_and_is_never_called_recent(
    monkeypatch: pytest.MonkeyPatch, old: Path
) -> None:
    app = opened(monkeypatch, old, "app_pages/incidents.py")
    listed = [caption.value for caption in app.caption if "opened" in caption.value and "2016" in caption.value]
    assert listed
    assert any("18 May 2016" in line for line in listed)


def test_in_french(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    app = opened(monkeypatch, old, lang="fr")
    assert metrics(app)["Demandes (classe non déclarée)"] == "1\u202f116"


def test_events_that_arrive_as_they_happen_make_a_feed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "fed"
    publish(folder, unclassed(history(24, datetime.now(UTC))))
    app = opened(monkeypatch, folder)
    assert app.title[0].value == "Now"
    assert app.segmented_control(key="range").value == "24h"
    assert app.toggle(key="live").value is True
    assert "Requests (no class declared)" in metrics(app)


def test_a_recent_export_is_history_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "recent"
    publish(folder, unclassed(history(48, datetime.now(UTC) - timedelta(hours=26))))
    app: AppTest = opened(monkeypatch, folder)
    assert app.title[0].value == "Overview"
    assert int(metrics(app)["Requests (no class declared)"].replace(",", "")) == 528


def test_incidents_found_in_history_are_judged_without_a_service(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    """One by one and together; the page shows it at once, and the folder is free again."""
    app = opened(monkeypatch, old, "app_pages/incidents.py")
    before = unjudged(old)
    assert len(before) > 1
    chosen = before[0][0]
    app = opened(monkeypatch, old, "app_pages/incidents.py", incident=chosen)
    app.radio(key=f"disposition_{chosen}").set_value("useful")
    app.text_area(key=f"resolve_comment_{chosen}").set_value("passed on")
    next(b for b in app.button if b.label == "Resolve").click().run()
    assert chosen not in [each for each, _ in unjudged(old)]
    app = opened(monkeypatch, old, "app_pages/incidents.py")
    left = min(len(before) - 1, 25)
    app.radio(key="together_disposition").set_value("expected")
    app.button(key="send_together").click().run()
    assert "The comment must not be empty" in texts(app)
    app.radio(key="together_disposition").set_value("expected")
    app.text_area(key="together_comment").set_value("one campaign")
    app.button(key="send_together").click().run()
    assert len(unjudged(old)) == len(before) - 1 - left
    assert not (old / "owner.json").exists()


def unjudged(folder: Path) -> list[tuple[Any, ...]]:
    """Incidents that nobody has judged: id and rule."""
    return (
        Reader(folder / "published" / "analyst")
        .query("SELECT incident_id, rule FROM incidents WHERE disposition IS NULL AND merged_into IS NULL ORDER BY ALL")
        .rows()
    )
