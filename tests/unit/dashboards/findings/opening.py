"""Opens the pages about findings, and reads what they show."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.unit.dashboards import found
from tests.unit.dashboards.test_pages import APP, texts
from veille.privacy import load_key
from veille.store.reader import Reader


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str, **url: str) -> AppTest:
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=120)
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
