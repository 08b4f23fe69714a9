"""Whether the service of a data folder sends pages and publishes for research: the folder's modes, each kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from veille.events import FolderId
from veille.store.database import Database

Mode = Literal["live", "quiet"]
Switch = Literal["paging", "research"]
"""What is live or quiet: all that is sent to channels, or the publishing of the research catalogue."""
Reason = Literal["alone", "neighbour", "command", "restored", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMode:
    """known_at: since when (UTC without a zone). neighbour: the older folder, in short. actor, comment: of who gave the command.

    live_at: when a quiet folder begins to send without a command; None: never.
    """

    known_at: datetime
    mode: Mode
    reason: Reason
    neighbour: str | None = None
    actor: str | None = None
    comment: str | None = None
    live_at: datetime | None = None
    what: Switch = "paging"


class Modes:
    """Modes of one folder in an open database; those of the folder it was copied from do not count."""

    def __init__(self, database: Database, folder: FolderId) -> None:
        self._database = database
        self._folder = folder.folder_id

    def latest(self, what: Switch = "paging") -> ServiceMode | None:
        """The mode in force; None where none was decided yet. Raises StoreError."""
        rows = self._database.frame("modes/latest", folder=self._folder, what=what).rows(named=True)
        return ServiceMode(**rows[0]) if rows else None

    def append(self, mode: ServiceMode) -> None:
        """Put a mode on record. Raises StoreError."""
        self._database.execute(
            "modes/append",
            known_at=mode.known_at,
            folder=self._folder,
            mode=mode.mode,
            reason=mode.reason,
            neighbour=mode.neighbour,
            actor=mode.actor,
            comment=mode.comment and self._database.clean(mode.comment),
            live_at=mode.live_at,
            what=mode.what,
        )
