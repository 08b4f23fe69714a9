"""Whatever the check lets through writes nothing, even on an engine with every right: prefixes, comments and options around writes.

VEILLE_TEST_EXAMPLES sets how many texts each test makes (usually 300).
"""

import hashlib
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.gate.writes import OF_THE_ISSUE
from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sandbox.guard import check

EXAMPLES = int(os.environ.get("VEILLE_TEST_EXAMPLES", "300"))
GAPS = (" ", "\n", "\t", "\r", "\u00a0", "\u3000", "\ufeff", "/**/", "/* ) SELECT 1 -- */", "/*) SELECT 1 --*/", "-- SELECT 1\n",
        "--\r", "/* /* */ ) SELECT 1 */", "/* ; */", "", "\x00")  # fmt: skip
BEFORE = ("EXPLAIN", "explain", "EXPLAIN ANALYZE", "ANALYZE", "analyze", "(", ")", "(ANALYZE)", "(ANALYZE,", "(FORMAT json, ANALYZE)",
          "(FORMAT ' ) SELECT 1 --',", "(FORMAT $$) SELECT 1$$, ANALYZE)", '("ANALYZE"', "VERBOSE", "DESCRIBE", "SUMMARIZE", "SHOW",
          "SELECT 1", "SELECT 1;", ";", "FROM (", "SELECT * FROM (", "SELECT (", "PREPARE p AS", "EXECUTE p", "WITH x AS (",
          "WITH y AS (SELECT 1)",
          "CALL", "PRAGMA", "'", '"', "$$", "$a$", "VALUES (1)", "UNION ALL", "BEGIN;", "COPY", "AS",
          "RECURSIVE", "*/", "/*", "--")  # fmt: skip
WRITES = ("COPY (SELECT 2 AS a) TO '{live}' (FORMAT parquet, USE_TMP_FILE false)", "COPY (SELECT 2 AS a) TO '{new}'",
          "COPY held TO '{new}'", "INSERT INTO held VALUES (3)", "DELETE FROM held", "UPDATE held SET a = 9", "DROP TABLE held",
          "CREATE TABLE planted AS SELECT 1", "ATTACH '{new}' AS other", "EXPORT DATABASE '{new}'", "TRUNCATE held", "SET VARIABLE v = 1",
          "WITH x AS (COPY (SELECT 2 AS a) TO '{new}') SELECT * FROM x", "WITH x AS (DELETE FROM held RETURNING *) FROM x",
          "FROM query('SELECT 1')", "SELECT * FROM read_parquet('{live}')", "SELECT nextval('counted')", "CHECKPOINT",
          "CALL enable_logging(storage = 'file', storage_path = '{new}')", "PRAGMA enable_profiling")  # fmt: skip
AFTER = ("", ";", ")", ") SELECT 1", ") SELECT * FROM x", "; SELECT 1", "-- x", "/*", ") USING count(*)", "'", "$$")


@dataclass
class Place:
    """An engine that may do everything, over a folder with a file and a table that must stay as they are."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def filled(self, sql: str) -> str:
        live, new = self.folder / "live.parquet", self.folder / "new"
        return sql.replace("{live}", str(live)).replace("{new}", str(new))

    def state(self) -> tuple[object, ...]:
        files = sorted((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in self.folder.rglob("*"))
        tables = self.connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        rows = self.connection.execute("FROM held ORDER BY ALL").fetchall()
        counted = self.connection.execute("SELECT last_value FROM duckdb_sequences()").fetchall()
        variables = self.connection.execute("SELECT name FROM duckdb_variables()").fetchall()
        return files, tables, rows, counted, variables

    def try_(self, sql: str) -> None:
        """Run what the check returns for it, and see that nothing is different."""
        try:
            checked = check(self.connection, sql)
        except (QueryRefusedError, UnknownError, duckdb.Error):
            return
        before = self.state()
        with suppress(duckdb.Error):
            self.connection.execute(checked).fetchall()
        assert self.state() == before, sql


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("grammar")
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(f"COPY (SELECT 1 AS a) TO '{folder / 'live.parquet'}'")
        connection.execute("CREATE TABLE held AS SELECT 1 AS a")
        connection.execute("CREATE SEQUENCE counted")
        yield Place(connection, folder)


MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
gap = st.sampled_from(GAPS)
before = st.lists(st.tuples(st.sampled_from(BEFORE), gap).map("".join), max_size=5).map("".join)


@MANY
@given(gap, before, st.sampled_from(WRITES), gap, st.sampled_from(AFTER))
def test_words_around_a_write(place: Place, first: str, words: str, write: str, last: str, after: str) -> None:
    place.try_(place.filled(first + words + write + last + after))


@MANY
@given(st.sampled_from(["EXPLAIN", "EXPLAIN ANALYZE", "explain", ""]), st.lists(gap, max_size=3).map("".join), before,
       st.sampled_from(WRITES))  # fmt: skip
def test_an_explain_of_something(place: Place, explain: str, between: str, words: str, write: str) -> None:
    place.try_(place.filled(f"{explain}{between}{words}{write}"))


@MANY
@given(st.sampled_from(sorted(OF_THE_ISSUE)), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_attacks_of_the_issue_mutated(place: Place, name: str, chance: random.Random, changes: int) -> None:
    text = OF_THE_ISSUE[name].replace("(getvariable('veille_root') || '/new.csv')", "'{new}'")
    for _ in range(changes):
        at = chance.randrange(len(text))
        cut = chance.randrange(4)
        text = text[:at] + chance.choice((*GAPS, *BEFORE)) + text[at + cut :]
    place.try_(place.filled(text))


def test_it_can_tell_a_write(place: Place) -> None:
    """The state sees what a write does."""
    seen = place.state()
    place.connection.execute("BEGIN")
    place.connection.execute("INSERT INTO held VALUES (2)")
    assert place.state() != seen
    place.connection.execute("ROLLBACK")
    (place.folder / "new").write_text("x")
    assert place.state() != seen
    (place.folder / "new").unlink()
    assert place.state() == seen
