"""Surges through app.py: the list, one surge, drops."""

from pathlib import Path

import pytest

from tests.unit.dashboards import found
from tests.unit.dashboards.findings.opening import opened, said, star
from tests.unit.dashboards.test_pages import metrics
from veille.privacy import short

pytestmark = pytest.mark.slow


def test_surges_are_counted_listed_and_drops_stand_apart(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "surges", range="7d")
    shown = metrics(app)
    assert (shown["Surges open now"], shown["Surges opened"], shown["Drops"]) == ("1", "4", "1")
    surges, drops, insistent, odd = (frame.value for frame in app.dataframe)
    assert surges["label"].tolist()[0] == short(star(folder), "target")
    assert f"Generator: {found.HOSTILE_GENERATOR}" in surges["label"].tolist()
    assert drops["label"].tolist() == ["Language: French"]
    assert insistent["requests"].tolist() == [12]
    assert odd["why"].tolist()[0] == "night activity, repeat accounts"
    assert any("ranking without alerts" in box.label for box in app.expander)


def test_a_surge_shows_its_band_its_explanation_and_what_stands_around_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    app = opened(monkeypatch, folder, "surges", surge=found.SURGE)
    assert metrics(app)["Observed"] == "36"
    text = said(app)
    assert short(star(folder), "target") in text
    assert "Accounts, by whether they were seen before" in text
    assert "same target" in text
    assert [button.label for button in app.button if button.key == "back_surge"] == ["All surges"]
    app.button(key="back_surge").click().run()
    assert "surge" not in app.query_params
    assert "Surges opened" in metrics(app)
