"""The researcher's commands: one row out for each row in, one line for each mistake."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from tests.unit.detect.surges.make import background, crowd, frame
from veille.cli.common import CommandError
from veille.cli.surges import PANEL_COLUMNS, app


def run(*arguments: str | Path) -> None:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    values = np.random.default_rng(0).poisson(20, 400)
    values[350:356] = 400
    file = tmp_path / "in.csv"
    rows = [f"2026-01-{1 + i // 288:02d} {i % 288 // 12:02d}:{i % 12 * 5:02d}:00,{v}" for i, v in enumerate(values)]
    file.write_text("timestamp,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_score_writes_a_row_for_each_row_and_finds_the_burst(counts: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "out.csv"
    run("score", counts, "--out", out)
    scored, given = pl.read_csv(out), pl.read_csv(counts)
    assert scored.columns == ["timestamp", "value", "score", "p_value", "expected", "low", "high", "alert"]
    assert scored.select("timestamp", "value").equals(given)
    assert 350 <= scored["alert"].arg_max() <= 353  # type: ignore[operator]
    assert scored.filter((pl.col("low") > pl.col("expected")) | (pl.col("high") < pl.col("expected"))).is_empty()


def test_rows_keep_their_place_whatever_their_order(counts: Path, tmp_path: Path) -> None:
    given = pl.read_csv(counts)
    mixed, out, plain = tmp_path / "mixed.csv", tmp_path / "out.csv", tmp_path / "plain.csv"
    given.sample(fraction=1, shuffle=True, seed=1).write_csv(mixed)
    run("score", mixed, "--out", out)
    run("score", counts, "--out", plain)
    assert pl.read_csv(out)["timestamp"].equals(pl.read_csv(mixed)["timestamp"])
    assert pl.read_csv(out).sort("timestamp").equals(pl.read_csv(plain))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("time,value\n1,2\n", "no column timestamp"),
        ("timestamp,value\n2026-01-01,1\nsoon,2\n", "timestamp is not a time in row 2"),
        ("timestamp,value\n2026-01-01,many\n", "value is not a number in row 1"),
        ("timestamp,value\n2026-01-01,-1\n", "value is not a count in row 1"),
        ("timestamp,value\n", "no rows"),
        ("", "empty"),
    ],
)
def test_a_broken_file_is_one_line(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=says) as error:
        run("score", file, "--out", tmp_path / "out.csv")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_panel_finds_surges_and_insistent_accounts(kind: str, tmp_path: Path) -> None:
    rows = (
        background(1, bins=400)
        + crowd("cold", 300 * 350, 30, 1200)
        + [("calm", "again", 60 * i + 300 * 100) for i in range(5)]
    )
    file, out = tmp_path / f"events.{kind}", tmp_path / f"openings.{kind}"
    events = frame(rows)
    events.write_parquet(file) if kind == "parquet" else events.write_csv(file)
    run("panel", file, "--out", out)
    found = pl.read_parquet(out) if kind == "parquet" else pl.read_csv(out)
    assert tuple(found.columns) == PANEL_COLUMNS
    assert found.select("target_id", "kind", "accounts").sort("kind").rows() == [
        ("calm", "insistent_account", 1),
        ("cold", "surge", 30),
    ]


def test_panel_says_what_a_file_lacks(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("account_id,occurred_at\na,2026-01-01\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no column target_id"):
        run("panel", file, "--out", tmp_path / "out.parquet")
    file.write_text("account_id,target_id,occurred_at\na,t,2026-01-01T00:00:00Z\na,t,late\n", encoding="utf-8")
    with pytest.raises(CommandError, match="first row 2"):
        run("panel", file, "--out", tmp_path / "out.parquet")
