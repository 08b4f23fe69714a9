"""Events from files: any format that is read, folders of them, and standard input.

Whatever a file holds becomes contract JSON, one message an event, so that one set of rules holds for all.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from veille.events import EventType, Place, Position
from veille.sources.adapter_records import Rules
from veille.sources.base import Chunk, SourceError
from veille.sources.mapping import FIELDS, FieldMap, parse
from veille.sources.reading.containers import UnreadableError
from veille.sources.reading.sections import AT_ONCE, STDIN, OpenFile, Record, RecordSection
from veille.sources.reading.times import AmbiguousTimes
from veille.sources.translate import Options, Translator, check_format, translator

KNOWN = FIELDS | {"id", "text", "author", "author_id", "date", "url", "Url", "Date", "Author", "timestamp", "value"}
"""Column names by which a header is told from notes above it."""


class FileSource:
    """Reads files one after another; `exhausted` once all were read. Positions are record numbers from 1.

    event_type: for files whose messages do not name theirs; a file called like a topic's table (`mentions.ndjson.gz`)
    needs none. mapping: contract field → where it comes from. options: more that the user said.

    left_out counts records by reason (`reasons`). said: how files were read, one line each. recognised: formats by file.
    unknown_fields counts cells of columns that the contract does not have.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        event_type: EventType | None = None,
        mapping: Mapping[str, str] | FieldMap | None = None,
        options: Options | None = None,
    ) -> None:
        """Raises SourceError where a path is missing, no file is found or the format is not known."""
        if mapping is not None and not isinstance(mapping, FieldMap):
            mapping = parse([f"{ours}={theirs}" for ours, theirs in mapping.items()]) if mapping else None
        self._options = options or Options()
        if event_type is not None or mapping is not None:
            self._options = replace(self._options, event_type=event_type, mapping=mapping)
        check_format(self._options.format)
        self._files = [found for path in paths for found in _expand(path)]
        self._sizes = [0 if file == STDIN else file.stat().st_size for file, *_ in self._files]
        self._rules = Rules(self._options.posts, wait=self._options.wait)
        self._next, self._open = 0, None  # type: tuple[int, OpenFile | None]
        self._chunks = self._read()
        self._left: deque[Chunk] = deque()
        self._translators: list[Translator] = []
        self._own: Counter[str] = Counter()
        self.recognised: dict[str, str] = {}
        self.said: list[str] = []
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
        return done if self._open is None else done - self._sizes[self._next - 1] + self._open.consumed()

    @property
    def left_out(self) -> Counter[str]:
        """Records that are no message, by reason."""
        counts = [each.left_out for each in self._translators] + [each.left_out for each in self._rules.all()]
        return sum(counts, Counter(self._own))

    @property
    def unknown_fields(self) -> Counter[str]:
        """Cells of columns that the contract does not have, by column; they were dropped."""
        return sum((each.dropped for each in self._translators), Counter[str]())

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """The next rows; never waits, except for standard input."""
        chunk = self._left.popleft() if self._left else next(self._chunks, None)
        if chunk is None:
            self.exhausted = True
            return []
        if len(chunk.messages) <= max_messages:
            return [chunk]
        self._left.appendleft(chunk[max_messages:])
        return [chunk[:max_messages]]

    def peek(self, messages: int) -> list[Chunk]:
        """At least so many of the next messages, or all there are; they come again from `poll`."""
        while sum(len(chunk.messages) for chunk in self._left) < messages:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._left.append(chunk)
        return list(self._left)

    def opened(self) -> Iterator[tuple[RecordSection, Sequence[Record], Translator]]:
        """Each section with its first records and its translator; read it to its end before asking for the next."""
        for file, section in self._sections():
            batch = section.read(AT_ONCE)
            translate = self._translator(file, section, batch) if batch else None
            if translate is not None:
                yield section, batch, translate
                self._say(section.name, translate.said)
            self._own += section.left_out

    def _read(self) -> Iterator[Chunk]:
        for section, batch, translate in self.opened():
            yield from _chunks(section, batch, translate)
        yield from self.undecided()

    def undecided(self) -> Iterator[Chunk]:
        """Messages of posts that waited for the end of the input."""
        for rules in self._rules.all():
            for (name, position), messages in rules.finish():
                if messages:
                    yield Chunk(
                        source=name,
                        partition=-1,
                        event_type=None,
                        messages=messages,
                        positions=[position] * len(messages),
                    )

    def _sections(self) -> Iterator[tuple[Path, RecordSection]]:
        while self._next < len(self._files):
            file, name, alone = self._files[self._next]
            self._next += 1
            opened = self._open = OpenFile(file, name, KNOWN)
            try:
                for section in opened.sections():
                    yield file, section
            except UnreadableError as error:
                if alone:
                    raise
                self._leave_file_out(error)
            opened.close()
            self._open = None

    def _translator(self, file: Path, section: RecordSection, batch: Sequence[Record]) -> Translator | None:
        """None where a file of a folder, or a member of an archive, is of no known format."""
        options = self._options
        if options.event_type is None and (named := type_by_name(file)):
            options = replace(options, event_type=named)
        try:
            translate = translator(section, batch, options, self._rules)
        except UnreadableError as error:
            if len(self._files) == 1 and section.name == self._files[0][1]:
                raise
            self._leave_file_out(error)
            return None
        except AmbiguousTimes as error:
            raise SourceError(f"{section.name}: {error}") from None
        self._translators.append(translate)
        self.recognised[section.name] = translate.title
        self._say(section.name, [*section.said, *translate.said])
        return translate

    def leave_out(self, reason: str) -> None:
        """Count a record that a reader of `opened` could not use."""
        self._own[reason] += 1

    def _leave_file_out(self, error: SourceError) -> None:
        self._own["file_not_read"] += 1
        self.said.append(str(error))

    def _say(self, name: str, lines: Sequence[str]) -> None:
        self.said += [line for each in lines if (line := f"{name}: {each}") not in self.said]

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """Files keep no position: reading one again adds nothing, because each event counts once."""

    def lag(self) -> Mapping[Place, int]:
        return {}

    def close(self) -> None:
        if self._open is not None:
            self._open.close()


