"""Decoded batches → the private database: what is new, its positions and its dead letters in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veille.events import EventType, Place, Position
from veille.ingest.columns import raw_ids, uuids
from veille.ingest.decode import DeadLetter, Decoded, Sealed
from veille.ingest.handles import KnownHandles
from veille.ingest.people import alias_table
from veille.store.database import BatchRows, Database
from veille.store.seen import Hashes, SeenIndex, leading_64_bits
from veille.times import naive

WRONG_DATES = frozenset({"past", "future"})
SIMULATED = "simulated:"
"""How the `collection_id` of simulated events begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of messages; `lines` is the sum of the next three.

    wrong_dates: dead letters whose date cannot be right (rules `past` and `future`). tokens: values replaced by keyed tokens.
    """

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    unknown_fields: int = 0
    wrong_dates: int = 0
    tokens: int = 0

    def counts(self) -> dict[str, int]:
        """What `--json` prints."""
        return {
            "lines": self.lines,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "dead_letters": self.dead_letters,
        }

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


class Writer:
    """The one writer of event tables. Knows every event id that was counted (8 bytes each, read at start)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen = {event_type: SeenIndex() for event_type in EventType}
        for event_type, index in self._seen.items():
            index.add(np.unique(database.seen(event_type)))
        self._handles = KnownHandles(database.frame("aliases/handles")["hash"].to_numpy())

    def write(self, decoded: Decoded, positions: Mapping[Place, Position], now: datetime) -> Tally:
        """Write one batch; on StoreError nothing of it was kept and the same call may be repeated."""
        tables: dict[EventType, pa.Table] = {}
        hashes: dict[EventType, Hashes] = {}
        for event_type, table in decoded.tables.items():
            found = _hashes(table)
            mask = self._seen[event_type].new_mask(found)
            hashes[event_type] = found[mask]
            if mask.any():
                tables[event_type] = table if mask.all() else table.filter(pa.array(mask))
        accepted = sum(len(new) for new in hashes.values())
        events = sum(table.num_rows for table in decoded.tables.values())
        wrong_dates = sum(letter.violation.rule in WRONG_DATES for letter in decoded.letters)
        tally = Tally(
            lines=decoded.messages,
            accepted=accepted,
            duplicates=events - accepted,
            dead_letters=len(decoded.letters),
            unknown_fields=decoded.unknown_fields,
            wrong_dates=wrong_dates,
            tokens=decoded.tokens,
        )
        aliases = alias_table(decoded.aliases) if decoded.aliases else None
        if aliases is not None:
            self._handles.learn(aliases)
        newest = {place: naive(at) for place, at in decoded.newest.items()}
        self._database.append(
            BatchRows(
                tables=tables,
                letters=_letter_table(decoded.letters) if decoded.letters else None,
                aliases=aliases,
                met=self._handles.among(tables),
                seals=_seal_table(decoded.sealed) if decoded.sealed else None,
                positions={place: (position, newest.get(place)) for place, position in positions.items()},
                accepted=tally.accepted,
                duplicates=tally.duplicates,
                dead_letters=tally.dead_letters,
                unknown_fields=tally.unknown_fields,
                simulated=any(map(_is_simulated, tables.values())),
            ),
            now,
        )
        for event_type, new in hashes.items():
            self._seen[event_type].add(new)
        return tally

    @property
    def index_bytes(self) -> int:
        """Memory of the event-id index."""
        return sum(index.nbytes for index in self._seen.values())


def _is_simulated(table: pa.Table) -> bool:
    """Whether a collection of the simulator is among the rows."""
    return bool(pc.any(pc.starts_with(table["collection_id"], SIMULATED)).as_py())


def _hashes(table: pa.Table) -> Hashes:
    return leading_64_bits(raw_ids(table["event_id"]))


def _letter_table(letters: Sequence[DeadLetter]) -> pa.Table:
    return pa.table(
        {
            "letter_id": uuids([letter.letter_id for letter in letters]),
            "source": pa.array([letter.source for letter in letters], pa.string()),
            "partition": pa.array(
                [letter.partition if letter.partition >= 0 else None for letter in letters], pa.int32()
            ),
            "position": pa.array([letter.position for letter in letters], pa.int64()),
            "event_type": pa.array([letter.event_type for letter in letters], pa.string()),
            "lax": pa.array([letter.lax for letter in letters], pa.bool_()),
            "path": pa.array([letter.violation.path for letter in letters], pa.string()),
            "rule": pa.array([letter.violation.rule for letter in letters], pa.string()),
            "detail": pa.array([letter.violation.detail for letter in letters], pa.string()),
            "size": pa.array([letter.size for letter in letters], pa.int64()),
            "raw": pa.array([letter.raw for letter in letters], pa.binary()),
        }
    )


def _seal_table(seals: Sequence[Sealed]) -> pa.Table:
    return pa.table(
        {
            "pseudonym": uuids([seal.pseudonym for seal in seals]),
            "space": pa.array([seal.space for seal in seals], pa.string()),
            "sealed": pa.array([seal.sealed for seal in seals], pa.binary()),
        }
    )
