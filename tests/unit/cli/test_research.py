"""The researchers' commands: output, files, exit statuses, and errors of one line."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.unit.dashboards.published import history, publish
from tests.unit.deploy.commands import root
from veille.cli import app
from veille.cli.common import CommandError
from veille.research.errors import ResearchError
from veille.research.snapshots import erase, find

pytestmark = pytest.mark.slow

SPAN = ["--since", "2026-01-11", "--until", "2026-01-12"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root()  # registers the commands
    return publish(tmp_path_factory.mktemp("cli") / "data", history(48, datetime(2026, 1, 13, tzinfo=UTC)))


def run(*words: str | Path, status: int = 0) -> str:
    found = CliRunner().invoke(app, [str(word) for word in words])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == status, found.output
    return found.output


def test_an_example_on_the_terminal_says_its_caveats_and_what_was_collected(data_dir: Path) -> None:
    out = run("research", "run", "language_mix", *SPAN, "--data-dir", data_dir)
    assert "undeclared" in out
    assert "Caveats: Language is as declared" in out
    assert "mentions of keyword-v2 on x, 24 of 24 h, each kept with probability 1.0" in out


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_example_into_a_file(data_dir: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / "sub" / f"mix.{ending}"
    run("research", "run", "language_mix", *SPAN, "--data-dir", data_dir, "--param", "least=1", "--out", out)
    frame = pl.read_csv(out) if ending == "csv" else pl.read_parquet(out)
    assert frame["share"].sum() == pytest.approx(1, abs=1e-4)
    with pytest.raises(CommandError, match=r"\.csv or \.parquet"):
        run("research", "run", "language_mix", *SPAN, "--data-dir", data_dir, "--out", tmp_path / "mix.xls")


def test_list_and_show(data_dir: Path) -> None:
    assert "request_rate_window" in run("research", "list")
    assert "-- Question:" in run("research", "show", "bypass")


def test_without_times_the_whole_span_is_asked_and_said(data_dir: Path) -> None:
    out = run("research", "run", "language_mix", "--data-dir", data_dir)
    assert "Defaults from these data: since=2026-01-11T00:00:00, until=2026-01-13T" in out
    assert "undeclared" in out
    assert "hold no" not in out
    early = run(
        "research", "run", "answered_rate", "--since", "2020-01-01", "--until", "2020-02-01", "--data-dir", data_dir
    )
    assert "No row: the data cover from 2026-01-11 00:00 to 2026-01-13 00:00 UTC" in early


def test_data_without_classes_or_answers_say_what_they_cannot_answer(tmp_path: Path) -> None:
    events = [
        {key: value for key, value in event.items() if key != "request_class"}
        for event in history(48, datetime(2016, 1, 13, tzinfo=UTC))
        if not isinstance(event, str) and event["event_type"] == "mention"
    ]
    folder = publish(tmp_path / "old", events)
    asked = run("research", "run", "burden", "--data-dir", folder)
    assert "request_class=unknown" in asked
    assert "contain no generations" in asked, "what of the burden is fulfilled is not known"
    assert "No row" not in asked
    made = run("research", "run", "output_24h", "--data-dir", folder)
    assert "contain no generations" in made
    removed = run("research", "run", "time_to_removal", "--data-dir", folder)
    assert "contain no moderations" in removed
    chosen = run("research", "run", "burden", "--param", "request_class=sexualising", "--data-dir", folder)
    assert "No request here is declared sexualising; 0 declare another class and 528 none" in chosen


def test_mistakes_are_named(data_dir: Path) -> None:
    with pytest.raises(ResearchError, match=r"policy_at .* is required: --param policy_at"):
        run("research", "run", "policy_change", "--data-dir", data_dir)
    with pytest.raises(CommandError, match="runs on analyst, not on research"):
        run("research", "run", "burden", *SPAN, "--catalogue", "research", "--data-dir", data_dir)
    assert "--param must be NAME=VALUE" in run(
        "research", "run", "burden", *SPAN, "--param", "x", "--data-dir", data_dir, status=2
    )


def test_snapshot_pack_and_erasure_from_the_command_line(data_dir: Path, tmp_path: Path) -> None:
    place: list[str | Path] = ["--data-dir", data_dir]
    assert "identity" in run("snapshot", "create", "kept", *place)
    assert run("snapshot", "list", *place).startswith("kept  analyst  created ")
    assert run("snapshot", "verify", "kept", *place).startswith("valid: ")
    pack = tmp_path / "pack.zip"
    run("pack", "create", "--example", "public_figures", *SPAN, "--snapshot", "kept", "--out", pack, *place)
    assert run("pack", "verify", pack, "--snapshot", "kept", *place).strip() == "identical"
    assert run("research", "run", "public_figures", *SPAN, "--snapshot", "kept", *place)
    snapshot = find(data_dir, "kept")
    for entry in snapshot.manifest.files:
        if "/mentions/" in entry.path:
            snapshot = erase(snapshot, entry.path, datetime(2026, 2, 1))
    assert "erased since: the result differs" in run("pack", "verify", pack, "--snapshot", "kept", *place, status=3)
    assert "valid, except for data erased since" in run("snapshot", "verify", "kept", *place, status=3)
    next(snapshot.folder.glob("segments/generations/*/*.parquet")).unlink()
    with pytest.raises(CommandError, match="is damaged"):
        run("snapshot", "verify", "kept", *place)
    with pytest.raises(CommandError, match="is not confirmed"):
        run("pack", "verify", pack, "--snapshot", "kept", *place)
    assert "deleted" in run("snapshot", "delete", "kept", "--yes", *place)


def test_a_pack_takes_a_file_with_guessed_values_or_an_example_not_both(data_dir: Path, tmp_path: Path) -> None:
    place: list[str | Path] = ["--data-dir", data_dir]
    run("snapshot", "create", "own", *place)
    sql = tmp_path / "own.sql"
    sql.write_text("SELECT count(*) AS n FROM mentions WHERE occurred_at >= $since AND request_class = $word")
    out = tmp_path / "own"
    run(
        "pack",
        "create",
        "--sql",
        sql,
        "--since",
        "2026-01-12",
        "--param",
        "word=question",
        "--snapshot",
        "own",
        "--out",
        out,
        *place,
    )
    assert (out / "result.csv").read_text() == '"n"\n72\n'
    assert "either" in run("pack", "create", "--snapshot", "own", "--out", tmp_path / "x", *place, status=2)


def test_export_writes_a_release(data_dir: Path, tmp_path: Path) -> None:
    out = run("export", "--out", tmp_path / "release", *SPAN, "--data-dir", data_dir)
    assert "cells published" in out
    assert "must be days" in run(
        "export", "--out", tmp_path / "x", "--since", "soon", "--until", "later", "--data-dir", data_dir, status=2
    )


def test_the_dictionary_of_what_is_published(data_dir: Path, tmp_path: Path) -> None:
    assert "### analyst: mentions" in run("dictionary", "--data-dir", data_dir)
    run("dictionary", "--data-dir", data_dir, "--out", tmp_path / "dictionary.md")
    assert (tmp_path / "dictionary.md").read_text().startswith("# Data dictionary")


def test_a_run_on_single_events_is_on_record_and_one_on_research_is_not(data_dir: Path) -> None:
    before = run("audit", "list", "--data-dir", data_dir, "--json").count("research.run")
    run("research", "run", "burden", *SPAN, "--data-dir", data_dir)
    listed = run("audit", "list", "--data-dir", data_dir, "--json")
    assert listed.count("research.run") == before + 1
    assert "burden" in listed
