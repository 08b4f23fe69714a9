"""Opens pages as a person would, and keeps what they draw."""

from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import access, figures
from dashboards.figures import FigureLog
from tests.consistency.page import Asked
from tests.unit.dashboards.caches import forget
from tests.unit.dashboards.test_pages import APP


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, page: Asked) -> tuple[AppTest, FigureLog]:
    """The page, and every number that it drew or asked for."""
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    monkeypatch.setattr(access, "look", lambda *_: True)
    forget()
    app = AppTest.from_file(str(APP), default_timeout=120)
    if page.name != "now":
        app.run()
        app.switch_page(f"app_pages/{page.name}.py")
    for key, value in _address(page).items():
        app.query_params[key] = value
    with figures.listening() as recorded:
        app.run()
    assert not app.exception, app.exception
    assert not app.error, [error.value for error in app.error]
    return app, recorded


def _address(page: Asked) -> dict[str, str]:
    filters = {name: str(value) for name, value in page.filters.items()}
    period = {"range": "custom", "since": _written(page.since), "until": _written(page.until)}
    return {**period, "class": page.request_class or "all", **filters, **page.url}


def _written(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
