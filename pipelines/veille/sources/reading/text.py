"""Which encoding a text is in, and the text as UTF-8."""

import codecs
import io
from typing import Any

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LEGACY = "cp1252"
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


def encoding_of(head: bytes) -> str:
    """The encoding of a text by its first bytes: a byte order mark, UTF-16 by its zero bytes, UTF-8, else Windows-1252.

    Text that is UTF-8 but for single broken bytes is UTF-8: a broken row is not a reason to misread all others.
    Windows-1252 holds Latin-1's letters; where a byte has no meaning in it, Latin-1 is taken.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if len(head) >= 4 and head.count(0) > len(head) // 5:
        even, odd = head[::2].count(0), head[1::2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _legacy_or_broken(head)
    return "utf-8"


def _legacy_or_broken(head: bytes) -> str:
    text = head.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    sound = sum(letter > "\x7f" for letter in text) - broken
    if sound > broken:
        return "utf-8"
    return "latin-1" if any(byte in head for byte in _UNDEFINED_IN_CP1252) else LEGACY


class AsUtf8(io.RawIOBase):
    """The bytes of a text in `encoding`, written as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            block = self._stream.read1(len(buffer) or 1)
            self._left = self._decoder.decode(block, final=not block).encode()
            if not block:
                break
        data, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            super().close()


def as_utf8(stream: io.BufferedReader, encoding: str) -> io.BufferedReader:
    """`stream` itself where it is UTF-8 already, else recoded."""
    return stream if encoding in ("utf-8", "utf-8-sig") else io.BufferedReader(AsUtf8(stream, encoding), 1 << 20)
