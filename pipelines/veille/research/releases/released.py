"""Which periods were released: two releases that overlap could be subtracted from one another."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from veille.research.errors import ResearchError

FILE = "releases.json"


class ReleaseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A release. Times are ISO 8601, UTC. despite: why it was allowed to overlap an earlier one."""

    since: str
    until: str
    made_at: str
    as_of: str | None
    despite: str | None = None


def read(data_dir: Path) -> list[ReleaseEntry]:
    """Raises ResearchError where the file cannot be read."""
    file = data_dir / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[ReleaseEntry])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ResearchError(f"{file} cannot be read: {error}") from None


def overlapping(entries: Sequence[ReleaseEntry], entry: ReleaseEntry) -> ReleaseEntry | None:
    """An earlier release of which a part, but not all of the same data, is in this one."""
    return next(
        (each for each in entries if each.since < entry.until and entry.since < each.until and not _same(each, entry)),
        None,
    )


def add(data_dir: Path, entry: ReleaseEntry) -> None:
    """Raises ResearchError where it cannot be written."""
    file = data_dir / FILE
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_bytes(msgspec.json.format(msgspec.json.encode([*read(data_dir), entry]), indent=2) + b"\n")
        part.replace(file)
    except OSError as error:
        raise ResearchError(f"{file} cannot be written: {error.strerror}") from None


def _same(one: ReleaseEntry, other: ReleaseEntry) -> bool:
    return (one.since, one.until, one.as_of) == (other.since, other.until, other.as_of)
