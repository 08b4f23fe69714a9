"""Bringing a backup back: what is checked before its database becomes that of a data folder."""

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from veille.store.backup import DATABASE_NAME, MANIFEST, SEALED_NAME, digest
from veille.store.database import translated
from veille.store.errors import StoreError
from veille.store.sealed_file import open_file
from veille.store.sql import filled


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInfo:
    """What a backup says of itself. sha256, key_fingerprint: None in what a version before 0.2 wrote."""

    folder: Path
    version: str
    made_at: datetime
    rows: dict[str, int]
    sealed: bool
    sha256: str | None
    key_fingerprint: str | None

    @property
    def file(self) -> Path:
        return self.folder / (SEALED_NAME if self.sealed else DATABASE_NAME)


def read_backup(folder: Path) -> BackupInfo:
    """What the manifest of a backup says. Raises StoreError where this is no backup, or a file of it is missing."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found = BackupInfo(
            folder=folder,
            version=str(told["veille"]),
            made_at=datetime.fromisoformat(told["made_at"]),
            rows=dict(told["rows"]),
            sealed=bool(told.get("sealed", False)),
            sha256=told.get("sha256"),
            key_fingerprint=told.get("key_fingerprint"),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreError(
            f"{folder} is no backup of Veille: its {MANIFEST} is missing or cannot be read",
            "name the folder that `veille backup` wrote",
        ) from None
    if not found.file.is_file():
        raise StoreError(f"{found.file} is missing", "use another copy of this backup")
    return found


def copy_back(backup: BackupInfo, destination: Path, private_key: str | None) -> None:
    """Write the backup's database to `destination`, checked from end to end. Raises StoreError; then nothing is left there."""
    if backup.sha256 is not None and digest(backup.file) != backup.sha256:
        raise StoreError(
            f"{backup.file} is damaged: its checksum differs from that of the manifest",
            "use another copy of this backup, or an earlier one",
        )
    try:
        if not backup.sealed:
            shutil.copyfile(backup.file, destination)
        elif private_key is None:
            raise StoreError(f"{backup.file} is encrypted", "name the file with the private key: --backup-key-file")
        else:
            open_file(backup.file, destination, private_key)
        destination.chmod(0o600)
        read_all(destination)
    except OSError as error:
        destination.unlink(missing_ok=True)
        raise StoreError(
            f"cannot write {destination}: {error.strerror}", "free disk space, or choose another folder"
        ) from None
    except StoreError:
        destination.unlink(missing_ok=True)
        raise


def read_all(file: Path) -> int:
    """Read every row of a database that no process holds, so that damaged blocks are found; returns the number of rows.

    Raises StoreError.
    """
    rows = 0
    with translated(file), closing(duckdb.connect(str(file), read_only=True)) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        for (table,) in tables:
            found = connection.execute(filled("store/read_all", {"table": table})).fetchone()
            rows += found[0] if found else 0
    return rows
