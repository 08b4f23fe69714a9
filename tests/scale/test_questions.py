"""Questions on Spark: every worked example and every view is in one of the lists, and the listed ones give DuckDB's rows."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.made_once import made_once
from tests.scale.rows import comparable
from tests.unit.dashboards.published import history, publish
from tests.unit.make import moderation
from veille.cli import app
from veille.cli.common import CommandError
from veille.research.examples import HeldData, bind, example, examples
from veille.research.snapshots import create, open_snapshot
from veille.scale import dialect
from veille.scale.carried import NOT_CARRIED, QUESTIONS, VIEWS, VIEWS_NOT_COMPARED
from veille.scale.questions import Lake
from veille.scale.session import job
from veille.store.reader import Reader
from veille.store.snapshot import definitions

pytestmark = pytest.mark.slow
LONG = os.environ.get("VEILLE_TEST_SCALE") == "1"
UNTIL = datetime(2026, 1, 12, tzinfo=UTC)


def _make(place: Path) -> None:
    removals = [
        moderation(
            k,
            event_type="moderation",
            occurred_at=(UNTIL - timedelta(minutes=7 * k)).isoformat(),
            mention_id=f"m{k * 3}",
            collection_id="keyword-v2",
            sampling_probability=1.0,
        )
        for k in range(60)
    ]
    publish(place / "data", [*history(120, UNTIL), *removals])
    create(place / "data", "week", "analyst", datetime(2026, 1, 20, tzinfo=UTC))


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of five days with answers and removals. Not to be written into."""
    return made_once(tmp_path_factory, "scale-week", _make) / "data/snapshots/week"


@pytest.fixture(scope="module")
def lake(spark_there: None, week: Path) -> Iterator[Lake]:
    with job("local[2]", 2, "tests") as running:
        yield Lake(running, open_snapshot(week))


@pytest.fixture(scope="module")
def reader(week: Path) -> Iterator[Reader]:
    opened = Reader(week, threads=1)
    yield opened
    opened.close()


def _values(name: str, reader: Reader) -> dict[str, Any]:
    held = HeldData(**reader.named("research/release/held").row(0, named=True))
    return bind(example(name).parameters, held.fill(example(name).parameters, {}))


def test_every_worked_example_is_in_one_list() -> None:
    assert not QUESTIONS & NOT_CARRIED.keys()
    assert {each.name for each in examples()} == QUESTIONS | NOT_CARRIED.keys()
    assert all(reason.strip() for reason in NOT_CARRIED.values())


def test_every_view_is_listed_and_can_be_carried(week: Path) -> None:
    known = definitions(week / "catalog.duckdb")
    assert {
        name.removeprefix("main.") for name in known.views if name.startswith("main.")
    } == VIEWS | VIEWS_NOT_COMPARED
    for name in VIEWS:
        assert "QUALIFY" not in dialect.translated(known.views[f"main.{name}"], known.macros)


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("SELECT a / b AS q FROM t", "SELECT a / NULLIF(b, 0) AS q FROM t"),
        ("SELECT $x AS y", "SELECT 'it''s' AS y"),
        ("SELECT a FROM files.mentions AS m", "SELECT a FROM files__mentions AS m"),
        ("SELECT a FROM t WHERE a = ANY(SELECT b FROM u)", "SELECT a FROM t WHERE a IN (SELECT b FROM u)"),
        ("SELECT epoch_us(a) AS e FROM t", "SELECT UNIX_MICROS(CAST(a AS TIMESTAMP_LTZ)) AS e FROM t"),
        ("SELECT f.a FROM twice(3) AS f", "SELECT f.a FROM (SELECT (3) + (3) AS a) AS f"),
    ],
)
def test_each_construct_is_carried(duckdb: str, spark: str) -> None:
    assert (
        dialect.translated(duckdb, {"twice": (("n",), "SELECT n + n AS a")}, {"x": "it's"}).replace("\\'", "''")
        == spark
    )


@pytest.mark.parametrize("name", sorted(QUESTIONS) if LONG else ["output_24h"])
def test_a_question_has_the_same_rows(name: str, lake: Lake, reader: Reader) -> None:
    values = _values(name, reader)
    alone = reader.query(example(name).sql, values)
    assert comparable(lake.ask(example(name).sql, values)) == comparable(alone)


@pytest.mark.parametrize("name", sorted(VIEWS) if LONG else ["coverage"])
def test_a_view_has_the_same_rows(name: str, lake: Lake, reader: Reader) -> None:
    everything = f'SELECT * FROM "{name}"'
    assert comparable(lake.ask(everything)) == comparable(reader.query(everything))


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("research/time_to_removal", "Spark cannot answer .*: use `veille research run time_to_removal`"),
        ("research/nothing", "not a worked example"),
        ("answered_rate", "write research/NAME"),
    ],
)
def test_what_it_cannot_answer_is_said_before_spark_starts(question: str, says: str, week: Path) -> None:
    done = CliRunner().invoke(app, ["lake", "sql", question, str(week)])
    assert isinstance(done.exception, CommandError)
    assert re.search(says, str(done.exception))


@pytest.mark.skipif(not LONG, reason="the long form of Spark: make test-scale")
def test_the_command_writes_what_research_run_writes(spark_there: None, week: Path, tmp_path: Path) -> None:
    both = {
        "lake": ["lake", "sql", "research/public_figures", str(week)],
        "alone": ["research", "run", "public_figures", "--snapshot", str(week)],
    }
    for name, words in both.items():
        done = CliRunner().invoke(
            app, [*words, "--data-dir", str(week.parents[1]), "--out", str(tmp_path / f"{name}.parquet")]
        )
        assert done.exit_code == 0, done.output
    lake, alone = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in both)
    assert lake.columns == alone.columns
    assert comparable(lake) == comparable(alone)
