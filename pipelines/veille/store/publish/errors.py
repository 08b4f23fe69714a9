"""What can go wrong while publishing, told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path

import duckdb

from veille.store.errors import StoreError


class PublishError(StoreError):
    """Segments or the catalogue could not be written; what was published stays readable and the next call goes on.

    full: whether the cause is a full disk.
    """

    def __init__(self, cause: str, cure: str = "", *, full: bool = False) -> None:
        super().__init__(cause, cure)
        self.full = full


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Errors of DuckDB and of the file system as PublishErrors with cause and cure."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        full = "No space left" in text or "not enough space" in text.lower() or "Disk quota" in text
        raise _publish_error(folder, text, full) from error
    except OSError as error:
        raise _publish_error(folder, error.strerror or str(error), error.errno in (ENOSPC, EDQUOT)) from error


def _publish_error(folder: Path, text: str, full: bool) -> PublishError:
    if full:
        return PublishError(
            f"the disk of {folder} is full",
            "free disk space; publishing resumes automatically, nothing was lost",
            full=True,
        )
    return PublishError(
        f"cannot publish to {folder}: {text}; readers keep the last published data, and the next attempt continues"
    )
