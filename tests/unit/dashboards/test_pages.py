"""Every page through app.py: with data, without, and while the catalogue changes under it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.unit.dashboards.caches import forgetful  # noqa: F401  used by every test here
from tests.unit.dashboards.published import history, publish
from tests.unit.dashboards.serving import serving
from veille.config import Settings
from veille.service.assembly import open_folder, publish_now
from veille.service.switches import FolderSwitches
from veille.store.errors import StoreError
from veille.store.owner import Owner
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

APP = Path(__file__).resolve().parents[3] / "dashboards/app.py"
PAGES = ("app_pages/now.py", "app_pages/feed.py", "app_pages/explore.py")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of simulated events up to now, one dead letter."""
    folder = publish(tmp_path_factory.mktemp("filled"), history(72, datetime.now(UTC), simulated=True))
    dated = "at,label,source\n2020-01-01T00:00:00Z,long ago,A paper\n"
    (folder / "policy_events.csv").write_text(f"{dated}{datetime.now(UTC).isoformat()},An act today,A paper\n")
    return folder


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str = PAGES[0], **url: str) -> AppTest:
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=120)
    for key, value in url.items():
        app.query_params[key] = value
    app.run()
    if page != PAGES[0]:
        app.switch_page(page).run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> str:
    found: list[Any] = [
        *app.title,
        *app.header,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.warning,
        *app.error,
        *app.code,
    ]
    return "\n".join(str(element.value) for element in found)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_now_shows_the_headlines_of_the_chosen_class(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="all")
    shown = metrics(app)
    assert shown["Sexualising requests"] == "360"  # half of 864, less the 72 about oneself
    assert shown["Targets, sexualising requests"] == "7"
    assert "Images produced, all classes" in shown
    assert "Simulated data" in texts(app)
    assert ":small[Dead letters received in this period]  \n**1**" in texts(app)
    assert "Data as of" in texts(app)
    assert any("FROM requests_minute" in code.value for code in app.code)


def test_the_answered_rate_is_the_defined_one(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="all", **{"class": "all"})
    answered = [n for n in range(864) if n % 3 and n % 12]
    by_outcome = [n % 5 for n in answered]
    share = by_outcome.count(0) / sum(by_outcome.count(k) for k in (0, 1, 2, 3))
    assert metrics(app)["Fulfilled of decided, all classes"] == f"{100 * share:.1f} %"


def test_choices_stand_in_the_url_and_come_from_it(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="7d", by="class", step="86400", live="off", **{"class": "question"})
    assert app.segmented_control(key="range").value == "7d"
    assert app.toggle(key="live").value is False
    assert "Question requests" in metrics(app)
    assert "Requests by class" in texts(app)
    app.selectbox(key="class").set_value("all").run()
    assert app.query_params["class"] == "all"
    app.selectbox(key="class").set_value("sexualising").run()
    assert "class" not in app.query_params, "a default keeps the address clean"


def test_a_wrong_link_falls_back_to_the_defaults(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="yesterday", step="7", live="perhaps", **{"class": "<b>"})
    assert app.segmented_control(key="range").value == "24h"
    assert app.selectbox(key="class").value == "sexualising"


def test_two_moments_may_be_chosen(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="custom", since="2020-01-01T00:00", until="2020-01-02T00:00")
    assert metrics(app)["Sexualising requests"] == "0"
    assert "1 Jan 2020" in texts(app) or "01 Jan 2020" in texts(app)
    assert "None in this period." in texts(app)


def test_dated_events_are_listed(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled)
    assert [box.label for box in app.expander] == ["Dated events in this period (1)"]


def test_feed_shows_rules_collections_and_files(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, PAGES[1])
    assert metrics(app)["Dead letters"] == "1"
    rules, files, collections = (frame.value for frame in app.dataframe)
    assert rules["letters"].tolist() == [1]
    assert "mentions" in files["relation"].tolist()
    assert set(collections["collection_id"]) == {"simulated:test@1"}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_published_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str) -> None:
    app = opened(monkeypatch, tmp_path / "none", page)
    assert f"veille replay FILE… --data-dir {tmp_path / 'none'}" in texts(app)
    assert not app.metric


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_database_says_what_to_send(monkeypatch: pytest.MonkeyPatch, empty_catalogue: Path, page: str) -> None:
    app = opened(monkeypatch, empty_catalogue, page)
    assert "No event has arrived yet" in texts(app)
    assert f"veille produce FILE… --data-dir {empty_catalogue}" in texts(app)


def test_a_page_fills_once_something_is_published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = opened(monkeypatch, tmp_path / "data")
    assert not app.metric
    publish(tmp_path / "data", history(2, datetime.now(UTC)))
    app.run()
    assert metrics(app)["Sexualising requests"] == "10"
    assert "Simulated data" not in texts(app)


