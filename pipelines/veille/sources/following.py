"""Streams without a broker: a growing file, and standard input.

A file's position is the offset of the byte after the last record that was taken in. It stands in the database with the rows, so
a restart goes on from there. Standard input has no position: what comes again counts once by its id.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from veille.events import Place, Position
from veille.sources.base import Chunk, NeighbourSighting, Start, Stream, StreamChange
from veille.sources.chunk_queue import ChunkQueue
from veille.sources.files import KNOWN, type_by_name
from veille.sources.growing import GrowingFile, Moved, StandardInput
from veille.sources.live_records import LiveTranslator
from veille.sources.reading.lines import HEAD, LineCutter, LineFormat, format_of
from veille.sources.reading.sections import STDIN, Record
from veille.sources.translate import Options, check_format
from veille.sources.waiting import AwaitedResource

log = structlog.get_logger(__name__)

WARM_BYTES = 4 << 20
"""So much before the position is read again at a start, for threads that began there; its messages are not passed on."""
LAST_LINE_SECONDS = 10.0
"""A table's last row without a line end is whole when the file has not grown for so long."""
UNDECIDED_SECONDS = 2.0
_SAID: Mapping[Moved, str] = {
    "recreated": "the file was replaced by another: it is read from its start; what was counted counts once",
    "cut": "the file was emptied or cut short: it is read from its start; what was counted counts once",
}


def follow(path: Path, start: Start, options: Options) -> Stream:
    """The stream of a growing file, or of standard input for `-`. Raises SourceError for a path that cannot be followed."""
    check_format(options.format)
    if options.event_type is None and (named := type_by_name(path)) is not None:
        options = replace(options, event_type=named)
    return PipedStream(options) if path == STDIN else FollowedFile(GrowingFile(path), start, options)


class _LineStream:
    """What both streams share: lines are cut, translated and handed out."""

    on_broker = False
    lost_messages = 0
    partition: int

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self._options = options
        mapped = options.mapping.sources.values() if options.mapping else ()
        self._known = KNOWN | {name for source in mapped for name in source.names}
        self._head = b""
        self._grew_at = time.monotonic()
        self._past: Counter[str] = Counter()
        self._cutter: LineCutter | None = None
        self._translator = LiveTranslator(name, options)
        self._queue = ChunkQueue()

    @property
    def left_out(self) -> Mapping[str, int]:
        """See `Stream.left_out`."""
        total = Counter(self._past)
        total.update(self._translator.left_out)
        if self._cutter is not None:
            total.update(self._cutter.left_out)
        return +total

    def sighting(self) -> NeighbourSighting:
        """Nobody else reads under a name that both would share."""
        return NeighbourSighting()

    def _begin(self, form: LineFormat, offset: int, *, at_start: bool) -> None:
        self._past = Counter(self.left_out)
        self._cutter = LineCutter(form, offset, at_start=at_start)
        self._translator = LiveTranslator(self.name, self._options, semicolons=form.semicolons)

    def _take(self, records: Sequence[tuple[Record, int]], log_id: str | None = None) -> None:
        """Queue the messages of some records."""
        if records:
            ends = [end for _, end in records]
            whole = Chunk(
                source=self.name,
                partition=self.partition,
                event_type=None,
                messages=(),
                positions=[end - 1 for end in ends],
                log_id=log_id,
                after=ends[-1],
            )
            self._queue.put(self._translator.chunks(whole, [record for record, _ in records]))


