"""Surges, Coordination, Targets and Incidents through app.py: filled, empty, with the service down, with hostile text."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import access, commands
from dashboards.incidents import detail as incident_detail
from tests.unit.dashboards import found
from tests.unit.dashboards.test_pages import APP, metrics, texts
from veille.access import Principal, Role
from veille.client import ApiError
from veille.config import Settings
from veille.privacy import load_key, short
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

PAGES = ("surges", "coordination", "targets", "incidents")
LINKS = ("<script>", "'; DROP TABLE surges", "x" * 500, "%00")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found.folder(tmp_path_factory.mktemp("found"), datetime.now(UTC))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Commands as the service would have received them; each is answered with an empty object."""
    taken: list[tuple[str, dict[str, Any]]] = []

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        taken.append((path, body))
        return {}

    monkeypatch.setattr(commands, "post", post)
    monkeypatch.setattr(commands, "quietly", lambda path, body: post(path, body) is not None)
    return taken


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str, **url: str) -> AppTest:
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    for key, value in url.items():
        app.query_params[key] = value
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join([texts(app), *(str(e.value) for e in (*app.subheader, *app.success))])


def star(folder: Path, number: int = 0) -> str:
    return str(found.person(load_key(folder / "pseudonym.key"), f"star_{number}"))


def incident(folder: Path) -> str:
    rows = Reader(folder / "published/analyst").query(
        "SELECT incident_id FROM incidents WHERE state <> 'resolved' AND rule = 'first-time-target'"
    )
    return str(rows["incident_id"][0])


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


