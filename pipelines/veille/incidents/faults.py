"""Every fault of the service, declared once: its effect, its cause, and the check that finds it. Pure.

`/healthz`, `/readyz`, `/v1/status`, the metric `veille_faults`, the heartbeat, incidents of the kind `fault` and the table in
docs/operations.md derive from FAULTS.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from veille.config import Blindness
from veille.incidents.health import Health

Effect = Literal["liveness", "readiness", "neither"]
"""liveness: a restart is the cure. readiness: events cannot be taken in or read. neither: a person should know."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)

Check = Callable[[Health, Blindness], Iterator[tuple[str, str]]]
"""What yields (subject, why) for each part that has the fault: why is one sentence with the figure and its limit."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One kind of fault. rule: its name in the policy; cause: when it is present, for the documents."""

    rule: str
    effect: Effect
    cause: str
    check: Check


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is present. why: one sentence without any text from outside."""

    rule: str
    effect: Effect
    subject: str
    why: str


def faults(health: Health, limits: Blindness) -> list[Fault]:
    """Every fault that is present, ordered by rule and subject."""
    return sorted(
        (Fault(each.rule, each.effect, subject, why) for each in FAULTS for subject, why in each.check(health, limits)),
        key=lambda fault: (fault.rule, fault.subject),
    )


def with_effect(present: Iterable[Fault], *effects: Effect) -> list[Fault]:
    """Those that have one of these effects."""
    return [fault for fault in present if fault.effect in effects]


def _loop_stalled(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    for name in health.loops_stalled:
        yield name, f"the loop {name} has stopped"


def _ingest_blocked(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    if health.ingest_blocked is not None:
        yield "ingest", "ingest cannot write"


def _source_unreachable(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    if health.source_fault is not None:
        yield "source", "the source cannot be read"


def _stale_catalogue(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    age = health.catalogue_age_seconds
    if age is not None and age > limits.catalogue_minutes * 60:
        yield "catalogue", f"readers see data that are {age / 60:.0f} minutes old"


def _feed_silent(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    silent = health.feed_silent_seconds
    if silent is not None and silent > limits.feed_silent_minutes * 60:
        minutes = f"{silent / 60:.0f} minutes (limit {limits.feed_silent_minutes:.0f})"
        yield "feed", f"nothing has arrived for {minutes}"


def _lag_growing(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    growing = health.lag_growing_seconds
    if growing is not None and growing > limits.lag_minutes * 60:
        yield "ingest", f"{health.lag_messages} messages behind, growing for {growing / 60:.0f} minutes"


def _dead_letter_share(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    share, enough = health.dead_letter_share, health.recent_messages >= limits.dead_letter_events
    if share is not None and enough and share > limits.dead_letter_share:
        yield "feed", f"{share:.1%} of recent messages broke the contract"


def _detector_late(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    for name, detector in health.detectors.items():
        if detector.catching_up:
            if detector.standing_seconds > limits.detector_late_minutes * 60:
                yield (
                    name,
                    f"{name} is catching up and has not advanced for {detector.standing_seconds / 60:.0f} minutes",
                )
        elif detector.late_seconds > limits.detector_late_minutes * 60:
            skipped = f", {detector.skipped} steps skipped" if detector.skipped else ""
            yield name, f"{name} is {detector.late_seconds / 60:.0f} minutes late{skipped}"


def _mentions_left_out(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    if health.mentions_left_out:
        count = f"{health.mentions_left_out} mentions of the last hour"
        yield "surges", f"{count} are left out of the counts of targets: their memory is full"


def _loop_failing(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    for name in health.loops_failing:
        yield name, f"the loop {name} fails again and again"


def _channel_failing(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    for name in health.channels_failing:
        yield name, f"the channel {name} does not take what is sent"


def _disk_low(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    free = health.disk_free_bytes
    if free is not None and free < limits.disk_free_mib << 20:
        yield "disk", f"{free >> 20} MiB free (limit {limits.disk_free_mib})"


def _clock_wrong(health: Health, limits: Blindness) -> Iterator[tuple[str, str]]:
    skew = health.clock_skew_seconds
    if skew is not None and abs(skew) > limits.clock_seconds:
        yield "clock", f"events are {skew:.0f} seconds ahead of this machine's clock"


def _shared_topics(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    this = "this one sends nothing until go-live" if health.quiet else "this one sends"
    for name in health.neighbours:
        yield name, f"the data folder {name} reads the same topics under the same group_id; {this}"


def _raw_unread(health: Health, _limits: Blindness) -> Iterator[tuple[str, str]]:
    for name in health.old_unread:
        yield name, f"messages of {name} are unread for more than half of the time that Kafka keeps them"


FAULTS: tuple[FaultRule, ...] = (
    FaultRule(
        "loop-stalled",
        "liveness",
        "a loop has ended, or one step of it takes longer than the loop's limit (ingest and publishing: 60 seconds)",
        _loop_stalled,
    ),
    FaultRule(
        "ingest-blocked",
        "readiness",
        "a batch cannot be written, for example because the disk is full",
        _ingest_blocked,
    ),
    FaultRule(
        "source-unreachable",
        "readiness",
        "the broker does not answer, a topic is missing, or reading it is refused",
        _source_unreachable,
    ),
    FaultRule(
        "stale-catalogue",
        "readiness",
        "rows have waited longer than `catalogue_minutes` to be published",
        _stale_catalogue,
    ),
    FaultRule("feed-silent", "neither", "no event has arrived for `feed_silent_minutes`", _feed_silent),
    FaultRule(
        "lag-growing",
        "neither",
        "more than a minute's worth of messages is unread, and their number has not fallen for `lag_minutes`",
        _lag_growing,
    ),
    FaultRule(
        "dead-letter-share",
        "neither",
        "of at least `dead_letter_events` messages in five minutes more than `dead_letter_share` broke the contract",
        _dead_letter_share,
    ),
    FaultRule(
        "detector-late",
        "neither",
        "detection is more than `detector_late_minutes` behind the watermark; while it catches up with a backfill or an "
        "outage, it has not advanced for that time",
        _detector_late,
    ),
    FaultRule(
        "mentions-left-out",
        "neither",
        "mentions of the last hour are missing in the counts of targets, because their memory is full",
        _mentions_left_out,
    ),
    FaultRule(
        "loop-failing",
        "neither",
        "three steps of a loop in a row have failed, or a loop waits too long for a broker, a channel or another process",
        _loop_failing,
    ),
    FaultRule(
        "channel-failing", "neither", "a channel or the heartbeat has failed three times in a row", _channel_failing
    ),
    FaultRule("disk-low", "neither", "less than `disk_free_mib` is free on the disk of the data folder", _disk_low),
    FaultRule(
        "clock-wrong",
        "neither",
        "event times are more than `clock_seconds` ahead of this machine's clock",
        _clock_wrong,
    ),
    FaultRule("shared-topics", "neither", "another data folder reads the same topics", _shared_topics),
    FaultRule(
        "raw-unread",
        "neither",
        "an unread message is older than half of `raw_hours` under `[kafka]`",
        _raw_unread,
    ),
)
