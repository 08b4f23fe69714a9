"""What comes from the process of a query, piece by piece as it arrives."""

from datetime import datetime

import msgspec

from veille.store.sandbox.job import HEADER_BYTES, Begin, End


class Frames:
    """Puts frames together (veille.store.sandbox.job).

    stream: the Arrow stream so far. as_of: of the catalogue that the query sees. end: how it ended, None before that.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._parts: list[bytes] = []
        self.as_of: datetime | None = None
        self.end: End | None = None

    @property
    def stream(self) -> bytes:
        return b"".join(self._parts)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the pipe, wherever they were cut."""
        self._waiting += data
        while len(self._waiting) >= HEADER_BYTES:
            until = HEADER_BYTES + int.from_bytes(self._waiting[1:HEADER_BYTES], "big")
            if len(self._waiting) < until:
                return
            kind, body = bytes(self._waiting[:1]), bytes(self._waiting[HEADER_BYTES:until])
            del self._waiting[:until]
            self._take(kind, body)

    def _take(self, kind: bytes, body: bytes) -> None:
        if kind == b"A":
            self._parts.append(body)
        elif kind == b"S":
            as_of = msgspec.json.decode(body, type=Begin).as_of
            self.as_of = datetime.fromisoformat(as_of) if as_of else None
        else:
            self.end = msgspec.json.decode(body, type=End)
