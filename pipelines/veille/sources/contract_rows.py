"""Rows in the contract's fields, written in any usual way → messages that the contract takes.

Missing words are missing, ids are text with all their digits, times are RFC 3339; other columns are dropped and counted.
"""

import functools
import operator
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec
import polars as pl

from veille.events import CLASSES, EventType, Id, Time
from veille.sources.base import SourceError
from veille.sources.mapping import FIELDS, FieldMap
from veille.sources.reading.times import TimeForm, decide, read_times
from veille.sources.reading.values import LONGER_THAN_MISSING, LOST, flag_of, id_of, text_of

_RFC3339 = "%Y-%m-%dT%H:%M:%S%.6fZ"


def _fields(wanted: Any) -> frozenset[str]:
    """Contract fields of this type, with or without None, whatever else is noted on them."""
    return frozenset(
        name
        for event in CLASSES.values()
        for name, hint in typing.get_type_hints(event, include_extras=True).items()
        if _is_of(hint, wanted)
    )


def _is_of(hint: Any, wanted: Any) -> bool:
    """Whether a type is `wanted`, or a union with it. An annotation within an annotation is one with the notes of both."""
    notes = getattr(wanted, "__metadata__", ())
    if notes and getattr(hint, "__metadata__", ())[: len(notes)] == notes:
        return True
    return hint is wanted or any(_is_of(part, wanted) for part in typing.get_args(hint))


IDS = _fields(Id)
TIMES = _fields(Time)
FLAGS = _fields(bool)
REQUIRED = {
    kind: [each.name for each in msgspec.structs.fields(event) if each.required] for kind, event in CLASSES.items()
}
_encode = msgspec.json.Encoder().encode


def _holds(value: Any) -> bool:
    return text_of(value) is not None if not isinstance(value, str) or len(value) < LONGER_THAN_MISSING else True


def type_of(fields: Iterable[str]) -> EventType | None:
    """The type of event that has these fields; None where they fit none."""
    names = set(fields)
    if {"subject_type", "action"} <= names:
        return EventType.MODERATION
    if "outcome" in names:
        return EventType.GENERATION
    return EventType.MENTION if {"account_id", "occurred_at"} <= names else None


