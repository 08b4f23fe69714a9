"""Any file of rows in, any table out: for the commands that work on files of a researcher's own."""

import gzip
import zlib
from io import BytesIO
from pathlib import Path

import msgspec
import polars as pl
import zstandard

from veille.cli.common import CommandError

_GZIP, _ZSTD, _PARQUET, _UTF16 = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1", (b"\xff\xfe", b"\xfe\xff")
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)
_HEAD = 1 << 16
_TEXT = (".csv", ".tsv", ".txt")
_JSON = (".ndjson", ".jsonl", ".json")


def load(path: Path) -> pl.DataFrame:
    """All rows of NDJSON, CSV, TSV or Parquet, gzip and zstd undone; cells of CSV are text, without one null.

    Lines of CSV without a cell are left out. Raises CommandError that names the file, what is wrong and the cure.
    """
    if not path.is_file():
        raise CommandError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    try:
        return _parse(path, _content(path))
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None


def save(table: pl.DataFrame, out: Path) -> None:
    """Write by the name of the file: .parquet, .ndjson, else CSV; .gz and .zst compress. Raises CommandError."""
    kinds = [suffix.lower() for suffix in out.suffixes]
    buffer = BytesIO()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if kinds[-1:] == [".parquet"]:
            table.write_parquet(out)
            return
        table.write_ndjson(buffer) if set(kinds) & set(_JSON) else table.write_csv(buffer)
        data = buffer.getvalue()
        if kinds[-1:] == [".gz"]:
            data = gzip.compress(data)
        elif kinds[-1:] in ([".zst"], [".zstd"]):
            data = zstandard.compress(data)
        out.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{out}: cannot be written ({error.strerror or type(error).__name__})") from None


def _content(path: Path) -> bytes | Path:
    """The path where the file can be read in place, else its content uncompressed."""
    with path.open("rb") as file:
        head = file.read(4)
    try:
        if head.startswith(_GZIP):
            return gzip.decompress(path.read_bytes())
        if head == _ZSTD:
            with path.open("rb") as file:
                return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
    except _DAMAGE:
        raise CommandError(f"{path}: damaged or cut off; it cannot be decompressed") from None
    return path


def _parse(path: Path, content: bytes | Path) -> pl.DataFrame:
    head = content[:_HEAD] if isinstance(content, bytes) else _head(content)
    if not head.strip():
        raise CommandError(f"{path}: the file is empty")
    if head.startswith(_PARQUET) or path.suffix.lower() == ".parquet":
        return _parquet(path, content)
    if head.startswith(_UTF16):
        raise CommandError(f"{path}: the file is UTF-16; save it as UTF-8")
    kinds = {suffix.lower() for suffix in path.suffixes}
    if kinds & set(_JSON) or (not kinds & set(_TEXT) and head.lstrip().startswith(b"{")):
        return _ndjson(path, content, head)
    return _csv(path, content, head)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _parquet(path: Path, content: bytes | Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(content)
    except pl.exceptions.PolarsError:
        raise CommandError(f"{path}: not a readable Parquet file; is it whole?") from None


def _ndjson(path: Path, content: bytes | Path, head: bytes) -> pl.DataFrame:
    if head.lstrip().startswith(b"["):
        raise CommandError(f"{path}: one JSON array; write one object a line (NDJSON)")
    try:
        return pl.read_ndjson(content, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        data = content if isinstance(content, bytes) else content.read_bytes()
        raise CommandError(f"{path}: {_bad_line(data)}not one JSON object a line (NDJSON)") from None


def _bad_line(data: bytes) -> str:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            if line.strip():
                msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return f"line {number:,}: "
    return ""


def _csv(path: Path, content: bytes | Path, head: bytes) -> pl.DataFrame:
    first = head.lstrip(b"\r\n").split(b"\n", 1)[0]
    separator = max(",\t;|", key=lambda mark: first.count(mark.encode()))
    try:
        table = pl.read_csv(content, infer_schema=False, separator=separator)
    except pl.exceptions.NoDataError:
        raise CommandError(f"{path}: the file is empty") from None
    except pl.exceptions.PolarsError:
        raise CommandError(f"{path}: not readable as CSV: {_why_no_csv(content)}") from None
    names = dict(zip(table.columns, (name.strip() for name in table.columns), strict=True))
    if len(set(names.values())) == len(names):
        table = table.rename(names)
    return table.filter(~pl.all_horizontal(pl.all().is_null()))


def _why_no_csv(content: bytes | Path) -> str:
    data = content if isinstance(content, bytes) else content.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"line {line:,} is not UTF-8; save the file as UTF-8"
    return "a row has more cells than the header, or a quote is left open"
