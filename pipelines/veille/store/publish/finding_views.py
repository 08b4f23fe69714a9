"""The published views of findings, from their declaration."""

from collections.abc import Iterator

from veille.store.declared import FindingTable
from veille.store.sql import filled, literal


def statements(table: FindingTable) -> Iterator[str]:
    """The SQL that makes the view of a table of findings over `files.<name>`, and its comments."""
    names = {"name": table.name, "columns": table.names, "key": table.key}
    yield filled(f"publish/catalogue/{table.name if table.own_view else 'findings'}", names)
    yield f"COMMENT ON VIEW {table.name} IS {literal(table.meaning)}"
    for column in (*table.columns, *table.added):
        yield f'COMMENT ON COLUMN {table.name}."{column.name}" IS {literal(column.meaning)}'
