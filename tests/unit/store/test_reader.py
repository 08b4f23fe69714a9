"""The reader: current, private to each query, patient with compaction, clear about what is wrong."""

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.unit.store.publish.conftest import NOON, Site
from veille.config import Publish
from veille.store.errors import StoreError
from veille.store.reader import CatalogueMissing, QueryError, Reader


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, Publish(retire_minutes=0))
    yield made
    made.reader.close()
    made.close()


def _add(site: Site, number: int) -> None:
    now = NOON + timedelta(seconds=number)
    site.private.add("mentions", f"m{number}", now)
    site.commit(now)


def test_each_query_sees_the_newest_catalogue(site: Site) -> None:
    for number in range(3):
        _add(site, number)
        assert site.rows("SELECT count(*) FROM mentions") == [(number + 1,)]


def test_values_are_given_by_name(site: Site) -> None:
    _add(site, 0)
    query = "SELECT count(*) AS n FROM mentions WHERE occurred_at >= $since"
    assert site.reader.query(query, {"since": NOON})["n"].to_list() == [1]
    assert site.reader.query(query, {"since": NOON + timedelta(hours=1)})["n"].to_list() == [0]


def test_sums_of_counts_are_integers(site: Site) -> None:
    _add(site, 0)
    assert site.reader.query("SELECT sum(requests) AS n FROM requests_day").schema["n"] == pl.Int64


def test_nothing_published_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueMissing, match="veille run"):
        Reader(tmp_path).query("SELECT 1")


def test_a_wrong_query_is_explained_and_the_next_one_works(site: Site) -> None:
    with pytest.raises(QueryError, match="no_such_column"):
        site.reader.query("SELECT no_such_column FROM mentions")
    assert site.rows("SELECT 1") == [(1,)]


def test_nothing_can_be_written(site: Site) -> None:
    for sql in ("CREATE TABLE t (a INTEGER)", "DROP VIEW mentions", "DELETE FROM status"):
        with pytest.raises(StoreError):
            site.reader.query(sql)


def test_a_segment_that_vanished_is_told(site: Site) -> None:
    _add(site, 0)
    for path in site.files():
        (site.folder / path).unlink()
    with pytest.raises(StoreError):
        site.reader.query("SELECT count(prompt) FROM mentions")


def test_a_copied_folder_works_after_one_statement(site: Site, tmp_path: Path) -> None:
    _add(site, 0)
    copy = tmp_path / "elsewhere"
    shutil.copytree(site.folder, copy)
    shutil.rmtree(site.folder)
    connection = duckdb.connect(str(copy / "catalog.duckdb"), read_only=True)
    with pytest.raises(duckdb.Error):
        connection.execute("SELECT count(*) FROM exchanges")
    connection.execute(f"SET VARIABLE veille_root = '{copy}'")
    assert connection.execute("SELECT count(*) FROM exchanges").fetchall() == [(1,)]
    assert connection.execute("SELECT sum(requests) FROM requests_hour").fetchall() == [(1,)]
    connection.close()
    assert Reader(copy).query("SELECT count(*) AS n FROM mentions")["n"].to_list() == [1]


@pytest.mark.slow
def test_readers_never_fail_or_go_back_while_segments_merge_and_vanish(site: Site) -> None:
    """With no grace at all (retire_minutes=0) a file can go between a query's start and its read: it starts again."""
    _add(site, 0)
    stop, seen, failed = threading.Event(), list[int](), list[BaseException]()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.append(site.rows("SELECT count(*) FROM mentions")[0][0])
            except StoreError as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        _add(site, number)
        site.compactor.step(NOON + timedelta(seconds=number))
        site.publisher.publish(NOON + timedelta(seconds=number))
    stop.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert max(seen) > 1
    assert site.rows("SELECT count(*) FROM mentions") == [(25,)]
