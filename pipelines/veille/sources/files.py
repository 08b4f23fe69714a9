"""Events from files: NDJSON (plain, gzip, zstd), CSV, Parquet, folders of them, and standard input.

Every format becomes contract JSON, one message a row, so that one set of rules holds for all.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from veille.events import EventType, Place
from veille.sources.base import Chunk, SourceError
from veille.sources.formats import LINES_AT_ONCE, Rows, open_rows

STDIN = Path("-")
_SUFFIXES = (".ndjson", ".jsonl", ".json", ".csv", ".parquet")
_COMPRESSED = (".gz", ".zst")


class FileSource:
    """Reads files one after another; `exhausted` once all were read. Positions are line or row numbers from 1.

    event_type: for files whose messages do not name theirs; a file called like a topic's table (`mentions.ndjson.gz`)
    needs none. mapping: contract field → the file's field.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        event_type: EventType | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        """Raises SourceError where a path is missing or no file is found."""
        self._event_type = event_type
        self._mapping = dict(mapping or {})
        self._files = [found for path in paths for found in _expand(path)]
        self._sizes = [0 if file == STDIN else file.stat().st_size for file, _ in self._files]
        self._next = 0
        self._rows: Iterator[Rows] = iter(())
        self._current: _OpenFile | None = None
        self._left: Chunk | None = None
        self.exhausted = False
        self.fault: str | None = None
        self.lost_messages = 0

    @property
    def total_bytes(self) -> int:
        """Size of all files as they lie on disk; 0 for standard input."""
        return sum(self._sizes)

    @property
    def read_bytes(self) -> int:
        """How much of them has been read."""
        done = sum(self._sizes[: self._next])
        return done if self._current is None else done - self._sizes[self._next - 1] + self._current.rows.consumed()

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """The next rows; never waits, except for standard input."""
        chunk = self._left or self._read()
        if chunk is None:
            return []
        if len(chunk.messages) <= max_messages:
            self._left = None
            return [chunk]
        head, self._left = chunk[:max_messages], chunk[max_messages:]
        return [head]

    def _read(self) -> Chunk | None:
        while True:
            if self._current is None and not self._open_next():
                self.exhausted = True
                return None
            assert self._current is not None
            chunk = self._current.read()
            if chunk is not None:
                return chunk
            self._current = None

    def _open_next(self) -> bool:
        if self._next == len(self._files):
            return False
        file, name = self._files[self._next]
        self._next += 1
        event_type = self._event_type or _type_by_name(file)
        self._current = _OpenFile(name, event_type, open_rows(file, self._mapping))
        return True

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Files keep no position: reading one again adds nothing, because each event counts once."""

    def lag(self) -> Mapping[Place, int]:
        return {}

    def close(self) -> None:
        if self._current is not None:
            self._current.rows.close()


class _OpenFile:
    def __init__(self, name: str, event_type: EventType | None, rows: Rows) -> None:
        self.rows = rows
        self._name = name
        self._event_type = event_type
        self._line = 1

    def read(self) -> Chunk | None:
        messages = self.rows.read(LINES_AT_ONCE)
        if not messages:
            self.rows.close()
            return None
        positions = range(self._line, self._line + len(messages))
        self._line += len(messages)
        return Chunk(self._name, -1, self._event_type, messages, positions, lax=self.rows.lax)


def _expand(path: Path) -> list[tuple[Path, str]]:
    """Files under a path, each with the name that reports give it (never the folders above)."""
    if path == STDIN:
        return [(path, "stdin")]
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if file.is_file() and _is_events(file)]
        if not found:
            raise SourceError(f"no event file in {path}: expected {', '.join(_SUFFIXES)} (also .gz, .zst)")
        return [(file, str(file.relative_to(path))) for file in found]
    if not path.exists():
        raise SourceError(f"no such file or folder: {path}")
    return [(path, path.name)]


def _is_events(file: Path) -> bool:
    name = file.with_suffix("") if file.suffix in _COMPRESSED else file
    inside_truth = "truth" in file.parts[-2:-1]
    return name.suffix in _SUFFIXES and file.name != "scenario.json" and not inside_truth


def _type_by_name(file: Path) -> EventType | None:
    stem = file.name.split(".", 1)[0]
    return next((event_type for event_type in EventType if stem == event_type.table), None)
