"""A backtest finds what the live detector would have found, and says what other settings change."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.dashboards.published import publish
from tests.unit.detection.test_surges import ONSET, UNTIL, background, crowd
from veille.cli.surges import app
from veille.errors import VeilleError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("backtest") / "data"
    publish(data, [{"event_type": "mention", **one} for one in background() + crowd("cold", ONSET)])
    rows = [f"cold,surge,{ONSET:%FT%TZ},{UNTIL:%FT%TZ}", f"nobody,surge,{ONSET:%FT%TZ},{UNTIL:%FT%TZ}"]
    (data.parent / "truth.csv").write_text("target_id,kind,onset,end\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return data


def run(folder: Path, *arguments: str) -> str:
    command = ["backtest", "--data-dir", str(folder), *arguments]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_present_and_changed_settings_stand_side_by_side(folder: Path) -> None:
    truth = str(folder.parent / "truth.csv")
    found = json.loads(run(folder, "--truth", truth, "--set", "min_accounts=60", "--set", "min_events=60", "--json"))
    assert found["present"]["target_surges"] == 1
    assert found["present"]["power"] == [{"kind": "surge", "planted": 2, "found": 1, "delay_minutes": 10.0}]
    assert (found["present"]["missed"], found["present"]["outside"]) == (1, 0)
    assert found["changed"]["target_surges"] == 0
    assert found["changed"]["power"][0]["found"] == 0
    assert found["set"] == ["min_accounts=60", "min_events=60"]


def test_the_table_names_what_was_found_and_missed(folder: Path) -> None:
    text = run(folder, "--truth", str(folder.parent / "truth.csv"), "--since", f"{ONSET:%FT%T}")
    assert "found: surge" in text
    assert "1 of 2, 10.0 min" in text
    assert "changed" not in text


def test_mistakes_are_one_line(folder: Path, tmp_path: Path) -> None:
    def refused(*arguments: str) -> str:
        with pytest.raises(VeilleError) as error:
            CliRunner().invoke(app, ["backtest", *arguments], catch_exceptions=False)
        return str(error.value)

    assert "no ground truth found" in refused("--data-dir", str(folder), "--truth", str(tmp_path))
    assert "is not before" in refused("--data-dir", str(folder), "--since", "2027-01-01")
    unknown = CliRunner().invoke(app, ["backtest", "--data-dir", str(folder), "--set", "no_such=1"])
    assert unknown.exit_code == 2
    assert "KEY=VALUE" in unknown.output
