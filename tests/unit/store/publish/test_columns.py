"""Columns of relations without rows: what their files would have, kept from one start to the next."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.unit.store.publish.conftest import Private
from veille.config import Publish
from veille.store.publish import Publisher, columns

LATER = datetime(2026, 3, 10, 13, tzinfo=UTC)


@pytest.fixture
def asked() -> columns.Columns:
    connection = Private().connection
    connection.begin()
    return columns.of_database(connection)


def test_a_relation_without_rows_has_the_types_that_parquet_keeps(asked: columns.Columns, tmp_path: Path) -> None:
    """DuckDB refuses a view whose files have other types than those that it was made with."""
    assert len(asked) >= 30
    for relation, typed in asked:
        listed = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in typed)
        duckdb.execute(f"COPY (SELECT {listed} WHERE false) TO '{tmp_path}/one.parquet'")
        read = duckdb.execute(f"DESCRIBE FROM read_parquet('{tmp_path}/one.parquet')").fetchall()
        assert tuple((row[0], row[1]) for row in read) == typed, relation


def test_they_are_kept_and_read_again(asked: columns.Columns) -> None:
    assert columns.loaded(columns.dumped(asked)) == asked
    assert not columns.lacking(asked)
    assert columns.lacking(())
    name, typed = asked[0]
    assert columns.lacking(((name, typed[1:]), *asked[1:]))


def test_an_empty_folder_opens_again_with_every_relation(tmp_path: Path) -> None:
    private = Private(str(tmp_path / "veille.duckdb"))
    for _ in range(2):
        publisher = Publisher(private.connection, tmp_path / "published", Publish())
        publisher.start(LATER)
        publisher.close()
        with duckdb.connect(str(tmp_path / "published" / "catalog.duckdb"), read_only=True) as catalogue:
            assert catalogue.execute("SELECT count(*) FROM mentions").fetchall() == [(0,)]
            assert catalogue.execute("SELECT count(*) FROM surges_versions").fetchall() == [(0,)]
