"""Records of one section → messages of the contract: which format they are in, and its translation."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from veille.config import Posts
from veille.events import EventType
from veille.sources.adapter_records import AdapterTranslator, Messages, Rules
from veille.sources.adapters import ADAPTERS, BY_NAME, Adapter
from veille.sources.base import SourceError
from veille.sources.contract_rows import ContractRows, is_plain, type_of
from veille.sources.mapping import FieldMap
from veille.sources.official import is_official
from veille.sources.openings import Opening, as_it_is, listed, openings
from veille.sources.reading.containers import UnreadableError
from veille.sources.reading.objects import dict_of
from veille.sources.reading.sections import Record, RecordSection

CONTRACT = "contract"
LOOKED_AT = 50
"""Records by which a format is recognised."""
PLAIN_CHECKED = 200
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user said about the input.

    day_first: order of numeric dates. format: an adapter's name or `contract`. wait: whether what a later record may decide
    waits for it; a stream has no end to wait for.
    """

    event_type: EventType | None = None
    mapping: FieldMap | None = None
    format: str | None = None
    posts: Posts = field(default_factory=Posts)
    day_first: bool | None = None
    wait: bool = True


def check_format(named: str | None) -> None:
    """Raises SourceError for a name that is no format."""
    if named not in (None, CONTRACT, *BY_NAME):
        raise SourceError(f"unknown format {named}; supported: {CONTRACT}, {', '.join(BY_NAME)}")


class Translator(Protocol):
    """Turns batches of one section into messages. title: what was recognised, for a person."""

    title: str
    said: list[str]
    left_out: Counter[str]
    dropped: Counter[str]

    @property
    def event_type(self) -> EventType | None:
        """The type of its messages; None where each names its own."""
        ...

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        """Messages of a batch. where: the place that belongs to the record of an index, for what is decided later."""
        ...


def translator(section: RecordSection, sample: Sequence[Record], options: Options, rules: Rules) -> Translator:
    """The translator for a section, by a sample of its records. Raises SourceError where the format is not known."""
    found = [each for record in sample[:LOOKED_AT] if isinstance(each := dict_of(record), dict) and each]
    if options.mapping is None:
        for opening in openings(found):
            inner = _inside(found, opening)
            adapter = adapter_of(inner, options)
            if adapter is not None and (options.format is None or any(map(adapter.fits, map(dict, inner)))):
                return AdapterTranslator(adapter, rules, opening)
            if any(map(is_official, inner)):
                return OfficialFigures()
        if options.format not in (None, CONTRACT):
            return AdapterTranslator(BY_NAME[options.format], rules)
    opening = _contract_opening(found, options)
    named = options.format == CONTRACT or options.event_type is not None or options.mapping is not None
    if not named and found and not any(map(_is_contract, _inside(found, opening))):
        raise UnreadableError(_unknown(section.name, _innermost(found), table=section.table))
    if options.mapping is None and not section.table and opening is as_it_is:
        checked = [record for record in sample[:PLAIN_CHECKED] if isinstance(record, bytes) and record.strip()]
        if all(is_plain(record, options.event_type) for record in checked):
            return PlainTranslator(options.event_type)
    return RowsTranslator(section.name, sample, options, opening, semicolons=section.semicolons)


def _inside(records: Sequence[Mapping[str, Any]], opening: Opening) -> list[Mapping[str, Any]]:
    return [each for record in records for each in opening(record)[:LOOKED_AT] if not isinstance(each, str)]


def _contract_opening(records: Sequence[Mapping[str, Any]], options: Options) -> Opening:
    """The first way to open records that shows the contract's fields, or most names of the map; as they are where none does."""
    ways = list(openings(records)) or [as_it_is]
    mapping = options.mapping
    if mapping is not None:
        return max(ways, key=lambda way: mapping.held(_inside(records, way)))
    return next((each for each in ways if any(map(_is_contract, _inside(records, each)))), ways[0])


