"""The language of `--map`: where a field of the contract comes from.

    FIELD=NAME            a column or key; a dotted path into objects; a number picks an item of a list
    FIELD=LIST.@.NAME     every item of a list: one event for each item
    FIELD=A,B             the first of these that holds a value
    FIELD=:TEXT           a constant, also last in such a list: a default
    FIELD=DATE+TIME       two columns with a blank between them

A name with dots of its own, as in flattened tables, is found first. Nothing here means anything to a shell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veille.events import CLASSES
from veille.sources.base import SourceError

EACH, CONSTANT, OR, JOIN = "@", ":", ",", "+"
FIELDS = frozenset(name for kind in CLASSES.values() for name in kind.__struct_fields__) | {"event_type"}
_ABSENT = object()
MOST_ITEMS = 1_000
"""Events that one record may become."""


@dataclass(frozen=True)
class FieldSource:
    """Where one field comes from. options: tried in order; each is a constant or the names that are joined."""

    text: str
    options: tuple[str | tuple[str, ...], ...]

    @property
    def names(self) -> list[str]:
        """The names that it reads."""
        return [name for option in self.options if isinstance(option, tuple) for name in option]

    @property
    def many(self) -> bool:
        return any(EACH in name.split(".") for name in self.names)


@dataclass
class FieldMap:
    """Contract field → source. unseen: names that no record has held so far."""

    sources: dict[str, FieldSource]
    unseen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.unseen = {name for source in self.sources.values() for name in source.names}

    @property
    def plain(self) -> dict[str, str]:
        """Ours → theirs of the fields that are one name each."""
        return {
            ours: source.options[0][0]
            for ours, source in self.sources.items()
            if len(source.options) == 1 and isinstance(source.options[0], tuple) and len(source.options[0]) == 1
        }

    @property
    def is_plain(self) -> bool:
        """Whether every field is one name without a path."""
        return len(self.plain) == len(self.sources) and not any("." in name for name in self.plain.values())

    def rows(self, record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The record's own contract fields, overlaid by what is mapped; one row for each item of a mapped list."""
        base = {name: value for name, value in record.items() if name in FIELDS and name not in self.sources}
        many: dict[str, list[Any]] = {}
        for ours, source in self.sources.items():
            found = self._values(record, source)
            if source.many:
                many[ours] = found[:MOST_ITEMS]
            elif found:
                base[ours] = found[0]
        rows = max((len(values) for values in many.values()), default=1)
        for at in range(max(rows, 1)):
            row = base | {ours: values[at] for ours, values in many.items() if at < len(values)}
            if at and row.get("event_id") is not None and "event_id" not in many:
                row["event_id"] = f"{row['event_id']}#{at + 1}"
            yield row

    def held(self, records: Sequence[Mapping[str, Any]]) -> int:
        """How many of the names some of these records hold."""
        names = {name for source in self.sources.values() for name in source.names}
        return sum(any(True for record in records for _ in _walk(record, name.split("."))) for name in names)

    def _values(self, record: Mapping[str, Any], source: FieldSource) -> list[Any]:
        for option in source.options:
            if isinstance(option, str):
                return [option]
            found = [self._find(record, name) for name in option]
            if len(found) == 1:
                kept = [value for value in found[0] if not _empty(value)]
                if kept:
                    return kept
            elif all(values and not _empty(values[0]) for values in found):
                return [" ".join(str(values[0]) for values in found)]
        return []

    def _find(self, record: Mapping[str, Any], name: str) -> list[Any]:
        found = list(_walk(record, name.split(".")))
        if found and name in self.unseen:
            self.unseen.discard(name)
        return found


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    """What stands at the end of a path. At an object the longest name that it has is taken."""
    if not steps:
        yield value
    elif isinstance(value, dict):
        for size in range(len(steps), 0, -1):
            inner = value.get(".".join(steps[:size]), _ABSENT)
            if inner is not _ABSENT:
                yield from _walk(inner, steps[size:])
                return
    elif isinstance(value, list):
        if steps[0] == EACH:
            for item in value:
                yield from _walk(item, steps[1:])
        elif steps[0].lstrip("-").isdigit() and -len(value) <= int(steps[0]) < len(value):
            yield from _walk(value[int(steps[0])], steps[1:])


def parse(pairs: list[str], where: str = "--map") -> FieldMap:
    """The mapping of `FIELD=SOURCE` texts. Raises SourceError that names the wrong one."""
    sources: dict[str, FieldSource] = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        ours, theirs = ours.strip(), theirs.strip()
        if not separator or not ours or not theirs:
            raise SourceError(f"{where} must be FIELD=NAME, for example {where} prompt=text; got {pair!r}")
        if ours not in FIELDS:
            raise SourceError(f"{where} {ours}=…: not a field of the contract; `veille schema mention` lists them")
        if ours in sources:
            raise SourceError(f"{where} {ours} is given twice; to try several names in order, separate them by commas")
        sources[ours] = FieldSource(theirs, tuple(_options(theirs, f"{where} {ours}")))
    return FieldMap(sources)


def _options(text: str, where: str) -> Iterator[str | tuple[str, ...]]:
    while text:
        if text.startswith(CONSTANT):
            yield text[1:]
            return
        option, _, text = text.partition(OR)
        names = tuple(option.split(JOIN))
        if not all(names):
            raise SourceError(f"{where}: a name is missing next to , or +")
        yield names


def load(file: Path) -> list[str]:
    """The lines of a map file, without blank ones and those that begin with #. Raises SourceError."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {file}: {getattr(error, 'strerror', None) or 'not a UTF-8 text'}") from None
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
