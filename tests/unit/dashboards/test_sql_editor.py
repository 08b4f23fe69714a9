"""The page SQL: runs in the gateway's locked process, hides prompts, and never trusts a name."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.sql_editor import editor, results
from tests.unit.dashboards.published import publish
from tests.unit.dashboards.serving import serving
from tests.unit.dashboards.test_explore import HOSTILE, button
from tests.unit.dashboards.test_pages import opened, texts
from tests.unit.make import mention
from veille.store.owner import Owner

pytestmark = pytest.mark.slow

SQL = "app_pages/sql.py"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = (datetime.now(UTC) - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    events = [mention(n, event_type="mention", occurred_at=at, prompt=HOSTILE[n % 3], language="en") for n in range(12)]
    return publish(tmp_path_factory.mktemp("asked"), events)


def ran(app: AppTest, sql: str) -> AppTest:
    app.text_area(key=editor.TEXT).set_value(sql).run()
    app.button(key="sql_run").click().run()
    for _ in range(100):
        if app.session_state[editor.RUNNING] is None:
            break
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def test_a_query_brings_rows_and_is_on_record(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    app = ran(opened(monkeypatch, asked, SQL), "SELECT count(*) AS n FROM mentions WHERE language = $code")
    assert [frame.value.to_dict("list") for frame in app.dataframe] == [{"n": [0]}], "no value is null"
    app.text_input(key="parameter_code").set_value("en").run()
    app = ran(app, "SELECT count(*) AS n FROM mentions WHERE language = $code")
    assert [frame.value.to_dict("list") for frame in app.dataframe] == [{"n": [12]}]
    app.run()
    assert any("language = $code" in code.value for code in app.code), "history"


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM read_csv('/etc/passwd')", "DROP VIEW mentions", "SELEC 1", "SELECT 1; SELECT 2"]
)
def test_what_is_refused_is_told_as_text(monkeypatch: pytest.MonkeyPatch, asked: Path, sql: str) -> None:
    app = ran(opened(monkeypatch, asked, SQL), sql)
    assert "The query failed" in texts(app)
    assert not app.dataframe


def test_prompts_stay_hidden_until_a_look_is_recorded(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    query = 'SELECT prompt, prompt AS "a **prompt**", \'=1+1\' AS "=x" FROM mentions ORDER BY prompt LIMIT 3'
    app = ran(opened(monkeypatch, asked, SQL), query)
    assert set(app.dataframe[0].value["prompt"]) == set(app.dataframe[0].value["a **prompt**"]) == {"•••"}
    owner = Owner(asked, "veille replay")
    button(app, "Show the prompts in this result").click().run()
    assert "Not shown" in texts(app), "another command has the folder: no record, no prompt"
    owner.release()
    with serving(asked) as service:
        button(app, "Show the prompts in this result").click().run()
        assert "<script>" in "".join(app.dataframe[0].value["prompt"])
        assert [action for _, action, _ in service.looks()] == ["prompt.query"]


def test_a_worked_example_is_put_into_the_editor(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    app = opened(monkeypatch, asked, SQL, example="language_mix")
    assert "In which languages" in (app.text_area(key=editor.TEXT).value or "")
    app.button(key="load_answered_rate").click().run()
    assert app.query_params["example"] == "answered_rate"
    app.button(key="sql_run").click().run()
    for _ in range(100):
        if app.session_state[editor.RUNNING] is None:
            break
        time.sleep(0.1)
        app.run()
    assert app.session_state[editor.FAILURE] is None


def test_a_query_sent_while_another_runs_takes_its_place(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    app = opened(monkeypatch, asked, SQL)
    app.text_area(key=editor.TEXT).set_value("SELECT count(*) AS long FROM range(100000000000) AS r").run()
    app.button(key="sql_run").click().run()
    first = app.session_state[editor.RUNNING]
    assert first is not None
    app = ran(app, "SELECT 7 AS short")
    assert first.done(), "the earlier one is ended"
    assert [frame.value.to_dict("list") for frame in app.dataframe] == [{"short": [7]}]
    assert "This is not the result" not in texts(app)


def test_a_result_under_another_text_says_so(monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    app = ran(opened(monkeypatch, asked, SQL), "SELECT 7 AS n, $a AS a")
    app.text_area(key=editor.TEXT).set_value("SELECT 8 AS n, $a AS a").run()
    assert "This is not the result" in texts(app)
    assert "SELECT 7 AS n, $a AS a" in [code.value for code in app.code]
    app.text_area(key=editor.TEXT).set_value("SELECT 7 AS n, $a AS a").run()
    assert "This is not the result" not in texts(app)
    app.text_input(key="parameter_a").set_value("1").run()
    assert "This is not the result" in texts(app), "another value is another query"
    assert "This is not the result" not in texts(ran(app, "SELECT 7 AS n, $a AS a"))


def test_parameters_are_found_outside_of_strings_and_comments() -> None:
    assert editor.parameters_of("SELECT $b, '$x', \"$y\" -- $z\n, $a /* $c */, $b") == ("b", "a")


@pytest.mark.parametrize("kind", results.KINDS)
@pytest.mark.parametrize("x", [["<b>", None], [1, 2], [datetime(2026, 1, 1), None]])
def test_a_quick_chart_of_any_column(x: list[object], kind: str) -> None:
    rows = pl.DataFrame({"a.b[c]": x, "y": [1, 2]}, strict=False)
    assert results.drawn(rows, "a.b[c]", "y", kind).to_dict()["encoding"]["x"]["title"] == "a.b[c]"
