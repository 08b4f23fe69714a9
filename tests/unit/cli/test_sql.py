"""The prompt of `veille sql`, fed line by line."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.dashboards.published import history, publish
from veille.cli.sql_shell import Shell
from veille.config import load
from veille.research.gateway import Gateway

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    return Gateway(load(data_dir=publish(tmp_path_factory.mktemp("sql") / "data", history(2, NOW))))


def typed(gateway: Gateway, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    Shell(gateway, "anna", ("analyst",), "analyst", None).run(io.StringIO(text), history=None)
    found = capsys.readouterr()
    return found.out, found.err


def test_statements_on_several_lines_with_times(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = typed(gateway, "SELECT count(*) AS n\nFROM mentions;\n\\timing\nSELECT 2 AS two", capsys)
    assert "| 24 |" in out.replace("  ", " ")
    assert out.count(" s, as of ") == 1, "times were switched off for the second"
    assert "two" in out
    assert err == ""


def test_mistakes_do_not_end_the_session(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = typed(
        gateway, "SELECT nothere FROM mentions;\n\\nothing\nSELECT 1 AS one;\n\\q\nSELECT 5 AS five;", capsys
    )
    assert "nothere" in err
    assert "\\nothing is not a command" in err
    assert "one" in out
    assert "five" not in out


def test_the_schema_explains_itself(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = typed(gateway, "\\d\n\\d mentions\n\\d nothing\n\\?\n", capsys)
    assert "One row a mention" in out
    assert "request_class" in out
    assert "there is no nothing" in err
    assert "Ctrl-C cancels a running query" in out


def test_results_are_saved_and_queries_remembered(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    out, err = typed(
        gateway, f"\\csv {file}\nSELECT 7 AS seven;\n\\csv {file}\n\\history\n\\catalogue nowhere\n", capsys
    )
    assert file.read_text() == "seven\n7\n"
    assert "SELECT 7 AS seven;" in out
    assert "writes the result of the last query" in err
    assert "there is no catalogue 'nowhere'" in err


def test_control_c_ends_the_query_not_the_session(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from veille.research.gateway import Running

    real = Running.result
    pressed = iter([True])

    def result(self: Running, timeout: float | None = None) -> object:
        if next(pressed, False):
            raise KeyboardInterrupt
        return real(self, timeout)

    monkeypatch.setattr(Running, "result", result)
    out, err = typed(gateway, "SELECT count(*) FROM range(100000000000);\nSELECT 1 AS one;\n", capsys)
    assert "cancelled" in err
    assert "one" in out
