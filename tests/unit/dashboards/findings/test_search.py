"""The box that opens a page by a name on a screen."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import data, search
from dashboards.search import NamedPage
from tests.unit.dashboards import found as made
from tests.unit.dashboards.findings.opening import opened, star
from tests.unit.dashboards.test_pages import texts
from veille.privacy import load_key, short

pytestmark = pytest.mark.slow


def sought(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> AppTest:
    app = opened(monkeypatch, folder, "feed")
    app.text_input(key="search_name").set_value(name)
    return app.button(key="FormSubmitter:search-Open").click().run()


@pytest.mark.parametrize(("name", "shown"), [
    (f"S-{made.SURGE[:8].upper()}", "Observed and expected"),
    (f"s-{made.DROP}", "Observed and expected"),
    (f" C-{made.CLUSTER[:8]} ", "Evidence for coordination"),
])  # fmt: skip
def test_a_finding_opens_by_its_name(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, shown: str) -> None:
    app = sought(monkeypatch, folder, name)
    assert not app.exception
    assert shown in texts(app)


@pytest.mark.parametrize("name", ["T-0000-0000-0000", "star_0", "@star_0", "I-ZZZZ", "C-123", "", "T-7K3Q", "'; DROP"])
def test_what_is_no_name_opens_nothing_and_says_what_a_name_is(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str
) -> None:
    assert "Nothing has this name" in texts(sought(monkeypatch, folder, name))


def test_a_person_is_found_in_the_part_that_the_name_says_first(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    monkeypatch.setattr(data, "sees_people", lambda: True)
    held = data.catalogue()
    crew = str(made.person(load_key(folder / "pseudonym.key"), "crew_0"))
    assert search.named(short(star(folder), "target"), held) == [NamedPage("target", star(folder))]
    assert search.named(f" {short(star(folder), 'target').lower()} ", held) == [NamedPage("target", star(folder))]
    assert search.named(short(crew, "account"), held) == [NamedPage("account", crew)]
    assert search.named(short(crew, "target"), held) == [NamedPage("account", crew)]
