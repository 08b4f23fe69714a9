"""The researcher's commands: one row out for each row in, one line for each mistake."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from tests.unit.detect.surges.make import background, crowd, frame
from veille.cli.common import CommandError
from veille.cli.surges import PANEL_COLUMNS, app


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


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
    assert scored.columns == ["timestamp", "value", "score", "p_value", "expected", "low", "high", "alert", "detector"]
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
        ("timestamp,value\n2026-01-01,1\nsoon,2\n", "row 2 after the header: timestamp is not a valid time"),
        ("timestamp,value\n2026-01-01,many\n", "row 1 .*value is not a number"),
        ("timestamp,value\n2026-01-01,-1\n", "value is not a count: it is negative"),
        ("timestamp,value\n2026-01-01,1e300\n", "value is not a count: it is above"),
        (
            "timestamp,value\n32.12.2025 10:00,1\n32.12.2025 10:05,1\n",
            r"and 1 more.*write times as 2026-01-31T13:05:00Z",
        ),
        ("timestamp,value\n2026-01-01,1\n2026-01-02,1,2\n", "number of cells differs from the header"),
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
    file.write_text("account_id,target_id,occurred_at\na,t,soon\na,t,late\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no value of occurred_at is a valid time"):
        run("panel", file, "--out", tmp_path / "out.parquet")
    file.write_text("account_id,target_id,occurred_at\na,t,2026-01-01T00:00:00Z\na,t,late\n", encoding="utf-8")
    assert "left out 1 row with an invalid time in occurred_at, first row 2" in run(
        "panel", file, "--out", tmp_path / "o.csv"
    )


@pytest.mark.slow
def test_panel_gives_ids_back_in_their_type_and_counts_an_event_once(tmp_path: Path) -> None:
    rows = background(1, bins=400) + crowd("cold", 300 * 350, 30, 1200)
    numbered = frame(rows).with_columns(pl.col("account_id").hash() // 2, pl.col("target_id").hash() // 2)
    once, twice, out = tmp_path / "once.parquet", tmp_path / "twice.parquet", tmp_path / "out.parquet"
    numbered = numbered.with_row_index("event_id")
    numbered.write_parquet(once)
    pl.concat([numbered, numbered]).write_parquet(twice)
    run("panel", once, "--out", out)
    first = pl.read_parquet(out)
    assert first.schema["target_id"] == pl.UInt64
    assert set(first["target_id"]) <= set(numbered["target_id"])
    assert len(first) > 0
    assert "repeat an event" in run("panel", twice, "--out", out)
    assert pl.read_parquet(out).equals(first)


def test_one_wrong_year_is_said_and_not_stepped_through(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    rows = ["a,t,1970-01-01T00:00:00Z", *(f"a{i},t,2026-01-01T00:0{i}:00Z" for i in range(5))]
    file.write_text("account_id,target_id,occurred_at\n" + "\n".join(rows) + "\n", encoding="utf-8")
    said = run("panel", file, "--out", tmp_path / "out.csv")
    assert "from 1970-01-01 (1 row up to then) to 2026-01-01 (5 rows" in said
    assert "6 events" in said


UNTOUCHED = pl.Series("value", ["3", "", "NaN", "NA", " 4 ", "5.0"])


def test_not_observed_is_not_zero_and_keeps_its_row(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = [f"2026-01-01 00:{5 * i:02d}:00,{value}" for i, value in enumerate(UNTOUCHED)]
    file.write_text("timestamp, value\r\n" + "\r\n".join(lines) + "\r\n\r\n", encoding="utf-8-sig")
    run("score", file, "--out", out)
    scored = pl.read_csv(out, infer_schema=False)
    assert scored["value"].fill_null("").to_list() == UNTOUCHED.to_list()
    assert scored["score"].is_null().to_list() == [False, True, True, True, False, False]
    assert scored["alert"].to_list() == ["0"] * 6


def test_what_may_surprise_is_said(counts: Path, tmp_path: Path) -> None:
    table = pl.read_csv(counts)
    file = tmp_path / "odd.csv"
    pl.concat([table[:100], table[90:200], table[250:]]).write_csv(file)
    said = run("score", file, "--out", tmp_path / "out.csv")
    assert "10 timestamps occur more than once" in said
    assert "about 50 rows of 300 s are missing" in said
    assert "missing" not in run("score", counts, "--out", tmp_path / "out.csv")


def test_unit_of_unix_time_is_told_by_its_size(counts: Path, tmp_path: Path) -> None:
    at = pl.col("timestamp").str.to_datetime()
    given, out, plain = pl.read_csv(counts), tmp_path / "out.csv.gz", tmp_path / "plain.csv"
    given.with_columns(at.dt.epoch("ms")).write_csv(tmp_path / "ms.csv")
    run("score", tmp_path / "ms.csv", "--out", out)
    run("score", counts, "--out", plain)
    assert pl.read_csv(out).drop("timestamp").equals(pl.read_csv(plain).drop("timestamp"))
