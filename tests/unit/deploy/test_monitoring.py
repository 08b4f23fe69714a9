"""What is shipped for Prometheus and Grafana: its form, the metrics that it names, the runbooks that it points to."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.unit.deploy.paths import ROOT
from tests.unit.deploy.test_docs import metrics
from veille.incidents.faults import EFFECTS, FAULTS

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/veille.rules.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/veille.json").read_text(encoding="utf-8"))
OF_THE_PROCESS = {
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "process_cpu_seconds_total",
}


def known() -> set[str]:
    """Every series of a scrape."""
    found = set(OF_THE_PROCESS)
    for name, kind in metrics():
        found |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return found


def named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:veille|process)_[a-z_]+", expression)) - {"veille"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_the_form_that_prometheus_loads(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
    assert re.fullmatch(r"Veille[A-Za-z]+", rule["alert"])
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert named(rule["expr"]) <= known()
    runbook = rule["annotations"]["runbook"]
    files = [runbook.replace("{{ $labels.rule }}", each.rule) for each in FAULTS]
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_fault_raises_an_alert() -> None:
    told = {effect for rule in RULES for effect in re.findall(r'effect="(\w+)"', rule["expr"])}
    assert told == set(EFFECTS)


def test_the_dashboard_has_the_form_that_grafana_imports() -> None:
    panels = BOARD["panels"]
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= set(BOARD)
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [tuple(panel["gridPos"][name] for name in "xywh") for panel in panels]
    assert all(x + w <= 24 for x, _, w, _ in places)
    assert len({(x, y) for x, y, _, _ in places}) == len(panels)


@pytest.mark.parametrize("panel", BOARD["panels"], ids=lambda panel: panel["title"])
def test_a_panel_asks_for_metrics_that_there_are(panel: dict[str, Any]) -> None:
    assert panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
    for target in panel["targets"]:
        assert named(target["expr"]) <= known()
        assert named(target["expr"])
