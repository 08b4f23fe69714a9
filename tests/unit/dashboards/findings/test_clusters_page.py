"""Coordination through app.py: the list, one cluster, verdicts."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.dashboards import found
from tests.unit.dashboards.findings.opening import opened
from tests.unit.dashboards.test_pages import texts

pytestmark = pytest.mark.slow


def test_clusters_are_ranked_by_tier_and_can_be_filtered(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "coordination")
    assert app.dataframe[0].value["tier"].tolist() == ["Validated", "Validated", "Possible"]
    assert app.dataframe[0].value["accounts"].tolist() == [24, 3, 2]
    app.selectbox(key="verdict").set_value("rejected").run()
    assert app.dataframe[0].value["verdict"].tolist() == ["Rejected"]
    assert app.query_params["verdict"] == ["rejected"] or app.query_params["verdict"] == "rejected"


def test_a_cluster_shows_evidence_and_what_speaks_against_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "coordination", cluster=found.CLUSTER)
    text = texts(app)
    assert "A cluster is a hypothesis" in text
    assert "150 supported pairs: 640 co-actions; chance explains 4.8" in text
    assert "Not counted as evidence: 2 pairs that were only seen together." in text
    assert "9, with 30 co-actions where chance explains 1.5" in text, "the latest look stands beside the strongest"
    assert "**A fan club**: 84 %" in text
    assert "check this before you act" in text
    assert "All elements are shown: 23 accounts, 8 targets, 148 pairs." in text
    assert found.HOSTILE not in text, "shared wording stays behind its click"


def test_a_verdict_needs_a_reason_and_goes_to_the_service(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    app = opened(monkeypatch, folder, "coordination", cluster=found.CLUSTER)
    app.button(key="verdict_confirmed").click().run()
    assert "The reason must not be empty" in texts(app)
    assert recorded == []
    app.text_area(key=f"verdict_reason_{found.CLUSTER}").set_value(" same words, same minute ").run()
    app.button(key="verdict_confirmed").click().run()
    assert recorded == [
        (f"/v1/clusters/{found.CLUSTER}/verdict", {"verdict": "confirmed", "reason": "same words, same minute"})
    ]
