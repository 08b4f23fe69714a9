"""The id of a data folder: its own, and in no copy of it.

It stands in a file of the folder, beside what tells this place from a copy: the numbers of the file and the folder in the
file system, and the machine. A renamed folder keeps them; what `cp`, `rsync`, `tar` or a restore makes has others, and
takes a fresh id. A backup (`veille backup`) holds the database only.
"""

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from veille.events import FolderId
from veille.store.errors import StoreError

FILE = "folder.json"
RUNS_KEPT = 50
_MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def take_identity(folder: Path) -> FolderId:
    """The id of a folder that this process holds, for this run of it; a folder without one, and a copy, takes a fresh one.

    Raises StoreError where it cannot be written.
    """
    run = secrets.token_hex(8)
    known = _read(folder)
    if known is None or not _is_here(folder, known):
        known = {"folder": secrets.token_hex(16), "born": datetime.now(UTC).isoformat(timespec="seconds"), "runs": []}
    runs = [*known["runs"], run][-RUNS_KEPT:]
    try:
        _write(folder, {"folder": known["folder"], "born": known["born"], "runs": runs})
    except OSError as error:
        raise StoreError(
            f"cannot write {folder / FILE}: {error.strerror}; check the permissions and the free space of the folder"
        ) from None
    return FolderId(known["folder"], datetime.fromisoformat(known["born"]), run, frozenset(runs[:-1]))


def read_identity(folder: Path) -> FolderId | None:
    """The id that the next start keeps; None where there is none, or where the folder is a copy and takes a fresh one."""
    known = _read(folder)
    if known is None or not _is_here(folder, known):
        return None
    return FolderId(known["folder"], datetime.fromisoformat(known["born"]), "", frozenset(known["runs"]))


def _read(folder: Path) -> dict[str, Any] | None:
    """What the file says; None where there is none or it is of no use."""
    try:
        known: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        sound = len(bytes.fromhex(known["folder"])) == 16 and datetime.fromisoformat(known["born"]).tzinfo is not None
        return known if sound and isinstance(known["runs"], list) and isinstance(known["place"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_here(folder: Path, known: dict[str, Any]) -> bool:
    """Whether the file was written here. A device's number may change when the machine starts; a path by renaming: not both."""
    try:
        there, here = known["place"], _place(folder, (folder / FILE).stat().st_ino)
    except OSError:
        return False
    same = all(there.get(name) == here[name] for name in ("file", "folder"))
    moved = there.get("device") != here["device"] and there.get("path") != here["path"]
    elsewhere = None not in (there.get("machine"), here["machine"]) and there["machine"] != here["machine"]
    return same and not moved and not elsewhere


def _place(folder: Path, file_number: int) -> dict[str, Any]:
    status = folder.stat()
    return {
        "file": file_number,
        "folder": status.st_ino,
        "device": status.st_dev,
        "path": str(folder.resolve()),
        "machine": _machine(),
    }


def _machine() -> str | None:
    """The machine's id; None where it has none, as many containers."""
    for file in _MACHINE_FILES:
        try:
            text = file.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if text:
            return text
    return None


def _write(folder: Path, known: dict[str, Any]) -> None:
    """Replace the file at once; the number that it then has stands in it."""
    part = folder / f"{FILE}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        json.dump(known | {"place": _place(folder, os.fstat(handle.fileno()).st_ino)}, handle)
        handle.flush()
        os.fsync(handle.fileno())
    part.rename(folder / FILE)
