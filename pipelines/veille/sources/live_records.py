"""Records of a stream, which may be of any format and of several, → messages of the contract.

A file shows its records before they are read; a stream shows one after another, and the first may be broken. So each batch
is looked at anew: what was recognised before is remembered, and one odd record decides nothing for those that follow.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import structlog

from veille.events import EventType
from veille.sources.adapter_records import AdapterTranslator, Rules
from veille.sources.adapters import BY_NAME
from veille.sources.adapters.envelopes import is_envelope, unwrap
from veille.sources.aliases import SeenAlias
from veille.sources.base import Chunk, SourceError
from veille.sources.contract_rows import passes, type_of
from veille.sources.openings import Opening, as_it_is, openings
from veille.sources.reading.moments import moment
from veille.sources.reading.objects import dict_of
from veille.sources.reading.sections import Record
from veille.sources.translate import CONTRACT, Options, RowsTranslator, adapter_of

log = structlog.get_logger(__name__)

LOOKED_AT = 50
"""Records of a batch that decide for it where they agree; where they do not, each is looked at."""
NAMES_AFTER = 100
"""Records after which mapped names that none of them has are told."""
_encode = msgspec.json.Encoder().encode
_Key = tuple[str, str]
_AS_IT_STANDS: _Key = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMessages:
    """Messages of one kind with the index of each one's record in the batch; as in `Chunk`. There may be only aliases."""

    contents: Sequence[bytes]
    places: Sequence[int]
    event_type: EventType | None
    lax: bool
    aliases: tuple[SeenAlias, ...] = ()


