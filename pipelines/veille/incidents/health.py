"""Blindness is an incident: what the service measures of itself, and which limits it passes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from veille.config import Blindness
from veille.incidents.book import Book
from veille.incidents.model import Finding, digest


@dataclass(frozen=True, slots=True)
class DetectorHealth:
    """late_seconds: how far its last decided point lies behind the watermark; skipped: points it covered besides its own."""

    late_seconds: float = 0.0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot; what is None is not known and is no fault. `at`: UTC without a zone.

    feed_silent_seconds      since the last event arrived, where any ever did
    lag_messages, lag_growing_seconds   messages behind, and for how long that number has not fallen
    dead_letter_share, recent_messages  of the messages of the last minutes
    catalogue_age_seconds    age of what is committed and not yet published
    disk_free_bytes          on the disk of the data folder
    clock_skew_seconds       how far the newest events lie in the future of this machine's clock
    channels_failing, loops_failing     by name
    neighbours               other data folders that read the same topics under the same kafka.group_id, in short
    old_unread               topics with an unread message older than half of [kafka] raw_hours
    quiet                    whether this one sends nothing outside because of an older one
    mentions_left_out        of the counts of targets within the last hour, for want of memory
    """

    at: datetime
    feed_silent_seconds: float | None = None
    lag_messages: int | None = None
    lag_growing_seconds: float | None = None
    dead_letter_share: float | None = None
    recent_messages: int = 0
    catalogue_age_seconds: float | None = None
    detectors: Mapping[str, DetectorHealth] = field(default_factory=dict)
    disk_free_bytes: int | None = None
    clock_skew_seconds: float | None = None
    channels_failing: tuple[str, ...] = ()
    loops_failing: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    quiet: bool = False
    mentions_left_out: int = 0
    old_unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """rule: as in the policy; subject: which part; why: one sentence with the figure and its limit."""

    rule: str
    subject: str
    why: str


def faults(health: Health, limits: Blindness) -> list[Fault]:
    """Everything that keeps Veille from seeing, or from saying what it sees, in a fixed order."""
    return sorted(
        [*_feed(health, limits), *_parts(health, limits), *_machine(health, limits)], key=lambda f: (f.rule, f.subject)
    )


def _feed(health: Health, limits: Blindness) -> Iterator[Fault]:
    silent, growing, share = health.feed_silent_seconds, health.lag_growing_seconds, health.dead_letter_share
    if silent is not None and silent > limits.feed_silent_minutes * 60:
        minutes = f"{silent / 60:.0f} minutes (limit {limits.feed_silent_minutes:.0f})"
        yield Fault("feed-silent", "feed", f"nothing has arrived for {minutes}")
    if growing is not None and growing > limits.lag_minutes * 60:
        yield Fault(
            "lag-growing", "ingest", f"{health.lag_messages} messages behind, growing for {growing / 60:.0f} minutes"
        )
    enough = health.recent_messages >= limits.dead_letter_events
    if share is not None and enough and share > limits.dead_letter_share:
        yield Fault("dead-letter-share", "feed", f"{share:.1%} of recent messages broke the contract")


def _parts(health: Health, limits: Blindness) -> Iterator[Fault]:
    age = health.catalogue_age_seconds
    if age is not None and age > limits.catalogue_minutes * 60:
        yield Fault("stale-catalogue", "catalogue", f"readers see data that are {age / 60:.0f} minutes old")
    for name, detector in health.detectors.items():
        if detector.late_seconds > limits.detector_late_minutes * 60:
            skipped = f", {detector.skipped} steps skipped" if detector.skipped else ""
            yield Fault("detector-late", name, f"{name} is {detector.late_seconds / 60:.0f} minutes late{skipped}")
    if health.mentions_left_out:
        count = f"{health.mentions_left_out} mentions of the last hour"
        yield Fault(
            "mentions-left-out", "surges", f"{count} are left out of the counts of targets: their memory is full"
        )
    for name in health.loops_failing:
        yield Fault("loop-failing", name, f"the loop {name} fails again and again")
    for name in health.neighbours:
        this = "this one sends nothing until go-live" if health.quiet else "this one sends"
        yield Fault(
            "shared-topics", name, f"the data folder {name} reads the same topics under the same group_id; {this}"
        )
    for name in health.old_unread:
        yield Fault(
            "raw-unread", name, f"messages of {name} are unread for more than half of the time that Kafka keeps them"
        )
    for name in health.channels_failing:
        yield Fault("channel-failing", name, f"the channel {name} does not take what is sent")


def _machine(health: Health, limits: Blindness) -> Iterator[Fault]:
    free, skew = health.disk_free_bytes, health.clock_skew_seconds
    if free is not None and free < limits.disk_free_mib << 20:
        yield Fault("disk-low", "disk", f"{free >> 20} MiB free (limit {limits.disk_free_mib})")
    if skew is not None and abs(skew) > limits.clock_seconds:
        yield Fault("clock-wrong", "clock", f"events are {skew:.0f} seconds ahead of this machine's clock")


def fault_findings(health: Health, limits: Blindness, book: Book) -> list[Finding]:
    """Faults as findings: those that are new, and the end of those that are over."""
    present = {digest("fault", fault.rule, fault.subject): fault for fault in faults(health, limits)}
    found = []
    for finding_id, fault in present.items():
        link = book.known(("fault", finding_id))
        if link is None or link.ends_at is not None:
            version = 1 if link is None else link.finding_version + 1
            found.append(_finding(finding_id, version, fault.rule, fault.subject, health.at, fault.why, over=False))
    for incident in book.of_kind("fault"):
        for link in book.held[incident.incident_id].values():
            if link.ends_at is None and link.finding_id not in present:
                version, why = link.finding_version + 1, str(link.facts.get("why", ""))
                found.append(_finding(link.finding_id, version, link.rule, incident.subject, health.at, why, over=True))
    return found


def _finding(finding_id: str, version: int, rule: str, subject: str, at: datetime, why: str, *, over: bool) -> Finding:
    return Finding(
        "fault",
        finding_id,
        version,
        at,
        rule,
        "fault",
        subject,
        at,
        at,
        at if over else None,
        0,
        0,
        {},
        {"why": why},
        at.isoformat(timespec="minutes"),
    )
