"""What the research catalogue holds, and what it must not."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.dashboards.published import publish
from tests.unit.make import generation, mention, moderation
from veille.config import Research
from veille.events import OUTCOMES
from veille.privacy import Key
from veille.store.publish.research import ResearchPublisher
from veille.store.reader import Reader
from veille.store.sql import statement

pytestmark = pytest.mark.slow

SMALL = 3
KEY = Key(bytes(32))
NOW = datetime(2026, 2, 2, 15, 30)
"""Two hours and a half after the last complete hour that is published (the lag is two)."""


def events() -> Iterator[dict[str, Any] | str]:
    """January: busy hours, a thin one, one that a single target dominates; and two busy hours of February."""
    number = 0

    def one(at: datetime, target: str, account: str, **fields: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        text = at.replace(tzinfo=UTC).isoformat()
        given = {"language": "en", "prompt": "a mild wish", "generator": "grok", "target_gender": "woman"} | fields
        return mention(number, event_type="mention", occurred_at=text, target_id=target, account_id=account, **given)

    for day in (5, 6, 20):
        for step in range(40):
            at = datetime(2026, 1, day, 10, step, 7)
            yield one(at, f"creator_{step % 9}", f"asker_{step % 11}", minor_suspected=step % 2 == 0)
            yield generation(number, event_type="generation", occurred_at=f"{at:%Y-%m-%dT%H:%M}:59Z")
    yield moderation(1, event_type="moderation", occurred_at="2026-01-06T12:00:00Z", mention_id="m41")
    yield one(datetime(2026, 1, 5, 3, 1), "creator_1", "asker_1", language="eo")  # alone in its hour
    for step in range(30):  # one target behind nearly all of an hour
        yield one(datetime(2026, 1, 6, 4, step), "creator_2" if step < 25 else f"creator_{step}", f"asker_{step}")
    for hour in (10, 11, 14):
        for step in range(12):
            yield one(datetime(2026, 2, 2, hour, step * 4), f"creator_{step}", f"asker_{step}")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("research") / "data", events())


def publisher(data_dir: Path, folder: Path, **settings: Any) -> ResearchPublisher:
    chosen = Research(small=SMALL, **settings)
    return ResearchPublisher(data_dir / "published/analyst", folder, folder.parent / "work", chosen, KEY)


@pytest.fixture(scope="module")
def folder(data_dir: Path) -> Path:
    made = data_dir / "published/research"
    publisher(data_dir, made).publish(NOW)
    return made


@pytest.fixture(scope="module")
def research(folder: Path) -> Reader:
    return Reader(folder)


@pytest.fixture(scope="module")
def analyst(data_dir: Path) -> Reader:
    return Reader(data_dir / "published/analyst")


def test_hours_are_published_when_enough_people_share_them(research: Reader) -> None:
    sql = 'SELECT occurred_at, "precision", count(*) AS n FROM requests GROUP BY ALL ORDER BY ALL'
    assert research.query(sql).rows() == [
        (datetime(2026, 1, 5, 10), "hour", 40),
        (datetime(2026, 1, 6, 10), "hour", 40),
        (datetime(2026, 1, 20, 10), "hour", 40),
        (datetime(2026, 2, 2, 10), "hour", 12),
        (datetime(2026, 2, 2, 11), "hour", 12),
    ]
    held = research.query("SELECT month, finished, held_back FROM releases ORDER BY month").rows()
    # The lone event and the dominated hour have one target above half. February's first day is not over, so no row of
    # the day is there yet. Bounds, not counts.
    assert held == [(datetime(2026, 1, 1), True, 33), (datetime(2026, 2, 1), False, 24)]


def test_every_outcome_that_enough_people_share_is_published(tmp_path: Path) -> None:
    """Ten requests a final answer, by ten accounts about ten targets in one hour; five of each answer is refused, then unknown."""
    asked, numbers = list[dict[str, Any]](), iter(range(1, 1000))
    for place, outcome in enumerate((*OUTCOMES, None)):
        for person in range(10):
            number = next(numbers)
            who = {"account_id": f"asker_{person}", "target_id": f"creator_{person}", "generator": "grok"}
            at = f"2026-01-05T10:{place:02}:{person:02}Z"
            asked.append(mention(number, event_type="mention", occurred_at=at, **who))
            if outcome:
                asked.append(generation(number, event_type="generation", occurred_at=at, outcome=outcome))
            if outcome == "refused" and person % 2:
                later = {"event_id": f"later_{number}", "occurred_at": "2026-01-05T10:30:00Z", "outcome": "unknown"}
                asked.append(generation(number, event_type="generation", **later))
    other = publish(tmp_path / "data", asked)
    publisher(other, tmp_path / "research").publish(NOW)
    expected = dict.fromkeys((*OUTCOMES, "unanswered"), 10)
    for folder in (other / "published/analyst", tmp_path / "research"):
        for sql in (
            "SELECT outcome, count(*) FROM exchanges GROUP BY ALL",
            "SELECT outcome, sum(requests)::BIGINT FROM requests_hour GROUP BY ALL",
        ):
            assert dict(Reader(folder).query(sql).rows()) == expected


def test_what_is_not_over_for_the_lag_is_not_there(data_dir: Path, tmp_path: Path) -> None:
    publisher(data_dir, tmp_path / "research").publish(datetime(2026, 2, 2, 12, 59))
    sql = "SELECT max(occurred_at) FROM requests"
    assert Reader(tmp_path / "research").query(sql).item() == datetime(2026, 1, 20, 10)


def test_a_thin_hour_joins_its_day_once_that_is_over(data_dir: Path, tmp_path: Path) -> None:
    """With two instead of three the lone event still needs company: the dominated hour is of another day."""
    lone = [*events(), *_company()]
    other = publish(tmp_path / "data", lone)
    publisher(other, tmp_path / "research").publish(NOW)
    sql = 'SELECT occurred_at, "precision", count(*) FROM requests WHERE "precision" <> \'hour\' GROUP BY ALL'
    assert Reader(tmp_path / "research").query(sql).rows() == [(datetime(2026, 1, 5), "day", 4)]


def _company() -> Iterator[dict[str, Any]]:
    """Three more lone events of that day, each in an hour of its own."""
    for number, hour in enumerate((1, 6, 8)):
        yield mention(
            900 + number,
            event_type="mention",
            occurred_at=f"2026-01-05T0{hour}:30:00Z",
            target_id=f"creator_{number + 20}",
            account_id=f"asker_{number + 20}",
            generator="grok",
        )


def test_every_published_time_hides_enough_targets_and_accounts(research: Reader, analyst: Reader) -> None:
    published = research.query("SELECT DISTINCT occurred_at FROM requests WHERE \"precision\" = 'hour'")
    truth = analyst.query(
        "SELECT date_trunc('hour', occurred_at) AS occurred_at, count(DISTINCT target_id) AS t, count(DISTINCT account_id) AS a "
        "FROM mentions GROUP BY ALL"
    )
    crowd = published.join(truth, on="occurred_at")
    assert crowd.height == published.height
    assert crowd.select(pl.min_horizontal(pl.col("t").min(), pl.col("a").min())).item() >= SMALL


def test_nothing_leads_back(research: Reader, analyst: Reader, folder: Path) -> None:
    """No id, prompt or exact time of the analyst catalogue stands in any file of the research folder."""
    ids: set[str] = set()
    for view, columns in (
        ("mentions", ("event_id", "account_id", "target_id", "post_id", "prompt")),
        ("generations", ("event_id", "mention_id")),
        ("moderations", ("event_id", "subject_id")),
    ):
        for column in columns:
            found = analyst.query(f"SELECT DISTINCT {column}::VARCHAR AS id FROM {view} WHERE {column} IS NOT NULL")
            ids |= set(found["id"])
    ids |= {each.replace("-", "") for each in ids}
    for file in folder.rglob("*.parquet"):
        frame = pl.read_parquet(file)
        texts = {value for name in frame.columns for value in frame[name].cast(pl.String, strict=False).drop_nulls()}
        assert not texts & ids, file
        for name, kind in frame.schema.items():
            if isinstance(kind, pl.Datetime):
                assert frame[name].dt.minute().sum() == 0, f"{name} of {file}"
    assert not [file for file in folder.rglob("*") if file.suffix not in {".parquet", ".duckdb", ""}]


def test_rare_categories_are_merged(research: Reader, data_dir: Path, tmp_path: Path) -> None:
    assert set(research.query('SELECT DISTINCT "language" FROM exchanges')["language"]) == {"en"}
    rare = publish(tmp_path / "data", _with_rare_language())
    publisher(rare, tmp_path / "research").publish(NOW)
    sql = 'SELECT "language", count(*) AS n FROM exchanges GROUP BY ALL ORDER BY ALL'
    assert Reader(tmp_path / "research").query(sql).rows() == [("en", 38)]
    # Two people alone cannot be published; with one more of another rare language they are 'other' together.
    more = publish(tmp_path / "more", [*_with_rare_language(), *_more_rare_language()])
    publisher(more, tmp_path / "again").publish(NOW)
    assert Reader(tmp_path / "again").query(sql).rows() == [("en", 38), ("other", 4)]


def _with_rare_language() -> Iterator[dict[str, Any]]:
    for number in range(40):
        yield mention(
            number,
            event_type="mention",
            occurred_at=f"2026-01-05T10:{number:02}:00Z",
            target_id=f"creator_{number % 9}",
            account_id=f"asker_{number % 11}",
            language="eo" if number < 2 else "en-GB",
        )


def _more_rare_language() -> Iterator[dict[str, Any]]:
    for number in (50, 51):
        yield mention(
            number,
            event_type="mention",
            occurred_at=f"2026-01-05T10:{number}:00Z",
            target_id=f"creator_{number}",
            account_id=f"asker_{number}",
            language="ia",
        )


def test_targets_share_their_row_with_others(research: Reader) -> None:
    found = research.query("SELECT * EXCLUDE (month, target_id), count(*) AS rows FROM targets GROUP BY ALL")
    assert found.height
    assert found.filter(pl.col("rows") != pl.col("alike")).height == 0
    assert int(found["alike"].min()) >= SMALL  # type: ignore[arg-type]
    accounts = research.query("SELECT * EXCLUDE (month, account_id), count(*) AS rows FROM accounts GROUP BY ALL")
    assert int(accounts["alike"].min()) >= SMALL  # type: ignore[arg-type]
    months = research.query("SELECT DISTINCT month FROM targets").rows()
    assert months == [(datetime(2026, 1, 1),)], "an unfinished month would show an hour by changing"


def test_pseudonyms_belong_to_a_release_and_a_role(data_dir: Path, research: Reader, tmp_path: Path) -> None:
    later = NOW + timedelta(days=40)
    publisher(data_dir, tmp_path / "same").publish(later)
    publisher(data_dir, tmp_path / "other", release="second").publish(later)
    here = set(research.query("SELECT target_id FROM targets")["target_id"])
    same = Reader(tmp_path / "same").query("SELECT month, target_id FROM targets")
    other = set(Reader(tmp_path / "other").query("SELECT target_id FROM targets")["target_id"])
    january, february = (set(same.filter(pl.col("month") == datetime(2026, month, 1))["target_id"]) for month in (1, 2))
    assert here == january
    assert february
    assert not january & february
    assert not here & other
    accounts = set(research.query("SELECT account_id FROM accounts")["account_id"])
    assert accounts
    assert not here & accounts


def test_only_months_that_changed_are_made_anew(data_dir: Path, tmp_path: Path) -> None:
    made = publisher(data_dir, tmp_path / "research")
    assert made.publish(NOW).months == 2
    assert made.publish(NOW + timedelta(minutes=10)).months == 0
    assert made.publish(NOW + timedelta(hours=1)).months == 1, "January is over: once a day does"
    assert made.publish(NOW + timedelta(hours=25)).months == 2
    assert made.publish(NOW + timedelta(days=90)).months == 2
    assert made.publish(NOW + timedelta(days=91)).months == 0, "both have been over for long"
    assert publisher(data_dir, tmp_path / "research", release="x").publish(NOW + timedelta(days=92)).months == 2


def test_a_catalogue_of_an_earlier_format_is_made_anew(data_dir: Path, tmp_path: Path) -> None:
    """As format 2 left it: with exact counts in its table of releases."""
    folder = tmp_path / "research"
    publisher(data_dir, folder).publish(NOW)
    (folder / "catalog.duckdb").chmod(0o600)
    with duckdb.connect(str(folder / "catalog.duckdb")) as earlier:
        earlier.execute("ALTER TABLE releases RENAME TO newer")
        earlier.execute(
            "CREATE TABLE releases AS SELECT month, release, published_at, finished, 1 AS mentions, 2 AS generations, 3 AS moderations, "
            "held_back, '2/8/0' AS fingerprint FROM newer"
        )
    assert publisher(data_dir, folder).publish(NOW).months > 0
    assert "mentions" not in Reader(folder, threads=1).query("SELECT * FROM releases").columns


def test_replaced_files_stay_a_while_and_then_go(data_dir: Path, tmp_path: Path) -> None:
    import os

    folder = tmp_path / "research"
    made = publisher(data_dir, folder)
    made.publish(NOW)
    first = set(folder.glob("segments/*/*/*.parquet"))
    made.publish(NOW + timedelta(days=1))
    assert all(path.exists() for path in first)
    for path in first:
        os.utime(path, (1, 1))
    made.publish(NOW + timedelta(days=1, minutes=1))
    assert not any(path.exists() for path in first)
    assert Reader(folder).query("SELECT count(*) FROM requests").item() == 156


def test_it_opens_elsewhere_and_says_what_each_column_is(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    connection = duckdb.connect(str(moved / "catalog.duckdb"), read_only=True)
    connection.execute(f"SET VARIABLE veille_root = '{moved}'")
    assert connection.execute("SELECT count(*) FROM requests").fetchall() == [(144,)]
    silent = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
    ).fetchall()
    assert silent == []
    about = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
    assert connection.execute(about).fetchall() == []


def test_nothing_at_all_makes_an_empty_catalogue(tmp_path: Path) -> None:
    empty = publish(tmp_path / "data", [])
    publisher(empty, tmp_path / "research").publish(NOW)
    for view in ("exchanges", "mentions", "targets", "requests_hour", "clusters", "surges", "coverage", "minor_flags"):
        assert Reader(tmp_path / "research").query(f"SELECT count(*) FROM {view}").item() == 0


def test_flags_of_minors_are_only_counted(research: Reader, analyst: Reader) -> None:
    """In both catalogues: by month and source, and no column of a single event."""
    for catalogue in (research, analyst):
        rows = catalogue.query("SELECT event_type, events, looked_at, flagged FROM minor_flags ORDER BY ALL").rows()
        assert ("mention", 151, 120, 60) in rows
        named = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name LIKE 'minor%' AND NOT internal"
        assert set(catalogue.query(named)["table_name"]) == {"minor_flags"}
        for file in catalogue.path.parent.rglob("*.parquet"):
            assert "minor_flags" in file.parts or not [n for n in pl.read_parquet_schema(file) if n.startswith("minor")]


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(statement("publish/research/macros"))
    return connection


@given(st.integers(0, 10**9), st.sampled_from([2, 8]))
def test_a_band_holds_its_count(macros: duckdb.DuckDBPyConnection, count: int, base: int) -> None:
    sql = "SELECT band_from($n, $b), band_to($n, $b)"
    ((low, high),) = macros.execute(sql, {"n": count, "b": base}).fetchall()
    assert low <= count <= high
    assert high < max(low * base, 1)
