"""What a catalogue holds, with the comments on every view and column."""

from pathlib import Path

from veille.research.gateway.model import CatalogueRelation, Column


def read_schema(folder: Path) -> list[CatalogueRelation]:
    """Views and tables of a published folder by name, columns in their order. Raises StoreError."""
    from veille.store.reader import Reader  # noqa: PLC0415  (brings DuckDB, which the gateway itself does not need)

    reader = Reader(folder, threads=1)
    try:
        rows = reader.named("gateway/schema").iter_rows()
    finally:
        reader.close()
    found: dict[str, tuple[str, list[Column]]] = {}
    for relation, about, column, kind, comment in rows:
        found.setdefault(relation, (about or "", []))[1].append(Column(column, kind, comment or ""))
    return [CatalogueRelation(name, about, tuple(columns)) for name, (about, columns) in found.items()]
