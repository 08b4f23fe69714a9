"""What comes from the process of a query, piece by piece as it arrives. The process is not trusted: neither is what it says."""

from datetime import datetime

import msgspec

from veille.errors import VeilleError
from veille.research.gateway.rows import ResultRows
from veille.store.sandbox.job import HEADER_BYTES, Begin, End

SAID_BYTES = 1 << 20
"""Most that the process may say of a query's begin and end."""


class FrameError(VeilleError):
    """The process said something that is no frame."""


class TooLargeError(FrameError):
    """The process sent more than an answer may have."""


class FrameAssembler:
    """Puts frames together (veille.store.sandbox.job).

    rows: the Arrow stream so far. as_of: of the catalogue that the query sees. end: how it ended, None before that.
    """

    def __init__(self, rows: ResultRows | None = None, most_bytes: int = 1 << 40) -> None:
        self.rows = rows or ResultRows()
        self.as_of: datetime | None = None
        self.end: End | None = None
        self._most = most_bytes
        self._waiting = bytearray()
        self._kind, self._left = b"", 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the pipe, wherever they were cut. Raises FrameError; OSError where rows cannot be kept."""
        self._waiting += data
        while self.end is None and (self._waiting or (self._kind and not self._left)):
            if not self._kind and not self._begin():
                return
            if self._kind == b"A":
                self._pass_on()
            elif len(self._waiting) >= self._left:
                self._say(bytes(self._waiting[: self._left]))
            else:
                return

    def _begin(self) -> bool:
        """Read the head of the next frame; False where it is not there in full."""
        if len(self._waiting) < HEADER_BYTES:
            return False
        self._kind = bytes(self._waiting[:1])
        self._left = int.from_bytes(self._waiting[1:HEADER_BYTES], "big")
        del self._waiting[:HEADER_BYTES]
        if self._kind not in (b"S", b"A", b"E") or (self._kind != b"A" and self._left > SAID_BYTES):
            raise FrameError("no frame")
        if self._kind == b"A" and self.rows.size + self._left > self._most:
            raise TooLargeError(str(self._most))
        return True

    def _pass_on(self) -> None:
        """Rows are not put together first: a frame of them may be large."""
        part = self._waiting[: self._left]
        self.rows.write(bytes(part))
        del self._waiting[: len(part)]
        self._left -= len(part)
        if not self._left:
            self._kind = b""

    def _say(self, body: bytes) -> None:
        del self._waiting[: self._left]
        try:
            if self._kind == b"S":
                as_of = msgspec.json.decode(body, type=Begin).as_of
                self.as_of = datetime.fromisoformat(as_of) if as_of else None
            else:
                self.end = msgspec.json.decode(body, type=End)
        except ValueError:  # msgspec's errors are such too
            raise FrameError("a frame that cannot be read") from None
        self._kind = b""
