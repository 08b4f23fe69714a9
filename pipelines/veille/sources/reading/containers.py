"""What a file holds under its wrappings: gzip, zstd, bzip2, xz, lz4, zip and tar are undone, also one inside another."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import lz4.frame
import zstandard

from veille.sources.base import SourceError

BLOCK = 1 << 20
HEAD = 1 << 18
MAX_DEPTH = 5
MAX_WINDOW = 2**31
"""Longest zstd window that is accepted; public archives are packed with --long=31."""
MOST_IN_MEMORY = 1 << 30
"""Bytes of an archive that arrives as a stream and must be kept, because zip, Parquet and XLSX are read from their end."""
DAMAGE = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    tarfile.TarError,
    RuntimeError,
    OSError,
)
PARQUET, ZIP = b"PAR1", b"PK\x03\x04"
_REFUSED = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"%PDF": "a PDF",
    b"SQLite format 3\0": "an SQLite database",
    b"Obj\x01": "an Avro file",
    b"ARROW1": "an Arrow (Feather) file",
    b"ORC": "an ORC file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_SKIPPED_MEMBERS = ("__MACOSX/", ".DS_Store")


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One unwrapped content. kind: text, parquet or workbook; `stream` is at its start, `head` its first bytes."""

    name: str
    kind: str
    head: bytes
    stream: io.BufferedReader


class UnreadableError(SourceError):
    """Content of a kind that is not read: in a folder it is left out and said."""


class _Undone(io.RawIOBase):
    """A decompressor's stream, whose damage is a SourceError naming the file."""

    def __init__(self, inner: Any, name: str) -> None:
        self._inner, self._name = inner, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except DAMAGE as error:
            raise SourceError(_damaged(self._name, error)) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            super().close()


class _Rejoined(io.RawIOBase):
    """A stream with bytes put back before it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            read1 = getattr(self._rest, "read1", self._rest.read)
            data = read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._rest.close()
            super().close()


def members(
    stream: "io.BufferedReader[Any]", name: str, *, live: bool = False, depth: int = 0
) -> Iterator[ArchiveMember]:
    """Each content under the wrappings of `stream`, in its order; read one before asking for the next.

    live: a pipe, whose first line is enough to look at. Raises SourceError for what is damaged, encrypted, nested too
    deep or of a kind that is not read.
    """
    if depth > MAX_DEPTH:
        raise SourceError(f"{name}: archives in archives, more than {MAX_DEPTH} levels deep: unpack it first")
    if not live and stream.seekable():
        head = stream.peek(HEAD)[:HEAD]
    else:
        head, stream = _look(stream, live)
    opener = _opener(head)
    if opener is not None:
        inner = io.BufferedReader(_Undone(opener(stream), name), BLOCK)
        yield from members(inner, name, depth=depth + 1)
    elif head.startswith((ZIP, b"PK\x05\x06")):
        yield from _unzip(stream, name, depth)
    elif head[257:262] == b"ustar":
        yield from _untar(stream, name, depth)
    else:
        yield ArchiveMember(name, _kind(head, name), head, stream)


def _look(stream: io.BufferedReader, live: bool) -> tuple[bytes, io.BufferedReader]:
    head = b""
    while len(head) < HEAD and (block := stream.read1(HEAD - len(head))):
        head += block
        if live and b"\n" in head:
            break
    return head, io.BufferedReader(_Rejoined(head, stream), BLOCK)


def _opener(head: bytes) -> Callable[[Any], Any] | None:
    if head.startswith(b"\x1f\x8b"):
        return lambda raw: gzip.GzipFile(fileobj=raw)
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F):
        return lambda raw: zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(
            raw, read_across_frames=True
        )
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return bz2.BZ2File
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile
    if head.startswith(b"\x04\x22\x4d\x18"):
        return lambda raw: lz4.frame.LZ4FrameFile(raw)  # noqa: PLW0108  it has no types
    return None


def _kind(head: bytes, name: str) -> str:
    if head.startswith(PARQUET):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    refused = next((what for magic, what in _REFUSED.items() if head.startswith(magic)), None)
    if refused:
        raise UnreadableError(f"{name} is {refused}", "export it as NDJSON, CSV, XLSX or Parquet")
    return "text"


def kind_of(head: bytes, name: str) -> str:
    """What content begins so: packed, or as in ArchiveMember. Raises UnreadableError for a kind that is not read."""
    packed = _opener(head) is not None or head.startswith((ZIP, b"PK\x05\x06")) or head[257:262] == b"ustar"
    return "packed" if packed else _kind(head, name)


def whole(stream: io.BufferedReader, name: str) -> BinaryIO:
    """The stream where it can be sought, else its content in memory. Raises SourceError beyond MOST_IN_MEMORY."""
    if stream.seekable():
        return stream
    content = stream.read(MOST_IN_MEMORY + 1)
    if len(content) > MOST_IN_MEMORY:
        raise SourceError(f"{name}: an archive inside a stream of more than 1 GiB; unpack it first")
    return io.BytesIO(content)


def _unzip(stream: io.BufferedReader, name: str, depth: int) -> Iterator[ArchiveMember]:
    try:
        archive = zipfile.ZipFile(whole(stream, name))
    except zipfile.BadZipFile:
        raise SourceError(f"{name} is damaged or truncated: a zip archive cannot be read without its end") from None
    names = archive.namelist()
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or {"mimetype", "content.xml"} <= set(names):
        source = archive.fp
        assert source is not None
        source.seek(0)
        yield ArchiveMember(name, "workbook", ZIP, cast(io.BufferedReader, source))
        return
    for entry in archive.infolist():
        if entry.is_dir() or entry.filename.startswith(_SKIPPED_MEMBERS) or _hidden(entry.filename):
            continue
        inside = f"{name}/{entry.filename}"
        if entry.flag_bits & 1:
            raise SourceError(f"{inside} is encrypted: unpack it with its password first")
        try:
            opened = archive.open(entry)
        except (*DAMAGE, NotImplementedError) as error:
            raise SourceError(_damaged(inside, error)) from None
        yield from _nested(opened, inside, depth)


def _hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(".")


def _nested(opened: Any, name: str, depth: int) -> Iterator[ArchiveMember]:
    """A member of an archive: an archive in it is read in memory, since it is read from its end."""
    stream = io.BufferedReader(_Undone(opened, name), BLOCK)
    yield from members(stream, name, depth=depth + 1)


def _untar(stream: io.BufferedReader, name: str, depth: int) -> Iterator[ArchiveMember]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                opened = archive.extractfile(entry) if entry.isfile() and not _hidden(entry.name) else None
                if opened is not None:
                    yield from _nested(opened, f"{name}/{entry.name}", depth)
    except tarfile.TarError as error:
        raise SourceError(_damaged(name, error)) from None


def _damaged(name: str, error: BaseException) -> str:
    text = str(error).lower()
    if "memory" in text and "window" not in text:
        return f"{name}: not enough memory to unpack it"
    if "window" in text:
        return (
            f"{name}: its zstd window is larger than {MAX_WINDOW >> 30} GiB; compress it again without --ultra --long"
        )
    return f"{name} is damaged or truncated: the part before the damage was read"
