"""Records of one section → messages of the contract: which format they are in, and its translation."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from veille.config import Posts
from veille.events import EventType
from veille.sources.adapters import ADAPTERS, BY_NAME, Adapter
from veille.sources.adapters.envelopes import is_envelope, unwrap
from veille.sources.base import SourceError
from veille.sources.contract_rows import ContractRows, is_plain, type_of
from veille.sources.mapping import FieldMap
from veille.sources.posts import Post, PostRules, Seen
from veille.sources.reading.containers import UnreadableError
from veille.sources.reading.json_records import MAX_PAGE
from veille.sources.reading.sections import Record, Section

CONTRACT = "contract"
LOOKED_AT = 50
"""Records by which a format is recognised."""
PLAIN_CHECKED = 200
_DSA = frozenset({"uuid", "decision_ground", "platform_name", "category"})
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Options:
    """What the user said about the input. day_first: order of numeric dates. format: an adapter's name or `contract`."""

    event_type: EventType | None = None
    mapping: FieldMap | None = None
    format: str | None = None
    posts: Posts = Posts()
    day_first: bool | None = None
    wait: bool = True


@dataclass(frozen=True)
class Messages:
    """Messages with the index of each one's record in the batch. lax: values are text, to be converted."""

    contents: Sequence[bytes]
    places: Sequence[int]
    lax: bool = False


class Translator(Protocol):
    """Turns batches of one section into messages. title: what was recognised, for a person."""

    title: str
    event_type: EventType | None
    said: list[str]
    left_out: Counter[str]
    dropped: Counter[str]

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        """Messages of a batch. where: the place that belongs to the record of an index, for what is decided later."""
        ...


class Rules:
    """The post rules of every platform, shared by all sections of an input."""

    def __init__(self, posts: Posts, *, wait: bool = True) -> None:
        self._posts, self._wait = posts, wait
        self._by_platform: dict[str, PostRules] = {}

    def of(self, platform: str) -> PostRules:
        rules = self._by_platform.get(platform)
        if rules is None:
            rules = self._by_platform[platform] = PostRules(self._posts, platform, wait=self._wait)
        return rules

    def all(self) -> list[PostRules]:
        return list(self._by_platform.values())


def dict_of(record: Record) -> Mapping[str, Any] | str:
    """A record as an object; a text is the reason why it is none. NaN and Infinity, which JSON does not know, are null."""
    if not isinstance(record, bytes):
        return record
    try:
        value = _decode(record)
    except RecursionError:
        return "unreadable"
    except ValueError:
        value = _lenient(record)
    return value if isinstance(value, dict) else "unreadable" if value is None else "not_an_object"


