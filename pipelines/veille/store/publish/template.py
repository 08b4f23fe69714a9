"""The public views of the catalogue over relations without rows, as the bytes of a DuckDB file: what each catalogue is copied from."""

import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb

from veille.events import EventType
from veille.store import event_tables
from veille.store.finding_tables import FINDINGS
from veille.store.publish import comments, finding_views
from veille.store.publish.columns import Columns
from veille.store.publish.relations import RELATIONS
from veille.store.publish.whole import PUBLISHED, WHOLE
from veille.store.sql import filled, literal, statement

STORAGE_VERSION = "v1.2.0"
"""Oldest DuckDB that can open the catalogue."""
BLOCK_BYTES = 16_384
_EVENTS = {event_type.table: event_type for event_type in EventType}
WITHIN = {
    "requests": "exchanges",
    "exchanges": "exchanges",
    "mentions": "mentions",
    "production": "generations",
    "generations": "generations",
}
"""Relations of which both catalogues have a macro `<name>_within(since, until)`, and which one of the analyst catalogue it reads."""


@cache
def template(columns: Columns) -> bytes:
    """A catalogue of relations with these columns and no rows. Raises duckdb.Error or OSError."""
    with tempfile.TemporaryDirectory() as scratch, closing(duckdb.connect(config={"threads": "1"})) as connection:
        path = Path(scratch) / "template.duckdb"
        with Attached(connection, path):
            _fill(connection, columns)
        return path.read_bytes()


class Attached:
    """A catalogue file attached and in use, in one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection, self._path = connection, path

    def __enter__(self) -> None:
        options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_BYTES}"
        self._connection.execute(f"ATTACH {literal(str(self._path))} AS written ({options})")
        self._connection.execute("USE written; BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self._connection.execute("USE memory; DETACH written")


def _fill(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    connection.execute("CREATE SCHEMA files")
    for relation, typed in columns:
        nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in typed)
        for suffix in ("_settled", "_open") if PUBLISHED[relation].summed else ("",):
            connection.execute(f"CREATE VIEW files.{relation}{suffix} AS SELECT {nothing} WHERE false")
    for name in (*PUBLISHED, "status", "segments"):
        for made in _view(name):
            connection.execute(made)
    connection.execute(statement("publish/answer_rank"))
    body = statement("publish/catalogue/exchanges")
    connection.execute(f"CREATE VIEW exchanges AS {body}")
    for comment in event_tables.comments(EventType.MENTION, "exchanges"):
        connection.execute(comment)
    comments.comment(connection, "catalogue")
    head = statement("publish/catalogue/exchanges_between")
    connection.execute(f"{head} SELECT * FROM (\n{body})")  # noqa: S608  two static files
    for name in ("held_back_within", "requests_between", "production_between"):
        connection.execute(statement(f"publish/catalogue/{name}"))
    for name, source in WITHIN.items():
        file = "exchanges_within" if source == "exchanges" else "within"
        connection.execute(filled(f"publish/catalogue/{file}", {"macro": f"{name}_within", "relation": source}))
    _add_versions(connection)


def _add_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """`T_versions` beside every `T` that shows the latest version only, with the same comments on its columns."""
    found = connection.execute(statement("publish/catalogue/versioned_comments")).fetchall()
    for name in sorted({view for view, *_ in found} & set(WHOLE)):
        connection.execute(f"CREATE VIEW {name}_versions AS SELECT * FROM files.{name}")  # noqa: S608
        text = literal(f"Every version of {name}, as it was known at the time.")
        connection.execute(f"COMMENT ON VIEW {name}_versions IS {text}")
        columns = {row[0] for row in connection.execute(f"DESCRIBE {name}_versions").fetchall()}
        for view, column, comment in found:
            if view == name and column in columns:
                connection.execute(f'COMMENT ON COLUMN {name}_versions."{column}" IS {literal(comment)}')


def _view(name: str) -> Iterable[str]:
    """The SQL that makes a view or table and its comments: from a declaration, else from its file."""
    if name in FINDINGS:
        return finding_views.statements(FINDINGS[name])
    if name in _EVENTS:
        return event_tables.view(_EVENTS[name])
    if name in RELATIONS and RELATIONS[name].view:
        return [filled(f"publish/catalogue/{RELATIONS[name].view}", RELATIONS[name].names)]
    return [statement(f"publish/catalogue/{name}")]
