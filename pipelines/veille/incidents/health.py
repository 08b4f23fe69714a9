"""What the service measures of itself (veille.incidents.faults says which of it is a fault)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DetectorHealth:
    """late_seconds: how far its last decided point lies behind the watermark; skipped: points it covered besides its own.

    catching_up: what waits came as history, or waited during an outage; standing_seconds: for how long it then has not got on.
    """

    late_seconds: float = 0.0
    skipped: int = 0
    catching_up: bool = False
    standing_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A snapshot; what is None is not known and is no fault. `at`: UTC without a zone.

    ingest_blocked           why nothing can be written; it may name a path
    source_fault             why the source cannot be read; it may name a broker
    feed_silent_seconds      since the last batch was committed, or since the folder was made
    lag_messages, lag_growing_seconds   messages behind, and for how long that number has not fallen
    dead_letter_share, recent_messages  of the messages of the last minutes
    catalogue_age_seconds    age of what is committed and not yet published
    event_age_seconds        since the newest event time; negative where it lies in the future
    disk_free_bytes          on the disk of the data folder
    clock_skew_seconds       how far the newest events lie in the future of this machine's clock
    channels_failing, loops_failing, loops_stalled   by name
    neighbours               other data folders that read the same topics under the same kafka.group_id, in short
    old_unread               topics with an unread message older than half of [kafka] raw_hours
    quiet                    whether this one sends nothing outside because of an older one
    mentions_left_out        of the counts of targets within the last hour, for want of memory
    """

    at: datetime
    ingest_blocked: str | None = None
    source_fault: str | None = None
    feed_silent_seconds: float | None = None
    lag_messages: int | None = None
    lag_growing_seconds: float | None = None
    dead_letter_share: float | None = None
    recent_messages: int = 0
    catalogue_age_seconds: float | None = None
    detectors: Mapping[str, DetectorHealth] = field(default_factory=dict)
    event_age_seconds: float | None = None
    disk_free_bytes: int | None = None
    clock_skew_seconds: float | None = None
    channels_failing: tuple[str, ...] = ()
    loops_failing: tuple[str, ...] = ()
    loops_stalled: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    quiet: bool = False
    mentions_left_out: int = 0
    old_unread: tuple[str, ...] = ()
