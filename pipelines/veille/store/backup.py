"""A consistent copy of the private database while it is written to."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from veille import __version__
from veille.store.database import Database, translated
from veille.store.errors import StoreError

DATABASE_NAME = "veille.duckdb"


def write_backup(database: Database, destination: Path) -> dict[str, Any]:
    """Copy everything committed so far to a new folder; ingest goes on meanwhile.

    One read transaction copies all tables, so rows and Kafka positions agree. (The file itself must not be copied by
    this process: closing such a copy would drop DuckDB's lock.) Returns the manifest, which also lies beside the copy.
    Raises StoreError where the folder exists with something in it, StoreFullError where there is no room.
    """
    if destination.exists() and any(destination.iterdir()):
        raise StoreError(f"{destination} is not empty", "choose a new folder for the backup")
    part = destination.with_name(destination.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"cannot make {part}: {error.strerror}") from None
    try:
        rows = _copy(database, part / DATABASE_NAME)
    except StoreError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    manifest = {
        "veille": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": rows,
    }
    (part / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if destination.exists():
        destination.rmdir()
    part.rename(destination)
    return manifest


def _copy(database: Database, file: Path) -> dict[str, int]:
    connection = database.cursor()
    with translated(file):
        connection.execute("ATTACH $file AS backup", {"file": str(file)})
        try:
            source = connection.execute("SELECT current_database()").fetchall()[0][0]
            connection.execute(f'COPY FROM DATABASE "{source}" TO backup')
            found = connection.execute(
                "SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'backup'"
            ).fetchall()
        finally:
            connection.execute("DETACH backup")
    return {name: int(rows) for name, rows in sorted(found)}
