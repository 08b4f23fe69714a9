"""What files would become: counted and shown before anything is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from veille.config import Settings
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.privacy import Key, short
from veille.sources.base import Chunk

SHOWN = 10
COVERED = ("target_id", "generator", "prompt", "language", "request_class", "post_id", "account_followers")
"""Fields of mentions whose coverage is told."""
_COARSE = ((86_400_000_000, "day"), (60_000_000, "minute"))
"""Microseconds and word of the steps in which times may come."""


@dataclass(kw_only=True)
class Preview:
    """messages: looked at. types: events by type. rules: dead letters by rule. coverage: share of mentions with a field.

    samples: events as they would be read, one line each, without text. cannot: what these data cannot answer.
    """

    messages: int = 0
    types: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    first_at: datetime | None = None
    last_at: datetime | None = None
    coverage: dict[str, float] = field(default_factory=dict)
    samples: list[str] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.types.total()


def preview(chunks: Sequence[Chunk], settings: Settings, key: Key, now: datetime) -> Preview:
    """Look at messages as ingest would read them; `now` in UTC."""
    decoded = Decoder(key, None, settings.ingest.earliest_event, settings.privacy.tokens)(chunks, now)
    found = Preview(messages=decoded.messages)
    found.rules.update(f"{letter.violation.path}: {letter.violation.detail}" for letter in decoded.letters)
    spans = []
    for kind, table in decoded.tables.items():
        found.types[kind.value] = table.num_rows
        spans.append(pc.min_max(table["occurred_at"]).as_py())
        found.samples += [_line(kind, row) for row in table.slice(0, SHOWN - len(found.samples)).to_pylist()]
    if spans:
        found.first_at = min(span["min"] for span in spans)
        found.last_at = max(span["max"] for span in spans)
    mentions = decoded.tables.get(EventType.MENTION)
    if mentions is not None:
        found.coverage = {name: _covered(mentions[name]) for name in COVERED}
    found.cannot = list(_cannot(found, mentions, decoded.tables.get(EventType.GENERATION)))
    return found


def _covered(column: pa.ChunkedArray) -> float:
    present = len(column) - column.null_count
    if pa.types.is_string(column.type):
        present -= pc.sum(pc.equal(column, "unknown")).as_py() or 0
    return present / len(column) if len(column) else 0.0


def _cannot(found: Preview, mentions: pa.Table | None, generations: pa.Table | None) -> Any:
    if not found.types["generation"]:
        yield "No answers of the generator: the number of fulfilled or refused requests is unknown."
    elif generations is not None and not _covered(generations["outcome"]):
        yield "No answer of the generator is judged (text without media): how many requests were fulfilled or refused cannot be answered."
    if mentions is None:
        yield "No mentions: surges of requests and clusters cannot be found."
        return
    if not found.coverage["request_class"]:
        yield "No classes: every request counts as unknown and none as sexualising."
    if not found.coverage["target_id"]:
        yield "No targets: clusters and insistent accounts cannot be found."
    micro = pc.cast(mentions["occurred_at"], pa.int64())
    for unit, word in _COARSE:
        if len(mentions) > 1 and pc.all(pc.equal(pc.multiply(pc.divide(micro, unit), unit), micro)).as_py():
            yield f"Times have a resolution of one {word}: windows shorter than a {word} find nothing."
            break


def _line(kind: EventType, row: Mapping[str, Any]) -> str:
    at = f"{row['occurred_at']:%Y-%m-%d %H:%M:%S}"
    account = short(row["account_id"], "account") if row.get("account_id") else "nobody named"
    target = short(row["target_id"], "target") if row.get("target_id") else "no target"
    if kind is EventType.MENTION:
        text = f"text of {len(row['prompt'])} characters" if row.get("prompt") else "no text"
        return f"{at}  {account} asks {row.get('generator') or 'a generator'} about {target} ({row['target_basis']}), {text}"
    if kind is EventType.GENERATION:
        return f"{at}  {row.get('generator') or 'a generator'} answers {account} about {target}: {row['outcome']}"
    return f"{at}  {row['subject_type']} {row['action']}"
