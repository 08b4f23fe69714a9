"""Raw messages → columns with pseudonyms, and dead letters. No database and no clock, so it runs in any process."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from veille.config import Ingest
from veille.events import Event, EventType, Place
from veille.ingest.cleaning import Cleaner
from veille.ingest.columns import RowError, to_table
from veille.ingest.parse import event_type_of, examine, fast_parser, ill_formed, keepable
from veille.ingest.people import Aliases, gather, pseudonyms_of
from veille.privacy import Key, LetterBox, Pseudonymiser, seal
from veille.sources.base import Chunk, no_garbage_collection
from veille.store.seen import SeenIndex, leading_64_bits
from veille.violations import MAX_FUTURE_SECONDS, Violation, violation

EARLIEST_EVENT = Ingest().earliest_event

Slots = list[Event | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that failed the contract; `raw` is encrypted, None where it may not be kept."""

    letter_id: bytes
    source: str
    partition: int
    position: int
    event_type: EventType | None
    lax: bool
    violation: Violation
    size: int
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """An original that only the holder of the vault's private key can open."""

    pseudonym: bytes
    space: str
    sealed: bytes


@dataclass(slots=True, kw_only=True)
class Decoded:
    """What a batch came to: Arrow tables by type, dead letters, originals for the vault, and counts.

    aliases: pseudonyms of people (of a handle, of a number) with the span of time in which records showed both.
    newest: latest `occurred_at` (UTC) of each partition's good messages. tokens: values replaced by keyed tokens.
    """

    tables: dict[EventType, pa.Table] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    newest: dict[Place, datetime] = field(default_factory=dict)
    aliases: Aliases = field(default_factory=dict)
    messages: int = 0
    unknown_fields: int = 0
    tokens: int = 0


