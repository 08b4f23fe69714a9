"""All pages about findings through app.py: filled, empty, with forged links, in French."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.unit.dashboards import found as made
from tests.unit.dashboards.findings.opening import incident, opened, star
from tests.unit.dashboards.test_pages import metrics, texts
from tests.unit.dashboards.test_pages import opened as opened_first

pytestmark = pytest.mark.slow

PAGES = ("surges", "coordination", "targets", "incidents")
LINKS = ("<script>", "'; DROP TABLE surges", "x" * 500, "%00")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_filled(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str) -> None:
    app = opened(monkeypatch, folder, page, range="7d")
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("page", PAGES)
def test_each_page_says_what_to_run_where_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str
) -> None:
    assert f"veille replay FILE… --data-dir {tmp_path / 'none'}" in texts(opened(monkeypatch, tmp_path / "none", page))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_calm_on_an_empty_database(
    monkeypatch: pytest.MonkeyPatch, empty_catalogue: Path, page: str
) -> None:
    assert "No event has arrived yet" in texts(opened(monkeypatch, empty_catalogue, page))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_speaks_french(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str) -> None:
    app = opened(monkeypatch, folder, page, range="7d", lang="fr")
    assert app.title[0].value in ("Pics", "Coordination", "Cibles", "Incidents")


def protos(app: AppTest) -> str:
    """Everything that a page sends to the browser."""
    return "\n".join(str(element.proto) for element in app.main if hasattr(element, "proto"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_shows_a_stored_reason_as_it_is_stored(
    monkeypatch: pytest.MonkeyPatch, folder: Path, language: str
) -> None:
    first = opened_first(monkeypatch, folder, range="7d", lang=language)
    drawn: dict[tuple[str, ...], str] = {("now",): protos(first)}
    for page, url in (
        *((page, {}) for page in PAGES),
        ("incidents", {"incident": incident(folder)}),
        ("coordination", {"cluster": made.CLUSTER}),
        ("surges", {"surge": made.SURGE}),
        ("target", {"target": star(folder)}),
    ):
        drawn[page, *url] = protos(opened(monkeypatch, folder, page, range="7d", lang=language, **url))
    everything = {"en": "Surge of all requests", "fr": "Pic de toutes les demandes"}[language]
    assert everything in drawn["now",], "the incident that is open, in words"
    assert not [page for page, text in drawn.items() if '"code":' in text.replace("\\", "")]


def test_a_link_to_something_unknown_says_so(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert "There is no finding S-00000000" in texts(opened(monkeypatch, folder, "surges", surge="0" * 32))
    assert "There is no cluster C-00000000" in texts(opened(monkeypatch, folder, "coordination", cluster="0" * 32))
    assert "There is no incident I-00000000" in texts(opened(monkeypatch, folder, "incidents", incident="0" * 32))


@pytest.mark.parametrize(("page", "link"), list(zip(PAGES, LINKS, strict=True)))
def test_a_forged_link_opens_the_list(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str, link: str) -> None:
    app = opened(monkeypatch, folder, page, surge=link, cluster=link, target=link, incident=link)
    assert link not in texts(app)


def test_a_catalogue_that_goes_away_is_a_state_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    app = opened(monkeypatch, copy, "surges", range="7d")
    shutil.move(copy / "published", copy / "away")
    app.run()
    assert "Nothing is published here yet" in texts(app)
    shutil.move(copy / "away", copy / "published")
    app.run()
    assert "Surges opened" in metrics(app)
