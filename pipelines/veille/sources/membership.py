"""The group of a data folder on Kafka: what it is called, and what it says of the folder.

Every data folder reads all partitions and commits its offsets to a group of its own, for lag tools only. Beside each
offset stands a note (the offset's metadata): folder, its birth, the process and the time, for Kafka tells nobody when an
offset was committed. By these notes folders that read the same topics find each other.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from veille.config import Kafka
from veille.events import FolderId, Place, Position
from veille.sources.base import Neighbour, NeighbourSighting
from veille.times import aware

ANNOUNCE_SECONDS = 60.0
"""An idle folder repeats its note this often, so that others see that it is there."""
RECENT = timedelta(hours=1)
"""A folder counts as a reader for so long after its latest note."""
_TWIN_SLACK = timedelta(seconds=5)

Committed = Mapping[Place, tuple[int, str | None]]
"""Partition → offset and note."""


def prefix(settings: Kafka) -> str:
    """How the groups of all folders that share `kafka.group_id` begin."""
    return f"{settings.group_id}-"


def group_of(settings: Kafka, folder: FolderId) -> str:
    """The group of one folder."""
    return prefix(settings) + folder.short


def is_group(settings: Kafka, group: str) -> bool:
    """Whether a group may be that of a folder with these settings."""
    return re.fullmatch(re.escape(prefix(settings)) + "[0-9a-f]{8}", group) is not None


class Membership:
    """What one folder commits: offsets that the database holds, each with a fresh note. Used by one thread."""

    def __init__(self, folder: FolderId) -> None:
        self.folder = folder
        self.began_at = datetime.now(UTC)
        self._stored: dict[Place, Position] = {}
        self._announced_at: float | None = None

    def note(self, now: datetime) -> str:
        """The metadata of a commit made `now` (UTC)."""
        folder = self.folder
        told = {"folder": folder.folder_id, "born": _text(folder.born_at), "run": folder.run, "at": _text(now)}
        return json.dumps(told, separators=(",", ":"))

    def placed(self, place: Place, position: Position) -> None:
        """A partition is read from here on."""
        self._stored[place] = position
        self._announced_at = None

    def stored(self, positions: Mapping[Place, Position]) -> None:
        """The database holds these."""
        self._stored.update(positions)

    def due(self, assigned: Iterable[Place], now: float) -> dict[Place, Position]:
        """All that is to be committed again now (seconds of a monotonic clock), so that others see this folder; mostly nothing."""
        if self._announced_at is not None and now < self._announced_at + ANNOUNCE_SECONDS:
            return {}
        found = {place: self._stored[place] for place in assigned if place in self._stored}
        if found:
            self._announced_at = now
        return found


def sighting(
    groups: Mapping[str, Committed], topics: Iterable[str], me: Membership, *, complete: bool
) -> NeighbourSighting:
    """Who else has committed to these topics, each with its latest note; how old that is the caller judges."""
    wanted, latest = set(topics), dict[tuple[str, str], Neighbour]()
    for committed in groups.values():
        for (topic, _), (_, note) in committed.items():
            other = read_note(note) if topic in wanted else None
            if other is None or _is_me(other, me):
                continue
            known = latest.get((other.folder_id, other.run))
            if known is None or known.seen_at < other.seen_at:
                latest[other.folder_id, other.run] = other
    return NeighbourSighting(tuple(sorted(latest.values(), key=lambda each: (each.born_at, each.folder_id))), complete)


def read_note(note: str | None) -> Neighbour | None:
    """The folder that a commit's metadata tells of; None where it is not one of ours."""
    try:
        told: Any = json.loads(note or "")
        folder, run = str(told["folder"]), str(told["run"])
        if not re.fullmatch("[0-9a-f]{32}", folder) or not re.fullmatch("[0-9a-f]{1,32}", run):
            return None
        return Neighbour(folder, _time(told["born"]), run, _time(told["at"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):  # anybody may commit anything
        return None


def _is_me(other: Neighbour, me: Membership) -> bool:
    """Notes of this process, or of an earlier one on this folder. A clone of the whole machine has our id, but runs beside us."""
    if other.folder_id != me.folder.folder_id:
        return False
    if other.run == me.folder.run:
        return True
    return other.run in me.folder.runs and other.seen_at < me.began_at + _TWIN_SLACK


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return aware(at)