def _lenient(record: bytes) -> Any:
    import json  # noqa: PLC0415  only for what msgspec refuses

    try:
        return json.loads(record, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def translator(section: Section, sample: Sequence[Record], options: Options, rules: Rules) -> Translator:
    """The translator for a section, by a sample of its records. Raises SourceError where the format is not known."""
    found = [each for record in sample[:LOOKED_AT] if isinstance(each := dict_of(record), dict) and each]
    wrapped = any(map(is_envelope, found))
    inner = [each for record in found if isinstance(each := unwrap(record), dict)] if wrapped else found
    if options.mapping is None:
        adapter = _adapter(inner, options)
        if adapter is not None:
            return AdapterTranslator(adapter, rules, wrapped=wrapped)
        if any(_DSA <= each.keys() for each in inner):
            return OfficialFigures()
    named = options.format == CONTRACT or options.event_type is not None or options.mapping is not None
    if not named and inner and not any(map(_is_contract, inner)):
        raise UnreadableError(_unknown(section.name, inner[0]))
    if options.mapping is None and not section.table and not wrapped:
        checked = [record for record in sample[:PLAIN_CHECKED] if isinstance(record, bytes) and record.strip()]
        if all(is_plain(record, options.event_type) for record in checked):
            return PlainTranslator(options.event_type)
    return RowsTranslator(section, sample, options, wrapped=wrapped)


def _adapter(inner: Sequence[Mapping[str, Any]], options: Options) -> Adapter | None:
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


def _unknown(name: str, record: Mapping[str, Any]) -> str:
    fields = ", ".join(str(field)[:40] for field in list(record)[:12])
    return (
        f"{name}: no known format has the fields {fields}; name the format with --format, or say with --map where the "
        "contract's fields come from (--map account_id=NAME --map occurred_at=NAME …)"
    )


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

    def __init__(self, section: Section, sample: Sequence[Record], options: Options, *, wrapped: bool) -> None:
        self._wrapped = wrapped
        self.left_out: Counter[str] = Counter()
        rows = [each for record in sample if isinstance(each := self._row(record), dict)]
        self._rows = ContractRows.of(
            rows,
            options.event_type,
            options.mapping,
            semicolons=section.semicolons,
            day_first=options.day_first,
        )
        self._rows.left_out = self.left_out
        self.title = "rows named by --map" if options.mapping else "rows in the contract's fields"
        self.event_type, self.said, self.dropped = self._rows.event_type, self._rows.said, self._rows.dropped
        if rows and options.mapping is not None:
            _refuse_unseen(options.mapping, section.name, rows)

    def _row(self, record: Record) -> Mapping[str, Any] | str | bytes:
        found = dict_of(record)
        if isinstance(found, str):
            return record if isinstance(record, bytes) else found
        return unwrap(dict(found)) if self._wrapped else found

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        kept, places = [], []
        for at, record in enumerate(records):
            row = self._row(record)
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
        raise SourceError(f"{name}: --map names {missing}, which no record has; the fields are {has}")


class OfficialFigures:
    """The DSA transparency database: platforms' own statements. They are figures, not events that were collected."""

    title = "statements of the DSA transparency database (official figures, not taken)"
    event_type = None

    def __init__(self) -> None:
        self.said = [
            "these are platforms' own statements of reasons: official figures to compare with, never moderations of posts"
        ]
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        self.left_out["official_figures"] += len(records)
        return Messages([], [])


class AdapterTranslator:
    """Records of a provider, by its adapter and the rules of posts."""

    event_type = None

    def __init__(self, adapter: Adapter, rules: Rules, *, wrapped: bool) -> None:
        self.title = adapter.title
        self.said: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self._adapter, self._rules, self._wrapped = adapter, rules, wrapped
        self._typed = msgspec.json.Decoder(adapter.shape, strict=False).decode if adapter.shape is not None else None
        self._seen: Counter[str] = Counter()

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        contents: list[bytes] = []
        places: list[int] = []
        platform = self._adapter.platform
        rules = self._rules.of(platform) if platform else None
        for at, record in enumerate(records):
            found = self._decoded(record)
            if isinstance(found, str):
                self.left_out[found] += 1
                continue
            if rules is None and self._adapter.platform_of is not None:
                rules_here = self._rules.of(self._adapter.platform_of(found))
            else:
                rules_here = rules or self._rules.of("unknown")
            place = where(at)
            for post in self._posts(found):
                for message in self._messages(post, rules_here, place):
                    contents.append(message)
                    places.append(at)
        return Messages(contents, places)

    def _decoded(self, record: Record) -> Any:
        """The record in the adapter's shape; a text is the reason why it is left out."""
        if isinstance(record, bytes):
            if not record.strip():
                return "control_message"
            if len(record) > MAX_PAGE:
                return "too_large"
            if self._typed is not None and not self._wrapped:
                try:
                    return self._typed(record)
                except (ValueError, RecursionError):
                    return _why(record)
        found = dict_of(record)
        if isinstance(found, str):
            return found
        inner = unwrap(dict(found)) if self._wrapped else found
        if isinstance(inner, str) or self._adapter.shape is None:
            return inner
        try:
            return msgspec.convert(inner, self._adapter.shape, strict=False)
        except ValueError:
            return "not_this_format"

    def _posts(self, found: Any) -> Sequence[Any]:
        try:
            return list(self._adapter.posts(found))
        except (AttributeError, TypeError, KeyError, ValueError, IndexError):
            return ["not_this_format"]

    def _messages(self, post: Any, rules: PostRules, place: Any) -> list[bytes]:
        if isinstance(post, Post):
            return rules.events(post, place)
        if isinstance(post, str):
            self.left_out[post] += 1
            return []
        if isinstance(post, Seen):
            rules.seen(post)
            return []
        return [self._taken(post, rules.platform)]

    def _taken(self, event: dict[str, Any], platform: str) -> bytes:
        """An event of a format without text: it is taken as a mention, whoever it addresses."""
        note = f"{self._adapter.title} carries no text: every row is taken as a mention, whatever it addresses"
        if note not in self.said:
            self.said.append(note)
        number = event["event_id"]
        self._seen[number] += 1
        if self._seen[number] > 1:
            event["event_id"] = f"{number}#{self._seen[number]}"
        row = {"event_type": EventType.MENTION.value, "platform": platform} | event
        return _encode({name: value for name, value in row.items() if value is not None})


def _why(record: bytes) -> str:
    found = dict_of(record)
    return found if isinstance(found, str) else "not_this_format"
