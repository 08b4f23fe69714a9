"""Runbooks as the page of an incident shows them."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from veille.config import RULES
from veille.runbooks import runbook


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_a_runbook_with_first_steps(rule: str) -> None:
    text = runbook(rule)
    assert text is not None
    assert re.search(r"^## What to do\n\n(1\.|-|\*) ", text, re.MULTILINE)


def test_what_is_no_rule_has_none() -> None:
    assert runbook("../operations") is None


def shown(rule: str, rota: str) -> AppTest:
    def page(rule: str, rota: str) -> None:
        from dashboards.incidents import runbook

        runbook.draw(rule, rota)

    ran = AppTest.from_function(page, kwargs={"rule": rule, "rota": rota}).run()
    assert not ran.exception
    return ran


def test_the_page_shows_steps_and_whom_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_INCIDENTS__ROTAS", '{"abuse": {"contacts": ["Duty desk, 01 23 45"]}}')
    texts = "\n".join(each.value for each in shown("page-brake", "abuse").markdown)
    assert "Duty desk, 01 23 45" in texts
    assert "its list begins with who is in most danger" in texts
    assert "](" not in texts, "no link to a file"


def test_nobody_is_named_is_said() -> None:
    assert "nobody is named" in shown("disk-low", "health").markdown[0].value