class LiveTranslator:
    """The translator of one stream. left_out counts records by reason; recognised: formats met so far, for a person."""

    def __init__(self, name: str, options: Options, *, semicolons: bool = False) -> None:
        mapping, event_type = options.mapping, options.event_type
        if mapping is not None and event_type is None and "event_type" not in mapping.sources:
            event_type = type_of(mapping.sources)
        self._options = replace(options, wait=False, event_type=event_type)
        self._rules = Rules(options.posts, wait=False)
        self._name, self._semicolons = name, semicolons
        self._known: dict[_Key, AdapterTranslator | RowsTranslator] = {}
        self._openings: dict[_Key, Opening] = {}
        self._own: Counter[str] = Counter()
        self._mapped = 0
        self._unseen: set[str] | None = None
        self.recognised: list[str] = []

    @property
    def left_out(self) -> Counter[str]:
        counts = [each.left_out for each in self._known.values()] + [each.left_out for each in self._rules.all()]
        return sum(counts, Counter(self._own))

    @property
    def reached(self) -> datetime | None:
        """Time of the last post of the batch, whatever became of it."""
        times = [at for rules in self._rules.all() if rules.latest and (at := moment(rules.latest)) is not None]
        return max(times, default=None)

    def chunks(self, whole: Chunk, records: Sequence[Record]) -> list[Chunk]:
        """Chunks of a batch, at least one, with the place, the positions (one a record) and the end of `whole`."""
        parts = self(records)
        if not parts:
            return [replace(whole, messages=(), positions=(), reached=self.reached)]
        chunks = [
            replace(
                whole,
                event_type=part.event_type,
                messages=part.contents,
                positions=[whole.positions[at] for at in part.places],
                lax=part.lax,
                aliases=part.aliases,
                after=None,
            )
            for part in parts
        ]
        return [*chunks[:-1], replace(chunks[-1], after=whole.after, reached=self.reached)]

    def __call__(self, records: Sequence[Record]) -> list[LiveMessages]:
        """Messages of a batch. No record makes this fail: what no format takes is passed on as it stands."""
        found: list[LiveMessages] = []
        for rules in self._rules.all():
            rules.latest = ""
        plain, others = self._sorted(records)
        if plain:
            contents = [record for at in plain if isinstance(record := records[at], bytes)]
            found.append(LiveMessages(contents=contents, places=plain, event_type=self._options.event_type, lax=False))
        for key, places in self._by_format(others).items():
            found.append(self._translated(key, [others[at] for at in places], places))
        self._tell_unseen(len(others))
        return [each for each in found if each.contents or each.aliases]

    def _sorted(self, records: Sequence[Record]) -> tuple[list[int], dict[int, Record]]:
        """Places of messages that are as the contract wants them, and the other records by place, out of their envelopes."""
        takes_plain = self._options.mapping is None and self._options.format in (None, CONTRACT)
        plain, others = list[int](), dict[int, Record]()
        for at, record in enumerate(records):
            if takes_plain and isinstance(record, bytes) and passes(record, self._options.event_type):
                plain.append(at)
                continue
            inner = self._unwrapped(record)
            if isinstance(inner, str):
                self._own[inner] += 1
            else:
                others[at] = inner
        return plain, others

    def _unwrapped(self, record: Record) -> Record | str:
        if isinstance(record, bytes):
            if not record:
                return "control_message"
            if b'"specversion"' not in record and b'"payload"' not in record and b'"op"' not in record:
                return record
        found = dict_of(record)
        return unwrap(dict(found)) if isinstance(found, dict) and is_envelope(found) else record

    def _by_format(self, others: Mapping[int, Record]) -> dict[_Key, list[int]]:
        """Places of records by what they are."""
        places = list(others)
        if not places:
            return {}
        first = [self._key(others[at]) for at in places[:LOOKED_AT]]
        if len(set(first)) == 1 and first[0] != _AS_IT_STANDS:
            return {first[0]: places}
        found: dict[_Key, list[int]] = {}
        for key, at in zip(first + [self._key(others[at]) for at in places[LOOKED_AT:]], places, strict=True):
            found.setdefault(key, []).append(at)
        return found

    def _key(self, record: Record) -> _Key:
        options = self._options
        if options.mapping is not None:
            return ("rows", "map")
        found = dict_of(record)
        if isinstance(found, str) or not found:
            return (options.format, "") if options.format in BY_NAME else _AS_IT_STANDS
        for number, opening in enumerate(openings([found])):
            inner = [each for each in opening(found)[:LOOKED_AT] if not isinstance(each, str)]
            adapter = adapter_of(inner, options)
            if adapter is not None and (options.format is None or any(map(adapter.fits, map(dict, inner)))):
                key = (adapter.name, f"{number}")
                self._openings.setdefault(key, opening)
                return key
        if options.format in BY_NAME:
            return (options.format, "")
        kind = options.event_type or type_of(found)
        if kind is None and "event_type" not in found:
            return _AS_IT_STANDS
        return ("rows", str(kind or "named"))

    def _know(self, key: _Key, made: AdapterTranslator | RowsTranslator) -> None:
        self._known[key] = made
        self.recognised.append(made.title)
        log.info("recognised", stream=self._name, format=made.title)
        for line in made.said:
            log.info(line, stream=self._name)

    def _translated(self, key: _Key, records: Sequence[Record], places: Sequence[int]) -> LiveMessages:
        if key == _AS_IT_STANDS or (key not in self._known and not self._made(key, records)):
            return self._as_they_stand(records, places)
        translate = self._known[key]
        messages = translate(records, lambda at: at)
        return LiveMessages(
            contents=messages.contents,
            places=[places[at] for at in messages.places],
            event_type=translate.event_type,
            lax=messages.lax,
            aliases=messages.aliases,
        )

    def _made(self, key: _Key, records: Sequence[Record]) -> bool:
        """Make the translator of a key that was met for the first time; False where these records do not allow it."""
        name, kind = key
        if name in BY_NAME:
            self._know(key, AdapterTranslator(BY_NAME[name], self._rules, self._openings.get(key, as_it_is)))
            return True
        options = self._options if kind in ("map", "named") else replace(self._options, event_type=EventType(kind))
        try:
            self._know(key, RowsTranslator(self._name, records, options, as_it_is, semicolons=self._semicolons))
        except SourceError as error:
            self._own["time_unreadable"] += len(records)
            log.warning("records cannot be read yet", stream=self._name, cause=str(error))
            return False
        return True

    def _as_they_stand(self, records: Sequence[Record], places: Sequence[int]) -> LiveMessages:
        contents = [record if isinstance(record, bytes) else _encode(record) for record in records]
        return LiveMessages(contents=contents, places=places, event_type=self._options.event_type, lax=False)

    def _tell_unseen(self, records: int) -> None:
        """Say which names of the mapping no record has, once there were enough of them, and when that changes."""
        mapping = self._options.mapping
        if mapping is None:
            return
        self._mapped += records
        if self._mapped >= NAMES_AFTER and mapping.unseen != (self._unseen or set()):
            self._unseen = set(mapping.unseen)
            log.warning(
                "the mapping names what no record has",
                stream=self._name,
                names=", ".join(sorted(mapping.unseen)) or "none any more",
                records=self._mapped,
            )
