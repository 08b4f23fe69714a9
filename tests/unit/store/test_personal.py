"""Personal data are declared: every table and every column that could hold any, and the page says the same."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.make import KEY
from veille.config import Store
from veille.store import scrubbing
from veille.store.database import Database
from veille.store.declared import Kind
from veille.store.personal import FILES, TABLES, Declared, markdown

PAGE = Path(__file__).parents[3] / "docs/privacy.md"
BEGIN, END = "<!-- made by veille.store.personal -->\n", "<!-- end -->\n"
MAY_NAME_SOMEBODY = {"VARCHAR", "UUID", "BLOB", "JSON"}


@pytest.fixture(scope="module")
def columns() -> dict[str, dict[str, str]]:
    """Table → column → type, of a database as it is made today."""
    database, found = Database(None, Store(), KEY), defaultdict[str, dict[str, str]](dict)
    query = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal "
        "AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY ALL"
    )
    for table, column, kind in database.cursor().execute(query).fetchall():
        found[table][column] = kind
    database.close()
    return dict(found)


def undeclared(table: str, kinds: dict[str, str], declared: Declared | None) -> list[str]:
    if declared is None:
        return [table]
    known = set(declared.columns) | declared.plain
    missing = [f"{table}.{name}" for name, kind in kinds.items() if kind in MAY_NAME_SOMEBODY and name not in known]
    return missing + [f"{table}.{name}: no such column" for name in known - set(kinds)]


def test_every_table_and_every_column_of_text_is_declared(columns: dict[str, dict[str, str]]) -> None:
    """A new table, or a new column of it, is entered in veille.store.personal, and docs/privacy.md follows."""
    assert {table for table in TABLES if table not in columns} == set()
    assert [each for table, kinds in columns.items() for each in undeclared(table, kinds, TABLES.get(table))] == []


def test_a_table_or_column_that_nobody_declared_is_noticed(columns: dict[str, dict[str, str]]) -> None:
    assert undeclared("diaries", {"entry": "VARCHAR"}, TABLES.get("diaries")) == ["diaries"]
    assert undeclared("vault", {**columns["vault"], "nickname": "VARCHAR"}, TABLES["vault"]) == ["vault.nickname"]
    less = {name: kind for name, kind in columns["vault"].items() if name != "space"}
    assert undeclared("vault", less, TABLES["vault"]) == ["vault.space: no such column"]


def test_ids_are_pseudonyms_of_somebody_or_something(columns: dict[str, dict[str, str]]) -> None:
    ids = [(table, name) for table, kinds in columns.items() for name, kind in kinds.items() if kind == "UUID"]
    assert len(ids) > 25
    for table, name in ids:
        person = name.endswith(("pseudonym", "came_as")) or name in {
            "account_id",
            "target_id",
            "account_a",
            "account_b",
            "subject_id",
        }
        wanted = Kind.PERSON if person else Kind.THING
        assert TABLES[table].columns.get(name) is wanted or (table, name) == ("dead_letters", "letter_id"), (
            table,
            name,
        )


def test_what_is_declared_as_scrubbed_text_is_what_is_scrubbed_at_the_upgrade() -> None:
    declared = {(table, name) for table, each in TABLES.items() for name in each.of(Kind.TEXT)}
    scrubbed = {(table, names[0]) for table, names in scrubbing.TEXTS.items()}
    assert declared - {("audit_log", "reason")} == scrubbed  # its rows are chained


def test_the_page_holds_the_tables_that_the_declaration_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert BEGIN in text
    held = text.split(BEGIN, 1)[1].split(END, 1)[0]
    assert held == markdown(), f"docs/privacy.md, between the marks, must read:\n{markdown()}"
    assert len({file.where for file in FILES}) == len(FILES)
