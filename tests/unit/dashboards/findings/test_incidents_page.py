"""Incidents through app.py: the queue, one incident, what goes to the service and how it answers."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboards import access, commands
from tests.unit.dashboards import found
from tests.unit.dashboards.findings.opening import incident, opened, said, star
from tests.unit.dashboards.test_pages import texts
from veille.access import Principal, Role
from veille.client import ApiError
from veille.config import Settings
from veille.reasons import reason

pytestmark = pytest.mark.slow


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
        why = reason("incident.changed_meanwhile", incident="I-1A2B3C4D")
        raise ApiError(f"the service refused: {why}", 409, answered=why)

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
    assert "Cette procédure est en anglais." in page
    for told in next(box for box in app.expander if box.icon == ":material/menu_book:").markdown:
        page = page.replace(str(told.value), "")
    for english in (
        "requests by",
        "accounts act together",
        "were expected",
        "quiet since",
        "error before",
        "waits, for",
    ):
        assert english not in page


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
