"""Comments of the relations of a catalogue: `comments.toml` beside the SQL that makes them."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from veille.store.publish.run import run
from veille.store.sql import literal, sql_folder


@cache
def described(folder: str) -> Mapping[str, Any]:
    """`sql/publish/<folder>/comments.toml`: relations by name, columns by name, and under `of` where a column means something else."""
    found: Mapping[str, Any] = tomllib.loads(
        (sql_folder() / "publish" / folder / "comments.toml").read_text(encoding="utf-8")
    )
    return found


def meaning(folder: str, relation: str, column: str) -> str | None:
    """What a column means; None where the file does not say."""
    found = described(folder)
    own: str | None = found["of"].get(relation, {}).get(column, found["columns"].get(column))
    return own


def comment(connection: duckdb.DuckDBPyConnection, folder: str) -> None:
    """Comment on every relation that the file names, and on its columns, in the catalogue in use."""
    for statement in _statements(folder, run(connection, "uncommented")):
        connection.execute(statement)


def _statements(folder: str, columns: list[tuple[Any, ...]]) -> Iterator[str]:
    relations = described(folder)["relations"]
    for relation, kind in dict.fromkeys((relation, kind) for relation, kind, _ in columns if relation in relations):
        yield f"COMMENT ON {kind} {relation} IS {literal(relations[relation])}"
    for relation, _, column in columns:
        text = meaning(folder, relation, column) if relation in relations else None
        if text is not None:
            yield f'COMMENT ON COLUMN {relation}."{column}" IS {literal(text)}'