def adapter_of(inner: Sequence[Mapping[str, Any]], options: Options) -> Adapter | None:
    """The adapter for records out of their wrappings; None where they are events of the contract, or of no known format."""
    if options.format is not None and options.format != CONTRACT:
        return BY_NAME[options.format]
    if options.format == CONTRACT or sum(map(_is_contract, inner)) * 2 > len(inner):
        return None
    for record in inner:
        for adapter in ADAPTERS:
            if adapter.fits(record):  # type: ignore[arg-type]
                return adapter
    return None


def _is_contract(record: Mapping[str, Any]) -> bool:
    return "event_type" in record or type_of(record) is not None or {"account_id", "target_id"} <= record.keys()


def _innermost(records: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A record out of the list around it, if there is one: whose fields a map would name."""
    return next(
        (inner[0] for way in openings(records) if way is listed and (inner := _inside(records, way))), records[0]
    )


def _unknown(name: str, record: Mapping[str, Any], *, table: bool) -> str:
    fields = ", ".join(str(field)[:40] for field in list(record)[:12])
    if table and sum(_is_value(str(field)) for field in record) * 2 >= len(record):
        return f"{name}: the first line holds values ({fields}), not the names of columns; add a line with the names above it"
    return (
        f"{name}: no supported format has the fields {fields}; set the format with --format, or map the contract's fields "
        "with --map (--map account_id=NAME --map occurred_at=NAME …)"
    )


def _is_value(cell: str) -> bool:
    """Whether a cell holds a number or a time, as no name of a column does."""
    return bool(re.fullmatch(r"[-+]?\d[\d.,:TZ/ +-]*", cell.strip()))


class PlainTranslator:
    """Messages of the contract, passed on as they are."""

    title = "events of the contract"

    def __init__(self, event_type: EventType | None) -> None:
        self.event_type = event_type
        self.said: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        return Messages(records, range(len(records)))  # type: ignore[arg-type]


class RowsTranslator:
    """Rows in the contract's fields, or mapped to them."""

    def __init__(
        self, name: str, sample: Sequence[Record], options: Options, opening: Opening, *, semicolons: bool = False
    ) -> None:
        """sample: by which forms of times and the type are decided. Raises AmbiguousTimes, and SourceError for a name of the
        mapping that none of it has, unless the records are a stream (`Options.wait`).
        """
        self.opening = opening
        self.left_out: Counter[str] = Counter()
        rows = [each for record in sample for each in self._opened(record) if isinstance(each, dict)]
        self._rows = ContractRows.of(
            rows,
            options.event_type,
            options.mapping,
            semicolons=semicolons,
            day_first=options.day_first,
        )
        self._rows.left_out = self.left_out
        self.title = "rows named by --map" if options.mapping else "rows in the contract's fields"
        self.event_type, self.said, self.dropped = self._rows.event_type, self._rows.said, self._rows.dropped
        if rows and options.mapping is not None and options.wait:
            _refuse_unseen(options.mapping, name, rows)

    def _opened(self, record: Record) -> Sequence[Mapping[str, Any] | str | bytes]:
        found = dict_of(record)
        if isinstance(found, str):
            return (record if isinstance(record, bytes) else found,)
        return self.opening(found)

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        kept, places = [], []
        for at, record in enumerate(records):
            for row in self._opened(record):
                if isinstance(row, str):
                    self.left_out[row] += 1
                else:
                    kept.append(row)
                    places.append(at)
        contents, indexes = self._rows.translate(kept)
        return Messages(contents, [places[index] for index in indexes], lax=True)


def _refuse_unseen(mapping: FieldMap, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if mapping.unseen:
        missing = ", ".join(sorted(mapping.unseen))
        has = ", ".join(str(field)[:40] for field in list(rows[0])[:20])
        raise SourceError(f"{name}: --map names {missing}, but no record has this field; the fields are {has}")


class OfficialFigures:
    """The DSA transparency database: platforms' own statements. They are figures, not events that were collected."""

    title = "statements of the DSA transparency database (official figures: veille official)"
    event_type: EventType | None = None

    def __init__(self) -> None:
        self.said = [
            "these are statements of reasons by platforms: official figures for comparison, not moderations of posts"
        ]
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        self.left_out["official_figures"] += len(records)
        return Messages([], [])
