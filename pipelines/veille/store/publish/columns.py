"""Which columns the published relations have: asked of the private database, and kept as a fact of the folder.

A relation without rows has no file that would say so.
"""

import json

import duckdb

from veille.events import EventType
from veille.store import event_tables
from veille.store.finding_tables import FINDINGS
from veille.store.publish import cut as cuts
from veille.store.publish.relations import RELATIONS
from veille.store.publish.whole import rows_of_all
from veille.store.seen import SeenIndex

Columns = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""(relation, ((column, its type in DuckDB), …)) of every relation; may be a key of a dict."""
FACT = "published_columns"


def of_database(connection: duckdb.DuckDBPyConnection) -> Columns:
    """What publishing would write now. Leaves temporary tables of an empty cut: call it in a transaction that is rolled back."""
    cuts.take(connection, cuts.Cut(-1, -1), SeenIndex())
    queries = {relation.name: relation.query for relation in RELATIONS.values()} | rows_of_all(connection)
    return tuple((name, _described(connection, query)) for name, query in queries.items())


def lacking(columns: Columns) -> bool:
    """Whether a relation or a declared column is none of them: it is newer than the folder."""
    known = {name: {column for column, _ in typed} for name, typed in columns}
    if not RELATIONS.keys() <= known.keys():
        return True
    declared = {each.table: event_tables.published(each) for each in EventType} | {
        table.name: table.columns for table in FINDINGS.values()
    }
    return any(not {one.name for one in typed} <= known.get(name, set()) for name, typed in declared.items())


def dumped(columns: Columns) -> str:
    """As the text of the fact."""
    return json.dumps(columns)


def loaded(text: str) -> Columns:
    """Read what `dumped` wrote."""
    return tuple((name, tuple((column, kind) for column, kind in typed)) for name, typed in json.loads(text))


def _described(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(row[0]), str(row[1])) for row in connection.execute(f"DESCRIBE {query}").fetchall())
