"""Attaching a catalogue that may be replaced at any moment. Imports little: a sandboxed query pays for it at each start."""

from pathlib import Path

import duckdb

from veille.store.sql import literal


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str = "veille") -> None:
    """Attach a catalogue read-only as `name` and use it.

    DuckDB opens the file twice, for its header and for the rest. Where it was replaced in between, what is read is a
    mixture of two catalogues, or an error: so the file must be the same before and after.
    Raises duckdb.Error.
    """
    while True:
        before = _identity(path)
        try:
            connection.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        except duckdb.IOException:
            if _identity(path) == before:
                raise
            continue
        if _identity(path) == before:
            connection.execute(f"USE {name}")
            return
        connection.execute(f"DETACH {name}")


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
