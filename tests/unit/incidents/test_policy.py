"""The policy: every rule has its severity and runbook; shifts, bursts, surges of everything and clusters at their limits."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboards.texts import names, speaking
from tests.unit.incidents.make import POLICY
from veille.config import RULES, IncidentSettings
from veille.incidents.policy import Policy

ROOT = Path(__file__).resolve().parents[3]
SEXUALISING = ("request_class", "sexualising")
HOUR = timedelta(hours=1)


def test_every_rule_has_a_runbook_that_names_it_and_there_is_no_other() -> None:
    texts = {rule.runbook: (ROOT / rule.runbook).read_text(encoding="utf-8") for rule in RULES.values()}
    assert [rule.name for rule in RULES.values() if f"Rule `{rule.name}`" not in texts[rule.runbook]] == []
    assert {str(file.relative_to(ROOT)) for file in (ROOT / "docs/runbooks").glob("*.md")} == set(texts)


def test_the_table_in_the_documents_has_every_rule_with_its_severity_and_rota() -> None:
    text = (ROOT / "docs/detection/incidents.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE))
    rotas = {"abuse": ""}
    assert table == {name: rule.severity + rotas.get(rule.rota, f", rota {rule.rota}") for name, rule in RULES.items()}


def test_screens_name_the_rules_as_they_are_declared() -> None:
    assert set(names("rules")) == set(RULES)
    with speaking("fr"):
        assert set(names("rules")) == set(RULES)


def test_the_default_calls_these_critical_and_nothing_else_of_abuse() -> None:
    critical = {rule for rule in RULES if POLICY.severity(rule) == "critical" and RULES[rule].rota != "health"}
    single = {"minor-flag", "first-time-target", "first-burst", "coordinated-attack", "global-surge"}
    assert critical == {*single, "page-brake"}


def test_abuse_health_and_minors_are_apart() -> None:
    assert {rule.rota for rule in RULES.values()} == {"abuse", "health", "minors"}
    assert [name for name, rule in RULES.items() if rule.rota == "minors"] == ["minor-flag"]


@pytest.mark.parametrize(
    ("moment", "begin"),
    [((5, 59), (4, 18)), ((6, 0), (5, 6)), ((17, 59), (5, 6)), ((18, 0), (5, 18)), ((23, 0), (5, 18))],
)
def test_shifts_of_twelve_hours_begin_at_six(moment: tuple[int, int], begin: tuple[int, int]) -> None:
    assert POLICY.shift(datetime(2026, 1, 5, *moment)) == datetime(2026, 1, begin[0], begin[1])


def test_a_surge_of_everything_needs_three_times_for_an_hour() -> None:
    assert POLICY.series_rule(SEXUALISING, 3.0, HOUR) == "global-surge"
    assert POLICY.series_rule(SEXUALISING, 2.99, HOUR) == "series-surge"
    assert POLICY.series_rule(SEXUALISING, 3.0, HOUR - timedelta(minutes=1)) == "series-surge"
    assert POLICY.series_rule(("language", "en"), 9.0, HOUR) == "series-surge"
    assert POLICY.series_rule(("all", "all"), 1.2, HOUR) == "everything-surge"


def test_a_coordinated_attack_needs_eight_accounts_and_three_targets() -> None:
    assert POLICY.cluster_rule(8, 3) == "coordinated-attack"
    assert POLICY.cluster_rule(7, 30) == POLICY.cluster_rule(80, 2) == "cluster"


def test_the_name_of_a_policy_changes_with_its_content() -> None:
    other = Policy(IncidentSettings(burst_requests=21))
    assert other.name != POLICY.name
    assert other.name.split("@")[0] == POLICY.name.split("@")[0]


def test_a_misspelt_rule_is_refused_and_missing_ones_keep_their_default() -> None:
    with pytest.raises(ValidationError, match="no such rule: first-tme"):
        IncidentSettings(severity={"first-tme": "error"})
    policy = Policy(IncidentSettings(severity={"drop": "error"}))
    assert (policy.severity("drop"), policy.severity("cluster")) == ("error", "warning")


def test_a_policy_that_repeats_the_defaults_has_the_same_name() -> None:
    assert Policy(IncidentSettings(severity={name: rule.severity for name, rule in RULES.items()})).name == POLICY.name