def merge(parts: Sequence[Decoded]) -> Decoded:
    """Several batches as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    merged = Decoded()
    for event_type in EventType:
        tables = [part.tables[event_type] for part in parts if event_type in part.tables]
        if tables:
            merged.tables[event_type] = pa.concat_tables(tables)
    for part in parts:
        merged.letters += part.letters
        merged.sealed += part.sealed
        gather(merged.aliases, part.aliases.items())
        merged.messages += part.messages
        merged.unknown_fields += part.unknown_fields
        merged.tokens += part.tokens
        for place, at in part.newest.items():
            merged.newest[place] = max(at, merged.newest.get(place, at))
    return merged


class Decoder:
    """Decodes chunks under one key. Each worker process has its own."""

    def __init__(
        self,
        key: Key,
        vault_public_key: str | None = None,
        earliest: date = EARLIEST_EVENT,
        allowed_tokens: Collection[str] = (),
    ) -> None:
        """earliest: an event dated before this day (UTC) is refused. allowed_tokens: short tokens that are kept whatever
        they look like ([privacy] tokens).
        """
        self._names = Pseudonymiser(key, keep_originals=vault_public_key is not None)
        self._clean = Cleaner(self._names, allowed_tokens)
        self._box = LetterBox(key)
        self._vault = vault_public_key
        self._vaulted = SeenIndex()
        self._earliest = datetime(earliest.year, earliest.month, earliest.day, tzinfo=UTC)

    def __call__(self, chunks: Sequence[Chunk], now: datetime) -> Decoded:
        """Decode all messages of `chunks`; `now` (UTC) bounds `occurred_at`.

        No message makes this fail: one that cannot become a row is a dead letter, and the others are decoded without it.
        Raises MemoryError only.
        """
        with no_garbage_collection():
            result = self._guarded(chunks, now)
            seen = [alias for chunk in chunks for alias in chunk.aliases]
            if seen:
                latest = now + timedelta(seconds=MAX_FUTURE_SECONDS)
                result.aliases = pseudonyms_of(seen, self._names, self._earliest, latest)
                if self._vault is not None:
                    result.sealed += self._seal_new(self._vault)
            return result

    def _guarded(self, chunks: Sequence[Chunk], now: datetime) -> Decoded:
        """Halve a batch that fails until the messages that make it fail stand alone."""
        try:
            return self._decode(chunks, now)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  what no rule has foreseen must not stop the stream either
            self._clean.take_replaced()
            self._names.take_originals()  # those of a message that is refused must not be sealed
            halves = _halves(chunks)
            if halves is None:
                broken = error.violation if isinstance(error, RowError) else violation("row")
                return Decoded(letters=[self._letter(_only(chunks), 0, broken)], messages=1)
            return merge([self._guarded(half, now) for half in halves])

    def _decode(self, chunks: Sequence[Chunk], now: datetime) -> Decoded:
        result, events = Decoded(), defaultdict[EventType, list[Event]](list)
        for chunk in chunks:
            slots = self._parse(chunk, result)
            self._refuse_untimely(chunk, slots, now, result)
            for event_type, (_, good) in _by_type(chunk.event_type, slots).items():
                events[event_type] += good
            result.messages += len(chunk.messages)
        result.tables = {kind: to_table(kind, rows, self._clean) for kind, rows in events.items() if rows}
        result.tokens = self._clean.take_replaced()
        if self._vault is not None:
            result.sealed = self._seal_new(self._vault)
        return result

    def _parse(self, chunk: Chunk, result: Decoded) -> Slots:
        """Events in their places; a place is None where the message broke a rule."""
        parse = fast_parser(chunk.event_type, lax=chunk.lax)
        slots, unusual = Slots(), list[int]()
        for at, raw in enumerate(chunk.messages):
            try:
                slots.append(parse(raw))
            except (ValueError, RecursionError):
                slots.append(None)
                unusual.append(at)
        for event_type, (places, events) in _by_type(chunk.event_type, slots).items():
            unusual += [places[index] for index in ill_formed(event_type, events)]
        for at in unusual:
            slots[at] = self._examine(chunk, at, result)
        return slots

    def _examine(self, chunk: Chunk, at: int, result: Decoded) -> Event | None:
        examined = examine(chunk.messages[at], chunk.event_type, lax=chunk.lax)
        if isinstance(examined, Violation):
            result.letters.append(self._letter(chunk, at, examined))
            return None
        result.unknown_fields += examined.unknown_fields
        return examined.event

    def _refuse_untimely(self, chunk: Chunk, slots: Slots, now: datetime, result: Decoded) -> None:
        """Refuse dates that cannot be right, and note the newest of the others."""
        times = [event.occurred_at for event in slots if event is not None]
        latest = now + timedelta(seconds=MAX_FUTURE_SECONDS)
        if chunk.reached is not None and self._earliest <= chunk.reached <= latest:
            result.newest[chunk.place] = max(chunk.reached, result.newest.get(chunk.place, chunk.reached))
        if not times:
            return
        if min(times) < self._earliest or max(times) > latest:
            times = []
            for at, event in enumerate(slots):
                if event is None:
                    continue
                if self._earliest <= event.occurred_at <= latest:
                    times.append(event.occurred_at)
                    continue
                rule = "future" if event.occurred_at > latest else "past"
                result.letters.append(self._letter(chunk, at, violation(rule, "$.occurred_at")))
                slots[at] = None
        if times:
            newest = max(times)
            result.newest[chunk.place] = max(newest, result.newest.get(chunk.place, newest))

    def _letter(self, chunk: Chunk, at: int, broken: Violation) -> DeadLetter:
        content, position = chunk.messages[at] or b"", chunk.positions[at]
        kept = keepable(content, chunk.event_type)
        return DeadLetter(
            letter_id=self._box.letter_id(chunk.source, chunk.partition, position, content),
            source=chunk.source,
            partition=chunk.partition,
            position=position,
            event_type=chunk.event_type,
            lax=chunk.lax,
            violation=broken,
            size=len(content),
            raw=None if kept is None else self._box.encrypt(kept),
        )

    def _seal_new(self, public_key: str) -> list[Sealed]:
        """Seal originals not met before in this process (sealing takes 0.1 ms; the vault ignores repeats)."""
        originals = self._names.take_originals()
        if not originals:
            return []
        pseudonyms = list(originals)
        hashes = leading_64_bits(np.frombuffer(b"".join(pseudonyms), np.uint8))
        new = self._vaulted.new_mask(hashes)
        sealed = [
            Sealed(pseudonym, originals[pseudonym][0], seal(public_key, originals[pseudonym][1]))
            for pseudonym, is_new in zip(pseudonyms, new, strict=True)
            if is_new
        ]
        self._vaulted.add(hashes[new])
        return sealed


def _halves(chunks: Sequence[Chunk]) -> tuple[list[Chunk], list[Chunk]] | None:
    """Messages in two parts, in their order; None where there is only one."""
    whole = [chunk for chunk in chunks if chunk.messages]
    if len(whole) > 1:
        return whole[: len(whole) // 2], whole[len(whole) // 2 :]
    chunk = _only(chunks)
    middle = len(chunk.messages) // 2
    return ([chunk[:middle]], [chunk[middle:]]) if middle else None


def _only(chunks: Sequence[Chunk]) -> Chunk:
    """The one chunk that has messages."""
    (chunk,) = [chunk for chunk in chunks if chunk.messages]
    return chunk


def _by_type(declared: EventType | None, slots: Slots) -> dict[EventType, tuple[list[int], list[Event]]]:
    """Places and events of each type."""
    found: dict[EventType, tuple[list[int], list[Event]]] = defaultdict(lambda: ([], []))
    for at, event in enumerate(slots):
        if event is not None:
            places, events = found[declared or event_type_of(event)]
            places.append(at)
            events.append(event)
    return found
