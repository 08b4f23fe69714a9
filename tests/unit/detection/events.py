"""Events straight into a database, through the decoder and the writer, as ingest does it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.unit.make import KEY, chunk, mention
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.store.database import Database

LATER = datetime(2026, 12, 31, tzinfo=UTC)


def add(database: Database, events: Sequence[Any], event_type: EventType = EventType.MENTION) -> None:
    """One batch; events that are not valid are an error of the test."""
    part = chunk(events, event_type)
    tally = Writer(database).write(Decoder(KEY)([part], LATER), {}, LATER)
    assert tally.dead_letters == 0


def add_mentions(database: Database, moments: Sequence[datetime]) -> None:
    """Mentions at these times (UTC without a zone)."""
    add(database, [mention(hash(at), occurred_at=f"{at.isoformat()}Z") for at in moments])