def _chunks(section: RecordSection, batch: Sequence[Record], translate: Translator) -> Iterator[Chunk]:
    done = 0
    while batch:
        messages = translate(batch, partial(_place, section.name, done))
        if messages.contents or messages.aliases:
            places = messages.places
            positions: Sequence[int] = (
                range(done + 1, done + 1 + len(batch))
                if isinstance(places, range)
                else [done + 1 + place for place in places]
            )
            yield Chunk(
                source=section.name,
                partition=-1,
                event_type=translate.event_type,
                messages=messages.contents,
                positions=positions,
                lax=messages.lax,
                aliases=messages.aliases,
            )
        done += len(batch)
        batch = section.read(AT_ONCE)


def _place(name: str, done: int, at: int) -> tuple[str, int]:
    return name, done + 1 + at


def _expand(path: Path) -> list[tuple[Path, str, bool]]:
    """Files under a path, each with the name that reports give it (never the folders above), and whether it was named."""
    if path == STDIN:
        return [(path, "stdin", True)]
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if file.is_file() and _may_be_events(file, path)]
        if not found:
            raise SourceError(f"no event file in {path}")
        return [(file, str(file.relative_to(path)), False) for file in found]
    if not path.exists():
        raise SourceError(f"no such file or folder: {path}")
    return [(path, path.name, True)]


def _may_be_events(file: Path, folder: Path) -> bool:
    """Not hidden, and not the simulator's truth."""
    parts = file.relative_to(folder).parts
    return (
        not any(part.startswith(".") for part in parts) and "truth" not in parts[:-1] and file.name != "scenario.json"
    )


def type_by_name(file: Path) -> EventType | None:
    """The type of events in a file that is called like a topic's table (`mentions.ndjson`)."""
    stem = file.name.split(".", 1)[0]
    return next((event_type for event_type in EventType if stem == event_type.table), None)