def test_a_link_to_something_unknown_says_so(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert "There is no finding S-00000000" in texts(opened(monkeypatch, folder, "surges", surge="0" * 32))
    assert "There is no cluster C-00000000" in texts(opened(monkeypatch, folder, "coordination", cluster="0" * 32))
    assert "There is no incident I-00000000" in texts(opened(monkeypatch, folder, "incidents", incident="0" * 32))


@pytest.mark.parametrize(("page", "link"), list(zip(PAGES, LINKS, strict=True)))
def test_a_forged_link_opens_the_list(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str, link: str) -> None:
    app = opened(monkeypatch, folder, page, surge=link, cluster=link, target=link, incident=link)
    assert link not in texts(app)


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
    assert "640 co-actions; chance explains 4.8" in text
    assert "**A fan club**: 84 %" in text
    assert "check this before you act" in text
    assert "All elements are shown: 23 accounts, 8 targets, 152 pairs." in text
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


def test_reasons_and_comments_of_others_are_shown_as_text(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "coordination", cluster=found.REJECTED)
    (line,) = [m.value for m in app.markdown if "a fan club" in m.value]
    assert r"\<script\>" in line
    assert r"\*\*bold\*\*" in line
    app = opened(monkeypatch, folder, "incidents", incident=incident(folder))
    (line,) = [m.value for m in app.markdown if "looking at it" in m.value]
    assert r"\[link\]" in line
    assert "](" not in line
    assert not [m for m in app.markdown if m.allow_html]


def test_targets_stand_by_urgency_under_pseudonyms(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "targets", range="7d", **{"class": "all"})
    rows = app.dataframe[0].value
    assert rows["name"].tolist()[0] == short(star(folder), "target")
    assert rows["risk"].tolist()[0] == "surge open, cluster, insistent account"
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


def test_the_queue_shows_what_needs_somebody_and_filters_stand_in_the_url(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    app = opened(monkeypatch, folder, "incidents")
    assert "I-" + incident(folder)[:8].upper() in texts(app)
    assert "Useful" not in texts(app)
    app.segmented_control(key="state").set_value("resolved").run()
    assert "Useful" in texts(app)
    assert "resolved" in str(app.query_params["state"])
    tables = [frame.value for frame in app.dataframe]
    assert any("precision" in table.columns for table in tables)
    assert any("acknowledge" in table.columns for table in tables)


def test_acknowledging_goes_to_the_service_and_shows_at_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    wanted, calls = incident(folder), []

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        calls.append((path, body))
        return {
            "incident_id": wanted,
            "version": 99,
            "state": "acknowledged",
            "owner": "me",
            "acknowledged_at": "2026-01-10T12:00:00Z",
        }

    monkeypatch.setattr(commands, "post", post)
    app = opened(monkeypatch, folder, "incidents", incident=wanted)
    app.button(key="acknowledge").click().run()
    assert calls == [(f"/v1/incidents/{wanted}/acknowledge", {})]
    assert not [b for b in app.button if b.key == "acknowledge"]
    assert "acknowledged by me" in texts(app)


def test_resolving_needs_a_disposition_and_a_comment(
    monkeypatch: pytest.MonkeyPatch, folder: Path, recorded: list[tuple[str, dict[str, Any]]]
) -> None:
    wanted = incident(folder)
    app = opened(monkeypatch, folder, "incidents", incident=wanted)

    def resolve() -> None:
        next(b for b in app.button if b.label == "Resolve").click().run()

    resolve()
    assert "Choose a disposition" in texts(app)
    app.radio(key=f"disposition_{wanted}").set_value("useful")
    resolve()
    assert "The comment must not be empty" in texts(app)
    app.radio(key=f"disposition_{wanted}").set_value("useful")
    app.text_area(key=f"resolve_comment_{wanted}").set_value("passed on")
    resolve()
    assert recorded == [(f"/v1/incidents/{wanted}/resolve", {"disposition": "useful", "comment": "passed on"})]


def test_a_service_that_is_down_is_told_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, folder: Path, held: None
) -> None:
    wanted = incident(folder)
    app = opened(monkeypatch, folder, "incidents", incident=wanted)
    app.text_area(key=f"comment_text_{wanted}").set_value("seen")
    app.button(key="acknowledge").click().run()
    assert "the service is not reachable" in texts(app)
    assert not app.exception
    app.run()
    assert "Nothing was changed" in texts(app), "it stands until it was read"
    app.button(key="refusal_read").click().run()
    assert "Nothing was changed" not in texts(app)


def test_a_refusal_stands_until_the_person_does_something_else(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def refused(*_: object) -> None:
        raise ApiError("the service refused: I-1A2B3C4D was changed meanwhile: look again", 409)

    monkeypatch.setattr(commands, "_client", refused)
    wanted = incident(folder)
    app = opened(monkeypatch, folder, "incidents", incident=wanted, lang="fr")
    app.button(key="acknowledge").click().run()
    app.run()
    assert "a changé entre" in texts(app)
    monkeypatch.setattr(commands, "post", lambda path, body: {})
    app.button(key="acknowledge").click().run()
    assert "a changé entre" not in texts(app)
    app.switch_page("app_pages/surges.py").run()
    assert "a changé entre" not in texts(app)


def test_why_it_fired_and_what_happened_are_said_in_the_language_of_the_page(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    app = opened(monkeypatch, folder, "incidents", incident=incident(folder), lang="fr")
    page = said(app)
    assert "24 comptes agissent ensemble sur 8 cibles" in page
    assert "36 demandes de 24 comptes" in page
    for english in (
        "requests by",
        "accounts act together",
        "were expected",
        "quiet since",
        "error before",
        "waits, for",
    ):
        assert english not in page


def test_growth_upon_growth_is_one_line() -> None:
    events = [("opened", 0), ("grown", 1), ("grown", 2), ("due", 3), ("grown", 4)]
    rows = pl.DataFrame([{"event": event, "happened_at": datetime(2026, 1, 10, hour)} for event, hour in events])
    folded = [(row["event"], row["happened_at"].hour, times, began.hour) for row, times, began in
              incident_detail.folded(rows.reverse())]  # fmt: skip
    assert folded == [("grown", 4, 1, 4), ("due", 3, 1, 3), ("grown", 2, 2, 1), ("opened", 0, 1, 0)]


def test_the_record_is_offered_where_a_service_runs_or_the_folder_is_here(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    app = opened(monkeypatch, folder, "incidents", incident=incident(folder))
    assert len(app.get("download_button")) == 2
    database = Settings(data_dir=folder).database
    database.rename(tmp_path / "away")
    app.run()
    assert "it is not reachable" in texts(app)
    assert not app.get("download_button")
    (tmp_path / "away").rename(database)
    monkeypatch.setenv("VEILLE_DASHBOARDS__SERVICE_ADDRESS", "http://127.0.0.1:9")
    monkeypatch.setenv("VEILLE_DASHBOARDS__SERVICE_TOKEN_FILE", str(tmp_path / "token"))
    assert len(app.run().get("download_button")) == 2


def test_the_browser_is_told_the_language(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = opened(monkeypatch, folder, "incidents", lang="fr")
    assert any('lang = "fr"' in str(getattr(e, "value", "")) or "lang = 'fr'" in str(getattr(e, "value", ""))
               for e in app.get("html"))  # fmt: skip


@pytest.mark.parametrize(("roles", "may"), [(("viewer", "analyst"), True), (("viewer", "steward"), False)])
def test_actions_are_for_those_who_may(
    monkeypatch: pytest.MonkeyPatch, folder: Path, roles: tuple[Role, ...], may: bool
) -> None:
    monkeypatch.setattr(access, "gate", lambda: _as(roles))
    app = opened(monkeypatch, folder, "incidents", incident=incident(folder))
    assert bool([b for b in app.button if b.key == "acknowledge"]) is may


def _as(roles: tuple[Role, ...]) -> Principal:
    person = Principal("ann", frozenset(roles))
    st.session_state[commands.ACTOR_KEY] = person
    return person


def test_minors_are_asked_of_the_service_alone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    row = {"incident_id": "f" * 32, "rota": "minors", "rule": "minor-flag", "severity": "critical", "state": "open", "suppressed_by": None,
           "requests": 2, "targets": 1, "subject_kind": "target", "subject": star(folder), "title": "x"}  # fmt: skip
    monkeypatch.setattr(commands, "get", lambda path, **parameters: [row])
    app = opened(monkeypatch, folder, "incidents", rota="minors")
    assert "Flagged, not verified" in texts(app)
    assert "I-FFFFFFFF · 2 flagged" in texts(app)


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