class FollowedFile(_LineStream):
    """A file that grows, from the position of the database. It may come later, be replaced, or be emptied."""

    partition = 0

    def __init__(self, file: GrowingFile, start: Start, options: Options) -> None:
        super().__init__(file.name, options)
        self._file, self._start = file, start
        self._log_id: str | None = None
        self._there = AwaitedResource(f"{file.name} is there")
        self._changes: list[StreamChange] = []
        self._records = self._bytes = 0

    @property
    def fault(self) -> str | None:
        """What is awaited at the moment, in one line that names the file; None while all is well."""
        return self._there.reason

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """See `Source.poll`. Raises SourceError for a file that may not be read, or whose content cannot be followed."""
        if not self._queue.messages and not self._advance():
            time.sleep(timeout)
        return self._queue.take(max_messages)

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """Nobody else asks for the position of a file."""

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        found, self._changes = self._changes, []
        return found

    def lag(self) -> Mapping[Place, int]:
        """Records still to read, by the mean size of those that were read; 0 at the end of the file."""
        if not self._file.is_open:
            return {}
        left = self._file.size - (self._cutter.offset if self._cutter else 0)
        held = self._cutter is not None and self._cutter.waiting
        mean = self._bytes / self._records if self._records else 1_000
        records = 0 if held and left < mean else round(left / mean)
        return {
            (self.name, self.partition): self._queue.messages + (max(1, records) if left > 0 and not held else records)
        }

    def close(self) -> None:
        """See `Source.close`."""
        self._file.close()

    def _advance(self) -> bool:
        """Read on; whether anything was read."""
        if not self._file.is_open and not self._opened():
            return False
        if self._cutter is None and not self._placed():
            return False
        assert self._cutter is not None
        before, block = self._cutter.offset, self._file.read()
        if not block:
            return self._at_end(self._cutter)
        self._grew_at = time.monotonic()
        self._took(self._cutter.feed(block), before)
        return True

    def _took(self, records: Sequence[tuple[Record, int]], before: int) -> None:
        assert self._cutter is not None
        self._records += len(records)
        self._bytes += self._cutter.offset - before
        self._take(records, self._log_id)

    def _opened(self) -> bool:
        if not self._file.open():
            self._there.because(f"waiting for {self.name}: there is no such file")
            return False
        self._there.is_over()
        return True

    def _placed(self) -> bool:
        """Decide what the file is and where to begin; False while it holds too little to tell."""
        head = self._file.head()
        if len(head) != len(self._head):
            self._head, self._grew_at = head, time.monotonic()
        form = format_of(head, self.name, self._known, ended=self._quiet(UNDECIDED_SECONDS))
        if form is None:
            if not self._head and self._file.moved(0) is not None:
                self._file.close()
            return False
        self._log_id = self._file.identity()
        offset = self._fit(self._start.positions((self.name, self.partition)))
        self._begin(form, offset, at_start=offset == 0)
        if offset:
            self._warm(form, offset)
        self._file.seek(offset)
        return True

    def _fit(self, wanted: Position | None) -> int:
        """Where to begin, given the position of the database. Says what does not fit."""
        if wanted is None:
            return 0
        if wanted.log_id is not None and wanted.log_id != self._log_id:
            return self._anew("recreated", wanted.offset)
        return self._anew("cut", wanted.offset) if wanted.offset > self._file.size else wanted.offset

    def _anew(self, reason: Moved, wanted: int) -> int:
        place = (self.name, self.partition)
        self._changes.append(StreamChange(place=place, reason=reason, log_id=self._log_id, wanted=wanted, start=0))
        log.warning(_SAID[reason], file=self.name)
        return 0

    def _warm(self, form: LineFormat, offset: int) -> None:
        """Let the rules of posts see again what came just before. A table is not begun in its middle."""
        begin = max(0, offset - WARM_BYTES)
        if begin and form.header is not None:
            return
        block = self._file.between(begin, offset)
        if begin:
            block = block.partition(b"\n")[2]
        cutter = LineCutter(form, begin, at_start=begin == 0)
        self._translator([record for record, _ in cutter.feed(block)])
        self._past.subtract(self._translator.left_out)

    def _at_end(self, cutter: LineCutter) -> bool:
        """Everything was read: take the last line where it is whole, and see whether the path holds another file now."""
        before, moved = cutter.offset, self._file.moved(cutter.offset)
        sure = moved == "recreated" or self._quiet(LAST_LINE_SECONDS)
        records = cutter.last(sure=sure)
        if records:
            self._took(records, before)
            return True
        if moved is not None:
            self._file.close()
            self._log_id = None
            self._past, self._head, self._cutter = Counter(self.left_out), b"", None
            self._translator = LiveTranslator(self.name, self._options)
            self._anew(moved, before)
        elif self._file.gone:
            self._there.because(f"waiting for {self.name}: it was moved or deleted")
        else:
            self._there.is_over()
        return False

    def _quiet(self, seconds: float) -> bool:
        return time.monotonic() - self._grew_at > seconds


class PipedStream(_LineStream):
    """Standard input, until whoever writes to it closes it; then nothing comes any more, and that is said."""

    partition = -1
    fault: str | None = None

    def __init__(self, options: Options) -> None:
        super().__init__(StandardInput.name, options)
        self._input = StandardInput()
        self._offset = 0
        self._told = False

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """See `Source.poll`. Raises SourceError for a content that cannot be followed."""
        if not self._queue.messages:
            block = self._input.read(timeout)
            if block:
                self._grew_at = time.monotonic()
            self._read(block)
        return self._queue.take(max_messages)

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """Standard input keeps no position."""

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        return []

    def lag(self) -> Mapping[Place, int]:
        """Messages that wait here; how many wait in the pipe is not known."""
        return {(self.name, self.partition): self._queue.messages}

    def close(self) -> None:
        """Standard input belongs to the process."""

    def _read(self, block: bytes) -> None:
        if self._cutter is None:
            self._head += block
            quiet = time.monotonic() - self._grew_at > UNDECIDED_SECONDS
            head = self._head + b"\n" if self._input.ended and self._head else self._head
            form = format_of(head[:HEAD], self.name, self._known, ended=quiet or self._input.ended)
            if form is not None:
                self._begin(form, 0, at_start=True)
                block, self._head = self._head, b""
        if self._cutter is not None:
            if block:
                self._take(self._cutter.feed(block))
            self._take(self._cutter.last(sure=self._input.ended) if not block else [])
        if self._input.ended and not self._told:
            self._told = True
            log.warning(
                "standard input has ended: nothing comes any more; the service goes on serving", **self.left_out
            )
