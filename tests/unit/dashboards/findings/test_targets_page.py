"""Targets through app.py: the list, one person, prompts, looking up a handle."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboards import commands
from tests.unit.dashboards import found
from tests.unit.dashboards.findings.opening import opened, said, star
from tests.unit.dashboards.test_pages import metrics, texts
from veille.privacy import short

pytestmark = pytest.mark.slow


def test_targets_stand_by_urgency_under_pseudonyms(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "targets", range="7d", **{"class": "all"})
    rows = app.dataframe[0].value
    assert rows["name"].tolist()[0] == short(star(folder), "target")
    assert rows["risk"].tolist()[0] == "incident open, surge open, cluster, insistent account"
    assert "star_0" not in rows.to_string()
    app.selectbox(key="only").set_value("risk").run()
    assert len(app.dataframe[0].value) == found.TARGETS


def test_the_page_of_a_person_is_recorded_once_and_shows_what_bears_on_her(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    app = opened(monkeypatch, folder, "target", target=star(folder), range="7d")
    text = said(app)
    assert "At risk now" in text
    assert metrics(app)["Requests about this person"] == "36"
    app.run()
    name = short(star(folder), "target")
    assert recorded == [("/v1/audit", {"action": "target.read", "subject": name})]


def test_nothing_of_a_person_is_shown_where_the_look_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch, folder: Path, held: None
) -> None:
    app = opened(monkeypatch, folder, "target", target=star(folder), range="7d")
    assert "Not shown" in texts(app)
    assert not app.metric
    assert short(star(folder), "target") not in said(app)


def test_prompts_about_a_person_show_after_a_recorded_click_as_text(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    app = opened(monkeypatch, folder, "target", target=star(folder), range="7d")
    assert "alert(1)" not in said(app)
    app.button(key=f"show_target_{star(folder)}").click().run()
    assert [body["action"] for path, body in recorded] == ["target.read", "prompt.reveal"]
    shown = [str(getattr(element, "value", "")) for element in app.get("html")]
    assert any("&lt;script&gt;" in block for block in shown)
    assert not any("<script>alert" in block for block in shown)


def test_a_handle_is_looked_up_by_the_service_and_leaves_no_trace_in_the_page(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    asked: list[dict[str, Any]] = []

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        asked.append({"path": path, **body})
        return {"target": short(star(folder), "target"), "target_id": star(folder)}

    monkeypatch.setattr(commands, "post", post)
    app = opened(monkeypatch, folder, "targets")
    app.text_input(key="lookup_handle_0").set_value("@Star_0")
    app.text_input(key="lookup_reason_0").set_value("she wrote to us")
    next(b for b in app.button if b.label == "Look up").click().run()
    assert asked == [{"path": "/v1/lookup", "platform": "x", "handle": "@Star_0", "reason": "she wrote to us"}]
    assert short(star(folder), "target") in texts(app)
    assert not [field for field in app.text_input if field.value]
    assert "lookup_handle_0" not in app.session_state
    assert "Star_0" not in json.dumps({key: str(value) for key, value in app.query_params.items()})
