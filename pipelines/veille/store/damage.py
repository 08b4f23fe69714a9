"""How a damaged database shows, and what to do about it."""

from pathlib import Path

from veille.store.errors import StoreError

CURE = (
    "stop the service, move the file away, and bring the newest backup back with `veille restore`; without a backup, replay the "
    "sources into a new folder"
)
_SIGNS = (
    "not a valid DuckDB database",
    "Could not read",
    "Corrupt database",
    "checksum",
    "deserialize",
    "Serialization Error",
)
"""What DuckDB says of a file that was cut or overwritten."""


def told_damage(path: Path | None, text: str) -> StoreError:
    """A DuckDB error of this file in one line; with the cure where it speaks of a damaged file."""
    if any(sign in text for sign in _SIGNS):
        return StoreError(f"{path} is damaged: {text}", CURE)
    return StoreError(f"{path or 'database'}: {text}")
