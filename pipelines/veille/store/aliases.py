"""Which handle a person's stable number went by: pairs of pseudonyms that ingest learns from records."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from veille.store.database import Database
from veille.times import aware


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a handle named. first_at, last_at: first and last post (UTC) that showed so; None where none has a time."""

    person: UUID
    first_at: datetime | None
    last_at: datetime | None


class PeopleAliases:
    """Reads the aliases of an open database. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holders(self, handle: UUID) -> list[Holder]:
        """The people whom a handle named, by its pseudonym, the latest first; none where no record showed it with a number."""
        rows = self._database.frame("aliases/holders", handle=str(handle)).iter_rows()
        return [
            Holder(UUID(person), *(None if at is None else aware(at) for at in (first_at, last_at)))
            for person, first_at, last_at in rows
        ]
