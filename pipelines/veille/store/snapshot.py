"""What a copy of a published folder needs from DuckDB: which files it reads, where it looks for them, what it holds.

The views of the schema `files` read explicit lists of files below `coalesce(getvariable('veille_root'), '<folder>')`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from veille.store.attach import attach
from veille.store.errors import StoreError
from veille.store.sql import literal, statement

_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_ROOT = re.compile(r"(getvariable\('veille_root'\), )'(?:[^']|'')*'")

ENGINE = str(duckdb.__version__)
"""Version of DuckDB that this process runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a catalogue says of itself. Times are naive UTC. watermark: of research, complete_until."""

    files: tuple[str, ...]
    as_of: datetime | None
    watermark: datetime | None
    simulated: bool
    schema_version: int
    published_format: int


def holding(catalogue: Path) -> Holding:
    """What a catalogue file lists. Raises StoreError."""
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            attach(connection, catalogue)
            views = [sql for _, sql in connection.execute(statement("dictionary/file_views")).fetchall()]
            found = connection.execute(statement("dictionary/status"))
            (row,) = found.fetchall()
            status = dict(zip((column[0] for column in found.description or ()), row, strict=True))
    except (duckdb.Error, ValueError) as error:
        raise StoreError(f"{catalogue} is not a catalogue of Veille: {str(error).splitlines()[0]}") from None
    files = {path for sql in views for text in _LITERAL.findall(sql) for path in text.replace("''", "'").splitlines()}
    listed = tuple(sorted(path for path in files if path.endswith(".parquet")))
    complete = status.get("watermark", status.get("complete_until"))
    return Holding(
        files=listed,
        as_of=status["as_of"],
        watermark=complete,
        simulated=bool(status["simulated"]),
        schema_version=status["schema_version"],
        published_format=status["published_format"],
    )


def repoint(catalogue: Path, files: Path, root: Path) -> None:
    """Let a copy of a catalogue look for its files below `root` when nobody says where; they lie below `files` now.

    Raises StoreError.
    """
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            connection.execute(f"ATTACH {literal(str(catalogue))} AS veille")
            connection.execute("USE veille")
            connection.execute(f"SET VARIABLE veille_root = {literal(str(files))}")
            for _, sql in connection.execute(statement("dictionary/file_views")).fetchall():
                moved = _ROOT.sub(lambda found: found[1] + literal(str(root)), sql)
                connection.execute(moved.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
            connection.execute("USE memory")
            connection.execute("DETACH veille")
    except duckdb.Error as error:
        raise StoreError(f"the catalogue cannot be copied: {str(error).splitlines()[0]}") from None


def write_emptied(source: Path, target: Path) -> None:
    """Write a Parquet file with the columns of `source` and no row. Raises StoreError."""
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            rows = f"SELECT * FROM read_parquet({literal(str(source))}) LIMIT 0"  # noqa: S608  a path as literal
            connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet)")
    except duckdb.Error as error:
        raise StoreError(f"{source} cannot be emptied: {str(error).splitlines()[0]}") from None


_FLAGS = ("minor_suspected", "minor_suspected_source")


def write_without_flags(source: Path, target: Path) -> bool:
    """Write a segment of events with its flags of possible minors set to null; False, and no file, where it has none.

    The columns stay, so that the catalogue beside it goes on reading them. Raises StoreError.
    """
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            rows = connection.read_parquet(str(source))
            held = [name for name in _FLAGS if name in rows.columns]
            if not held or not rows.filter(" OR ".join(f"{name} IS NOT NULL" for name in held)).limit(1).fetchall():
                return False
            kept = ", ".join(f"NULL::{rows.types[rows.columns.index(name)]} AS {name}" for name in held)
            query = f"SELECT * REPLACE ({kept}) FROM read_parquet({literal(str(source))})"  # noqa: S608  our own names
            connection.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    except (duckdb.Error, OSError) as error:
        raise StoreError(f"{source} cannot be rewritten: {str(error).splitlines()[0]}") from None
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What the SQL of a catalogue says. views: SELECT by `schema.name`; macros: parameters and body by name.

    files: paths below the folder by name of the view of the schema `files` that reads them; empty where it reads none.
    """

    views: dict[str, str]
    macros: dict[str, tuple[tuple[str, ...], str]]
    files: dict[str, tuple[str, ...]]


def definitions(catalogue: Path) -> Definitions:
    """The views and macros of a catalogue file. Raises StoreError."""
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            attach(connection, catalogue)
            views = connection.execute(statement("scale/views")).fetchall()
            macros = connection.execute(statement("scale/macros")).fetchall()
    except duckdb.Error as error:
        raise StoreError(f"{catalogue} is not a catalogue of Veille: {str(error).splitlines()[0]}") from None
    bodies = {f"{schema}.{name}": sql.split(" AS ", 1)[1].rstrip("; \n") for schema, name, sql in views}
    files = {
        key.removeprefix("files."): tuple(
            path for text in _LITERAL.findall(sql) for path in text.split() if path.endswith(".parquet")
        )
        for key, sql in bodies.items()
        if key.startswith("files.")
    }
    return Definitions(
        views=bodies, macros={name: (tuple(names), body) for name, _, names, body in macros}, files=files
    )
