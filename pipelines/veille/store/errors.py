"""What can go wrong with the store; each message is one line that names the cause and the cure."""

from veille.errors import VeilleError


class StoreError(VeilleError):
    """The database or a published file cannot be read or written."""


class StoreFullError(StoreError):
    """No room left on the disk: nothing of the failed step was kept; try again when there is room."""


class StoreInvalidError(StoreError):
    """DuckDB gave the open database up (a write failed half-way): close it and open it again; the file is sound."""


class StoreInUseError(StoreError):
    """Another process owns the data folder."""


class KeyMismatchError(StoreError):
    """The data were written under another pseudonym key."""
