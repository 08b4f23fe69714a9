"""Which handles have an alias, so that rows that came under one are found without a query."""

from collections.abc import Mapping

import pyarrow as pa

from veille.events import EventType
from veille.ingest.columns import raw_ids, uuids
from veille.store.event_tables import CAME_AS
from veille.store.seen import Hashes, SeenIndex, leading_64_bits


class KnownHandles:
    """Which handles have an alias: 8 bytes each. Nothing is looked up while there is none."""

    def __init__(self, handles: Hashes) -> None:
        """handles: distinct leading 64 bits of their pseudonyms."""
        self._index = SeenIndex()
        self._index.add(handles)

    def learn(self, aliases: pa.Table) -> None:
        """Add the handles of a table of aliases."""
        found = leading_64_bits(raw_ids(aliases["handle_pseudonym"]))
        self._index.add(found[self._index.new_mask(found)])

    def among(self, tables: Mapping[EventType, pa.Table]) -> pa.Table | None:
        """Pseudonyms of people in the rows that may be a handle with an alias, as the column `handle`; None where there is none."""
        if not len(self._index):
            return None
        found = [self._met(tables[kind][column]) for kind in tables for column in CAME_AS[kind]]
        met = {each for part in found for each in part}
        return pa.table({"handle": uuids(sorted(met))}) if met else None

    def _met(self, column: pa.ChunkedArray) -> list[bytes]:
        raw = raw_ids(column)
        held = self._index.held_mask(leading_64_bits(raw))
        return [bytes(each) for each in raw.reshape(-1, 16)[held]]
