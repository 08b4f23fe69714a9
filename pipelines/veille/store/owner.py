"""One owner a data folder: a lock that dies with its process, and a note of who holds it."""

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from veille.store.errors import StoreError, StoreInUseError

BORROWER = "veille dashboard"
"""What the note says while pages hold a folder for the time of one request."""
_BORROWED_SECONDS = 20.0


class Owner:
    """Holds the data folder from construction until `release`."""

    def __init__(self, folder: Path, command: str) -> None:
        """Waits where pages hold the folder for one request. Raises StoreInUseError naming the process that holds it otherwise,
        StoreError where the folder cannot be made."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(f"cannot create the data folder {folder}: {error.strerror}") from None
        self._note = folder / "owner.json"
        self._lock = FileLock(folder / "owner.lock")
        try:
            self._lock.acquire(timeout=_BORROWED_SECONDS if _note(folder).get("command") == BORROWER else 0)
        except Timeout:
            raise StoreInUseError(
                f"the data folder {folder} is in use by {describe_owner(folder)}", "stop that process first"
            ) from None
        except OSError as error:
            raise StoreError(f"cannot lock the data folder {folder}: {error.strerror}") from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        self._facts: dict[str, str | int] = {"command": command, "pid": os.getpid(), "since": since}
        self.announce()

    def announce(self, **facts: str) -> None:
        """Add facts to the note, such as where the API listens."""
        self._facts |= facts
        with contextlib.suppress(OSError):  # a full disk must not keep the owner out
            self._note.write_text(json.dumps(self._facts), encoding="utf-8")

    def release(self) -> None:
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)
        self._lock.release()


def has_service(folder: Path) -> bool:
    """Whether the note names a process that runs and has an API."""
    note = _note(folder)
    return "api" in note and psutil.pid_exists(int(note.get("pid", os.getpid())))


def describe_owner(folder: Path) -> str:
    """Who holds the folder, as far as its note says."""
    note = _note(folder)
    try:
        return f"`{note['command']}` (process {note['pid']}, since {note['since']})"
    except KeyError:
        return "another Veille process"


def _note(folder: Path) -> dict[str, Any]:
    """Empty where there is none that can be read."""
    try:
        note = json.loads((folder / "owner.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
