"""Attaching a catalogue that may be replaced at any moment. Imports little: a sandboxed query pays for it at each start."""

import os
from pathlib import Path

import duckdb

from veille.store.sql import literal

_OPEN_FILES = Path("/proc/self/fd")


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str = "veille") -> None:
    """Attach a catalogue read-only as `name` and use it.

    DuckDB opens the file twice, for its header and for the rest. Were it replaced in between, what is read would be a
    mixture of two catalogues, or an internal error that costs the whole engine. So it is given a file that is open
    already, whatever stands at the path by then. Where the system cannot (no /proc), the path itself must do.
    Raises duckdb.Error.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # DuckDB says it in its own words
        connection.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        raise
    try:
        opened = _OPEN_FILES / str(handle)
        source = opened if opened.exists() else path
        connection.execute(f"ATTACH {literal(str(source))} AS {name} (READ_ONLY)")
    finally:
        os.close(handle)
    connection.execute(f"USE {name}")
