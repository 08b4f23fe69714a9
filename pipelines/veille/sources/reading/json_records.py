"""JSON records cut from a stream: one a line, an array, or values one after another; memory holds one record."""

import io
import re
from collections import Counter

import msgspec

from veille.sources.base import SourceError
from veille.sources.reading.containers import BLOCK

MAX_PAGE = 16 << 20
"""Bytes of a page of records; a longer one is refused."""
MAX_RECORD = 1 << 20
"""Bytes of one provider record."""
_BOM = b"\xef\xbb\xbf"
_GAP = re.compile(rb"[\s,\x1e]*")
_BRACKET = re.compile(rb'(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])', re.S)
_CONTAINER_KEYS = re.compile(rb'"(?:messages|statuses|tweets|items|data|results|posts|records)"\s*:\s*\[', re.S)


def are_lines(head: bytes) -> bool:
    """Whether a text holds one JSON object a line: one of its first lines is one."""
    lines = [line for line in head.removeprefix(_BOM).split(b"\n")[:20] if line.strip()]
    return any(line.lstrip(b"\x1e \t").startswith(b"{") and is_json(line.strip(b"\x1e \r\t")) for line in lines)


def is_json(line: bytes) -> bool:
    """Whether it is one JSON value."""
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except ValueError:
        return False
    return True


class JsonLines:
    """One JSON value a line. What is none is passed on as it stands: whoever reads it says what is wrong."""

    def __init__(self, stream: io.BufferedReader, name: str) -> None:
        self._stream, self._name = stream, name
        self._tail: bytes | None = None
        self._pending: list[bytes] = []
        self._ended = False
        self.left_out: Counter[str] = Counter()

    def read(self, most: int) -> list[bytes]:
        """The next lines, at most `most`; empty at the end."""
        while not self._pending and not self._ended:
            self._fill()
        rows, self._pending = self._pending[:most], self._pending[most:]
        return rows

    def _fill(self) -> None:
        block = self._stream.read1(BLOCK)
        if self._tail is None:
            block = block.removeprefix(_BOM)
            self._tail = b""
        if not block:
            self._end()
            return
        *self._pending, self._tail = (self._tail + block).split(b"\n")
        if len(self._tail) > MAX_PAGE:
            raise SourceError(f"{self._name} has a line of more than {MAX_PAGE >> 20} MiB: check that it is NDJSON")

    def _end(self) -> None:
        self._ended = True
        tail = (self._tail or b"").strip()
        if tail.startswith(b"{") and not is_json(tail) and not tail.endswith(b"}"):
            self.left_out["truncated"] += 1
        elif tail:
            self._pending = [self._tail or b""]


class JsonValues:
    """The objects of an array, or of values written one after another or over several lines.

    An object that holds the records in a list (`{"messages": [...]}`) is one value as long as it fits a page.
    """

    def __init__(self, stream: io.BufferedReader, name: str) -> None:
        self._stream, self._name = stream, name
        self._buffer, self._at = b"", 0
        self._start, self._depth = 0, 0
        self._floor = 0
        self._ended = False
        self.left_out: Counter[str] = Counter()

    def read(self, most: int) -> list[bytes]:
        """The next objects, at most `most`; empty at the end."""
        found: list[bytes] = []
        while len(found) < most and not (self._ended and self._at >= len(self._buffer)):
            if not self._scan(found, most):
                self._fill(found)
        return found

    def _scan(self, found: list[bytes], most: int) -> bool:
        """Cut what the buffer holds; False where it needs more."""
        buffer, at, depth, floor = self._buffer, self._at, self._depth, self._floor
        start, match = self._start, _BRACKET.match
        enough = False
        while not enough and (bracket := match(buffer, at)):
            at = bracket.end()
            mark = buffer[at - 1]
            if depth == floor:
                self._gap(found, buffer[start : at - 1])
                start = at
                if floor and mark == 0x5D:
                    self._ended, self._buffer = True, b""
                    break
                if mark == 0x7B:
                    start, depth = at - 1, depth + 1
            elif mark in b"{[":
                depth += 1
            else:
                depth -= 1
                if depth == floor:
                    found.append(buffer[start:at])
                    start = at
                    enough = len(found) >= most
        self._at, self._depth, self._start = at, depth, start
        return enough

    def _gap(self, found: list[bytes], between: bytes) -> None:
        junk = between.strip(b" \t\r\n,\x1e")
        if junk and self._floor == 0:
            found.append(junk)

    def _fill(self, found: list[bytes]) -> None:
        block = self._stream.read1(BLOCK)
        if not block:
            self._end(found)
            return
        if not self._at and not self._buffer:
            block = block.removeprefix(_BOM)
        self._buffer = self._buffer[self._start :] + block
        self._at -= self._start
        self._start = 0
        if len(self._buffer) - len(block) > MAX_PAGE:
            self._descend()

    def _descend(self) -> None:
        """A value that does not fit a page: its list of records is read instead, item by item."""
        container = _CONTAINER_KEYS.search(self._buffer, 0, BLOCK)
        if self._floor or container is None:
            raise SourceError(
                f"{self._name} has a record of more than {MAX_PAGE >> 20} MiB",
                "write one record per line, or an array of records",
            )
        self._start = self._at = container.end()
        self._floor = self._depth = 2

    def _end(self, found: list[bytes]) -> None:
        self._ended = True
        rest = self._buffer[self._start :]
        if self._depth > self._floor:
            self.left_out["truncated"] += 1
        else:
            self._gap(found, rest)
        self._buffer, self._at, self._start = b"", 0, 0