def test_old_data_are_shown_from_their_end_and_said_to_be_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    publish(tmp_path / "data", history(30, datetime(2026, 1, 10, tzinfo=UTC)))
    app = opened(monkeypatch, tmp_path / "data")
    assert metrics(app)["Sexualising requests"] != "0"
    assert "These data end on 09 Jan 2026" in texts(app)


def test_silence_of_the_writer_is_told(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    monkeypatch.setattr("dashboards.data.WRITER_SILENT", datetime.resolution)
    assert f"veille run --data-dir {filled}" in texts(opened(monkeypatch, filled))


def test_every_page_says_what_a_person_has_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = publish(tmp_path / "stopped", history(3, datetime.now(UTC)))
    with open_folder(Settings(data_dir=folder), "test", create=False) as (database, _, _):
        for what in ("paging", "research"):
            FolderSwitches(Settings(data_dir=folder), database).turn(what, stopped=True, actor="Mila", comment="drill")
        publish_now(Settings(data_dir=folder), database)
    for page in [*PAGES, "app_pages/surges.py", "app_pages/targets.py", "app_pages/incidents.py"]:
        told = texts(opened(monkeypatch, folder, page))
        assert "Paging was stopped by a person" in told, page
        assert "Publishing for research was stopped" in told, page


def test_the_catalogue_may_be_replaced_in_mid_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = publish(tmp_path / "data", history(2, datetime.now(UTC)))
    newer = publish(tmp_path / "newer", history(3, datetime.now(UTC)))
    read = Reader.named
    replaced: list[str] = []

    def replacing(self: Reader, name: str, **parameters: Any) -> pl.DataFrame:
        if name.endswith("headline") and not replaced:
            replaced.append(name)
            shutil.rmtree(folder / "published")
            shutil.copytree(newer / "published", folder / "published")
        return read(self, name, **parameters)

    monkeypatch.setattr(Reader, "named", replacing)
    app = opened(monkeypatch, folder)
    assert replaced
    assert metrics(app)["Sexualising requests"] == "15"


def test_a_failed_read_is_told_calmly_and_passes(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    read, failing = Reader.named, [True]

    def sometimes(self: Reader, name: str, **parameters: Any) -> pl.DataFrame:
        if failing[0] and name.endswith("production"):
            raise StoreError("the file was replaced while it was read")
        return read(self, name, **parameters)

    monkeypatch.setattr(Reader, "named", sometimes)
    app = opened(monkeypatch, filled)
    assert "could not be read" in texts(app)
    failing[0] = False
    app.button(key="try_again").click().run()
    assert "could not be read" not in texts(app)
    assert "Images produced, all classes" in metrics(app)


def test_a_catalogue_of_another_version_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import duckdb

    folder = tmp_path / "published/analyst"
    folder.mkdir(parents=True)
    duckdb.connect(str(folder / "catalog.duckdb")).close()
    assert "another version of Veille" in texts(opened(monkeypatch, tmp_path))


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VEILLE_STORE__THREADS", "none")
    assert "store.threads" in texts(opened(monkeypatch, tmp_path))


@pytest.mark.parametrize("page", [*PAGES, "app_pages/sql.py"])
def test_every_page_in_french_and_in_another_zone(monkeypatch: pytest.MonkeyPatch, filled: Path, page: str) -> None:
    from dashboards.texts import catalogue

    app = opened(monkeypatch, filled, page, lang="fr", tz="Asia/Tokyo")
    assert app.title[0].value == catalogue("fr")[Path(page).stem]["title"]
    assert (app.query_params["lang"], app.query_params["tz"]) == ("fr", "Asia/Tokyo")
    if page == PAGES[0]:
        assert "JST" in texts(app)
        app.selectbox(key="preferred_language").set_value("en").run()
        assert app.title[0].value == "Now"


def test_choices_are_taken_along_to_other_pages(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = opened(monkeypatch, filled, range="30d", **{"class": "question"})
    app.switch_page(PAGES[2]).run()
    assert app.segmented_control(key="range").value == "30d"
    assert app.selectbox(key="class").value == "question"
    assert app.query_params["range"] == "30d"


def test_a_note_goes_to_the_timeline_and_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = publish(tmp_path_factory.mktemp("noted"), history(2, datetime.now(UTC)))
    app = opened(monkeypatch, folder)
    app.text_area(key="note_text").set_value("**Collector** moved <script>")
    owner = Owner(folder, "veille replay")
    next(button for button in app.button if button.label == "Save").click().run()
    assert "Nothing was changed" in texts(app)
    owner.release()
    with serving(folder) as service:
        next(button for button in app.button if button.label == "Save").click().run()
        assert ["Saved" in found.value for found in app.success] == [True]
        service.publish()
        app.run()
        assert "Notes in this period (1)" in [box.label for box in app.expander]
        assert r"\*\*Collector\*\* moved \<script\>" in texts(app)
        next(button for button in app.button if button.label == "Withdraw").click().run()
        service.publish()
        app.run()
        assert "Notes in this period (1)" not in [box.label for box in app.expander]
