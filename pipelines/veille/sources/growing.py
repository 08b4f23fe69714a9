"""Bytes that come by and by: a file that is appended to, and standard input."""

import os
import select
import sys
import time
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from veille.sources.base import SourceError
from veille.sources.reading.lines import HEAD

BLOCK = 1 << 18
Moved = Literal["recreated", "cut"]


class GrowingFile:
    """A file at a path that may be appended to, replaced (rotated) or emptied. `read` never waits."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError for a path that never becomes a file that can be read. The file need not be there yet."""
        self.path = path
        self.name = path.name
        if path.is_dir():
            raise SourceError(f"{path} is a folder", "name one file; `veille import` and `veille replay` take folders")
        if not path.absolute().parent.is_dir():
            raise SourceError(f"{path}: there is no folder {path.parent}", "check the path")
        self._file: BinaryIO | None = None

    def open(self) -> bool:
        """Open it from its start; False while it is not there. Raises SourceError where it may not be read."""
        self.close()
        try:
            self._file = self.path.open("rb", buffering=0)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SourceError(f"cannot read {self.path}: {error.strerror}", "check its rights") from None
        return True

    @property
    def is_open(self) -> bool:
        return self._file is not None

    @property
    def size(self) -> int:
        """Bytes of the open file."""
        return os.fstat(self._opened.fileno()).st_size

    def head(self) -> bytes:
        """The first bytes of the open file."""
        return os.pread(self._opened.fileno(), HEAD, 0)

    def between(self, begin: int, end: int) -> bytes:
        """Some of its bytes; the place of reading stays."""
        return os.pread(self._opened.fileno(), end - begin, begin)

    def identity(self) -> str:
        """Tells it from another file of the same name: where it lies on the disk, and its first line."""
        found = os.fstat(self._opened.fileno())
        first = self.head().partition(b"\n")[0]
        return f"{found.st_dev:x}-{found.st_ino:x}-{zlib.crc32(first):08x}"

    def seek(self, offset: int) -> None:
        self._opened.seek(offset)

    def read(self) -> bytes:
        """The next bytes; empty where there are none now."""
        return self._opened.read(BLOCK) or b""

    def moved(self, offset: int) -> Moved | None:
        """What became of the path where the open file is read to its end: another file, or a shorter one; None: the same."""
        mine = os.fstat(self._opened.fileno())
        try:
            there = self.path.stat()
        except OSError:
            return None
        if (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino):
            return "recreated"
        return "cut" if mine.st_size < offset else None

    @property
    def gone(self) -> bool:
        """Whether nothing is at the path any more."""
        return not self.path.exists()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _opened(self) -> BinaryIO:
        assert self._file is not None
        return self._file


class StandardInput:
    """Standard input of this process. ended: whoever wrote to it has closed it."""

    name = "stdin"

    def __init__(self) -> None:
        self._number = sys.stdin.fileno()
        self.ended = False

    def read(self, timeout: float) -> bytes:
        """The next bytes; waits up to `timeout` seconds for the first. Empty: none came, or it has ended."""
        if self.ended:
            time.sleep(timeout)
            return b""
        ready, _, _ = select.select([self._number], [], [], max(0.0, timeout))
        if not ready:
            return b""
        block = os.read(self._number, BLOCK)
        self.ended = not block
        return block
