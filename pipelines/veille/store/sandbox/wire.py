"""What the process of a query answers with: frames, written there and read by the gateway.

A frame is one letter (KIND), eight bytes of length (big endian) and as many bytes of body: `S` the query begins, `A` bytes of an
Arrow stream, `E` the end. `S` and `E` are JSON.
"""

from datetime import datetime
from typing import Any, BinaryIO, Protocol

import msgspec

from veille.errors import VeilleError

BEGIN, ROWS, END = b"S", b"A", b"E"
HEADER_BYTES = 9
SAID_BYTES = 1 << 20
"""Most that the process may say of a query's begin and end."""


class Begin(msgspec.Struct, frozen=True):
    """as_of: ingest time of the newest event in the catalogue that the query sees (ISO 8601, UTC), where it says so."""

    as_of: str | None


class End(msgspec.Struct, frozen=True, kw_only=True):
    """outcome: ok, refused, wrong, memory, temp or lost. cut: rows or bytes where the result was cut short there.

    reason: the message as code and facts, where it is Veille's own and not the engine's.
    """

    outcome: str
    message: str = ""
    reason: dict[str, Any] | None = None
    rows: int = 0
    cut: str | None = None


class FrameWriter:
    """Writes the frames of one query; each is flushed, so that the reader sees it at once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def begin(self, begin: Begin) -> None:
        self._frame(BEGIN, msgspec.json.encode(begin))

    def rows(self, part: bytes | memoryview) -> None:
        """Bytes of the Arrow stream, however they were cut."""
        self._frame(ROWS, part)

    def end(self, end: End) -> None:
        self._frame(END, msgspec.json.encode(end))

    def _frame(self, kind: bytes, body: bytes | memoryview) -> None:
        self._out.write(kind + len(body).to_bytes(8, "big"))
        self._out.write(body)
        self._out.flush()


class RowSink(Protocol):
    """Takes the Arrow stream. size: bytes taken. `write` raises OSError where there is no room."""

    size: int

    def write(self, data: bytes) -> None: ...


class FrameError(VeilleError):
    """The process said something that is no frame."""


class TooLargeError(FrameError):
    """The process sent more than an answer may have."""


class FrameReader:
    """Puts frames together, as they arrive. The process of a query is not trusted: neither is what it says.

    rows: the Arrow stream so far. as_of: of the catalogue that the query sees. end: how it ended, None before that.
    """

    def __init__(self, rows: RowSink, most_bytes: int) -> None:
        """most_bytes: of the Arrow stream."""
        self.rows = rows
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
            if self._kind == ROWS:
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
        if self._kind not in (BEGIN, ROWS, END) or (self._kind != ROWS and self._left > SAID_BYTES):
            raise FrameError("no frame")
        if self._kind == ROWS and self.rows.size + self._left > self._most:
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
            if self._kind == BEGIN:
                as_of = msgspec.json.decode(body, type=Begin).as_of
                self.as_of = datetime.fromisoformat(as_of) if as_of else None
            else:
                self.end = msgspec.json.decode(body, type=End)
        except ValueError:  # msgspec's errors are such too
            raise FrameError("a frame that cannot be read") from None
        self._kind = b""
