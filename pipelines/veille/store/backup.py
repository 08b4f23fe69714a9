"""A consistent copy of the private database while it is written to, in clear or encrypted."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from veille import __version__
from veille.store.database import Database, translated
from veille.store.errors import StoreError
from veille.store.sealed_file import seal_file

DATABASE_NAME = "veille.duckdb"
SEALED_NAME = "veille.duckdb.sealed"
MANIFEST = "manifest.json"


def write_backup(database: Database, destination: Path, public_key: str | None = None) -> dict[str, Any]:
    """Copy everything committed so far to a new folder; ingest goes on meanwhile.

    public_key: whose private key alone opens the copy (64 hex digits). It is first written in clear, in a folder of mode 0700 beside
    `destination`, and deleted there.

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
        made_at = datetime.now(UTC)
        rows = _copy(database, part / DATABASE_NAME)
        file = _sealed(part, public_key)
    except StoreError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    manifest = {
        "veille": __version__,
        "made_at": made_at.isoformat(timespec="seconds"),
        "rows": rows,
        "sealed": public_key is not None,
        "sha256": digest(file),
        "key_fingerprint": database.key_fingerprint,
    }
    (part / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if destination.exists():
        destination.rmdir()
    part.rename(destination)
    return manifest


def digest(file: Path) -> str:
    """SHA-256 of a file, hex."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sealed(part: Path, public_key: str | None) -> Path:
    """The file of the backup, encrypted where there is a key. Raises StoreError."""
    plain = part / DATABASE_NAME
    if public_key is None:
        return plain
    try:
        seal_file(plain, part / SEALED_NAME, public_key)
        plain.unlink()
    except OSError as error:
        raise StoreError(f"cannot write {part / SEALED_NAME}: {error.strerror}", "free disk space") from None
    return part / SEALED_NAME


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