@dataclass(kw_only=True)
class ContractRows:
    """Translates batches of rows. said: what to tell. dropped: cells of unknown columns by column."""

    event_type: EventType | None
    mapping: FieldMap | None
    forms: dict[str, TimeForm]
    said: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    _date_and_time: bool = False
    _make_ids: bool = False
    _seen: Counter[bytes] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        sample: Sequence[Mapping[str, Any]],
        event_type: EventType | None,
        mapping: FieldMap | None,
        *,
        semicolons: bool = False,
        day_first: bool | None = None,
    ) -> "ContractRows":
        """The translator that a sample of rows asks for. Raises AmbiguousTimes."""
        made = cls(event_type=event_type, mapping=mapping, forms={})
        names = {name for row in sample for name in row}
        made._date_and_time = "occurred_at" not in names and {"date", "time"} <= names
        rows = [row for record in sample for row in made._mapped(record)]
        fields = {name for row in rows for name, value in row.items() if _holds(value)}
        if event_type is None and "event_type" not in fields and (found := type_of(fields)):
            made.event_type = found
            made.said.append(f"rows have no event_type and are read as {found}s")
        made._make_ids = "event_id" not in fields and made.event_type is EventType.MENTION and "account_id" in fields
        if made._make_ids:
            made.said.append("rows have no event_id; it is derived from the post, the people and the time")
        if made._date_and_time:
            made.said.append("occurred_at is read from the columns date and time")
        for name in sorted(TIMES & fields):
            values = [row.get(name) for row in rows]
            posts = [row.get("post_id") or row.get("event_id") for row in rows]
            made.forms[name] = decide(values, posts, column=name, semicolons=semicolons, day_first=day_first)
            made.said += made.forms[name].said
        return made

    def _mapped(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = list(self.mapping.rows(record)) if self.mapping else [dict(record)]
        if self._date_and_time:
            for row in rows:
                row.setdefault("occurred_at", f"{record.get('date') or ''} {record.get('time') or ''}")
        return rows

    def translate(self, records: Sequence[Mapping[str, Any] | bytes]) -> tuple[list[bytes], list[int]]:
        """Messages, and for each the index of its record. A record that is no object is passed on as it stands."""
        rows: list[dict[str, Any] | bytes] = []
        places: list[int] = []
        for at, record in enumerate(records):
            found = [record] if isinstance(record, bytes) else self._mapped(record)
            for row in found:
                cleaned = row if isinstance(row, bytes) else self._clean(row)
                if cleaned is not None:
                    rows.append(cleaned)
                    places.append(at)
        self._read_times([row for row in rows if not isinstance(row, bytes)])
        return [row if isinstance(row, bytes) else _encode(self._finished(row)) for row in rows], places

    def _clean(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for name, value in row.items():
            if name not in FIELDS:
                others[name] = value
                continue
            clean = id_of(value) if name in IDS else flag_of(value) if name in FLAGS else value
            if clean is LOST:
                self.left_out["id_lost_digits"] += 1
                return None
            if clean is None or (
                isinstance(clean, str) and len(clean) < LONGER_THAN_MISSING and text_of(clean) is None
            ):
                continue
            found[name] = clean
        if others and self._is_complete(found):
            self.dropped.update(dict.fromkeys(others, 1))
            return found
        return found | others

    def _is_complete(self, row: Mapping[str, Any]) -> bool:
        """Whether no required field is missing. If one is, the row becomes a dead letter with all its columns, so that it
        can be replayed with --map."""
        named = next((kind for kind in EventType if kind == row.get("event_type")), self.event_type)
        return named is None or all(name in row or (name == "event_id" and self._make_ids) for name in REQUIRED[named])

    def _read_times(self, rows: Sequence[dict[str, Any]]) -> None:
        for name in TIMES:
            have = [row for row in rows if name in row]
            if not have:
                continue
            column = pl.Series(name, [str(row[name]) for row in have], dtype=pl.String)
            form = self.forms.get(name) or TimeForm()
            texts = read_times(column, form).dt.strftime(_RFC3339)
            for row, text in zip(have, texts, strict=True):
                if text is not None:
                    row[name] = text

    def _finished(self, row: dict[str, Any]) -> dict[str, Any]:
        if self._make_ids and "event_id" not in row and "occurred_at" in row:
            named = "\0".join(str(row.get(name, "")) for name in ("post_id", "account_id", "target_id", "occurred_at"))
            digest = blake2b(named.encode("utf-8", "surrogatepass"), digest_size=12).digest()
            if "post_id" not in row:
                self._seen[digest] += 1
                digest += self._seen[digest].to_bytes(4, "big")
            row["event_id"] = digest.hex()
        return row


def is_plain(raw: bytes, event_type: EventType | None) -> bool:
    """Whether a message is as the contract wants it, or no translation would help it."""
    try:
        row = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return True
    if not isinstance(row, dict):
        return True
    if any(value is not None and id_of(value) is None for name, value in row.items() if name in IDS):
        return False
    return passes(raw, event_type) or not _helped(row, event_type)


def passes(raw: bytes, event_type: EventType | None) -> bool:
    """Whether a message is one of the contract as it stands."""
    try:
        row = _TAGGED(raw) if event_type is None else msgspec.json.decode(raw, type=CLASSES[event_type])
    except (ValueError, RecursionError):
        return False
    return row is not None


def _helped(row: dict[str, Any], event_type: EventType | None) -> bool:
    """Whether the row, translated, is a message of the contract."""
    try:
        rows = ContractRows.of([row], event_type, None)
        messages, _ = rows.translate([row])
    except SourceError:
        return True
    return not messages or _passes_lax(messages[0], rows.event_type)


def _passes_lax(raw: bytes, event_type: EventType | None) -> bool:
    kind: Any = CLASSES[event_type] if event_type else functools.reduce(operator.or_, CLASSES.values())
    try:
        msgspec.json.decode(raw, type=kind, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


_TAGGED = msgspec.json.Decoder(functools.reduce(operator.or_, CLASSES.values())).decode
