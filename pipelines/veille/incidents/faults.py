"""Every fault of the service, declared once: its effect, its cause, and the check that finds it. Pure.

`/healthz`, `/readyz`, `/v1/status`, the metric `veille_faults`, the heartbeat, incidents of the kind `fault` and the table in
docs/operations.md derive from FAULTS.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from veille.config import Blindness
from veille.incidents.health import Health
from veille.reasons import Reason, reason

Effect = Literal["liveness", "readiness", "neither"]
"""liveness: a restart is the cure. readiness: events cannot be taken in or read. neither: a person should know."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)

Check = Callable[[Health, Blindness], Iterator[tuple[str, Reason]]]
"""What yields (subject, why) for each part that has the fault: why holds the figure and its limit."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One kind of fault. rule: its name in the policy; cause: when it is present, for the documents."""

    rule: str
    effect: Effect
    cause: str
    check: Check


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is present. why: without any text from outside."""

    rule: str
    effect: Effect
    subject: str
    why: Reason


def faults(health: Health, limits: Blindness) -> list[Fault]:
    """Every fault that is present, ordered by rule and subject."""
    return sorted(
        (Fault(each.rule, each.effect, subject, why) for each in FAULTS for subject, why in each.check(health, limits)),
        key=lambda fault: (fault.rule, fault.subject),
    )


def with_effect(present: Iterable[Fault], *effects: Effect) -> list[Fault]:
    """Those that have one of these effects."""
    return [fault for fault in present if fault.effect in effects]


def _loop_stalled(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name in health.loops_stalled:
        yield name, reason("fault.loop_stalled", name=name)


def _ingest_blocked(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    if health.ingest_blocked is not None:
        yield "ingest", reason("fault.ingest_blocked")


def _source_unreachable(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    if health.source_fault is not None:
        yield "source", reason("fault.source_unreachable")


def _stale_catalogue(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    age = health.catalogue_age_seconds
    if age is not None and age > limits.catalogue_minutes * 60:
        yield "catalogue", reason("fault.old_data", minutes=age / 60)


def _feed_silent(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    silent = health.feed_silent_seconds
    if silent is not None and silent > limits.feed_silent_minutes * 60:
        yield "feed", reason("fault.nothing_arrived", minutes=silent / 60, limit=limits.feed_silent_minutes)


def _lag_growing(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    growing = health.lag_growing_seconds
    if growing is not None and growing > limits.lag_minutes * 60:
        yield "ingest", reason("fault.behind", messages=health.lag_messages or 0, minutes=growing / 60)


def _dead_letter_share(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    share, enough = health.dead_letter_share, health.recent_messages >= limits.dead_letter_events
    if share is not None and enough and share > limits.dead_letter_share:
        yield "feed", reason("fault.broke_contract", share=share)


def _detector_late(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name, detector in health.detectors.items():
        minutes = detector.late_seconds / 60
        if detector.catching_up:
            if detector.standing_seconds > limits.detector_late_minutes * 60:
                yield name, reason("fault.detector_stands", name=name, minutes=detector.standing_seconds / 60)
        elif minutes > limits.detector_late_minutes:
            if detector.skipped:
                yield name, reason("fault.detector_skips", name=name, minutes=minutes, steps=detector.skipped)
            else:
                yield name, reason("fault.detector_late", name=name, minutes=minutes)


def _mentions_left_out(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    if health.mentions_left_out:
        yield "surges", reason("fault.left_out", mentions=health.mentions_left_out)


def _loop_failing(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name in health.loops_failing:
        yield name, reason("fault.loop_fails", name=name)


def _channel_failing(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name in health.channels_failing:
        yield name, reason("fault.channel_fails", name=name)


def _disk_low(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    free = health.disk_free_bytes
    if free is not None and free < limits.disk_free_mib << 20:
        yield "disk", reason("fault.disk_low", free=free >> 20, limit=limits.disk_free_mib)


def _clock_wrong(health: Health, limits: Blindness) -> Iterator[tuple[str, Reason]]:
    skew = health.clock_skew_seconds
    if skew is not None and abs(skew) > limits.clock_seconds:
        yield "clock", reason("fault.clock_ahead", seconds=skew)


def _shared_topics(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name in health.neighbours:
        why = reason("fault.shared_quiet", name=name) if health.quiet else reason("fault.shared_live", name=name)
        yield name, why


def _raw_unread(health: Health, _limits: Blindness) -> Iterator[tuple[str, Reason]]:
    for name in health.old_unread:
        yield name, reason("fault.raw_unread", name=name)


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
