"""`veille lake`: what Spark computes over a snapshot equals what one process computes, to the bit; what is damaged is named."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from tests.scale.conftest import exported
from veille.cli import app
from veille.cli.common import CommandError

pytestmark = pytest.mark.slow
ON = ("--master", "local[2]")


def veille(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def copied(winter: Path, tmp_path: Path) -> Path:
    """The snapshot, to be damaged."""
    return Path(shutil.copytree(winter, tmp_path / "winter", copy_function=shutil.copyfile))


def _segment(snapshot: Path) -> Path:
    return next(snapshot.glob("segments/mentions/*/*.parquet"))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda file: file.unlink(), "the file is missing"),
        (lambda file: shutil.copyfile(file, file.with_name("more.parquet")), "not in the manifest"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9] + b"x" + file.read_bytes()[-8:]), "content differs"),
    ],
    ids=["missing", "extra", "altered"],
)
def test_a_damaged_snapshot_is_named_before_spark_starts(
    copied: Path, damage: "pytest.MonkeyPatch", says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    damage(_segment(copied))  # type: ignore[operator]
    done = veille("lake", "check", copied)
    assert isinstance(done.exception, CommandError)
    assert says in done.output
    assert "segments/mentions/" in done.output


def test_check_counts_three_ways(spark_there: None, winter: Path) -> None:
    done = veille("lake", "check", winter, *ON, "--parts", 2)
    assert done.exit_code == 0, done.output
    rows = pl.read_parquet(_segment(winter)).height
    assert f"mentions         manifest {rows}  Spark {rows}  catalogue {rows}" in " ".join(done.output.split("\n"))
    assert "equal: " in done.output


def test_coordination_equals_that_of_one_process_with_one_part_and_three(
    spark_there: None, winter: Path, tmp_path: Path
) -> None:
    alone = veille("coordination", exported(winter, tmp_path / "mentions.parquet"), "--out", tmp_path / "alone")
    assert alone.exit_code == 0, alone.output
    told = json.loads((tmp_path / "alone/summary.json").read_text())
    assert told["clustered_accounts"]["validated"] >= 8
    for parts in (1, 3):
        out = tmp_path / f"of-{parts}"
        done = veille("lake", "coordination", winter, *ON, "--parts", parts, "--out", out)
        assert done.exit_code == 0, done.output
        assert sorted(file.name for file in out.iterdir()) == sorted(
            file.name for file in (tmp_path / "alone").iterdir()
        )
        for name in ("pairs.parquet", "clusters.parquet", "graph.gexf"):
            assert (out / name).read_bytes() == (tmp_path / "alone" / name).read_bytes(), name
        said = json.loads((out / "summary.json").read_text())
        assert {key: said[key] for key in told} == told
        assert said["snapshot"]["name"] == "winter"


def test_a_period_without_mentions_is_insufficient_and_leaves_whole_files(
    spark_there: None, winter: Path, tmp_path: Path
) -> None:
    done = veille("lake", "coordination", winter, *ON, "--parts", 1, "--since", "2031-01-01", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "Insufficient data" in done.output
    assert pl.read_parquet(tmp_path / "out/pairs.parquet").is_empty()
