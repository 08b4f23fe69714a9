"""Blindness: which figures are faults, and how faults open and end."""

from dataclasses import replace

import pytest

from tests.unit.incidents.make import at, engine
from veille.config import RULES, Blindness
from veille.incidents.fault_findings import fault_findings
from veille.incidents.faults import FAULTS, faults, with_effect
from veille.incidents.health import DetectorHealth, Health

LIMITS = Blindness()


BROKEN = [
    (Health(at=at(0), loops_stalled=("watch",)), "loop-stalled"),
    (Health(at=at(0), ingest_blocked="the disk of /data is full"), "ingest-blocked"),
    (Health(at=at(0), source_fault="waiting for the broker"), "source-unreachable"),
    (Health(at=at(0), neighbours=("3f9a12bc",)), "shared-topics"),
    (Health(at=at(0), old_unread=("veille.mentions",)), "raw-unread"),
    (Health(at=at(0), feed_silent_seconds=901), "feed-silent"),
    (Health(at=at(0), lag_messages=5000, lag_growing_seconds=601), "lag-growing"),
    (Health(at=at(0), dead_letter_share=0.06, recent_messages=100), "dead-letter-share"),
    (Health(at=at(0), catalogue_age_seconds=301), "stale-catalogue"),
    (Health(at=at(0), detectors={"surges": DetectorHealth(901, 3)}), "detector-late"),
    (Health(at=at(0), mentions_left_out=1), "mentions-left-out"),
    (Health(at=at(0), loops_failing=("publish",)), "loop-failing"),
    (Health(at=at(0), disk_free_bytes=1023 << 20), "disk-low"),
    (Health(at=at(0), clock_skew_seconds=-121), "clock-wrong"),
    (Health(at=at(0), channels_failing=("phone",)), "channel-failing"),
]


def test_every_fault_is_declared_once_and_has_a_case() -> None:
    rules = [each.rule for each in FAULTS]
    assert sorted(rules) == sorted({rule for _, rule in BROKEN})
    assert set(rules) == {name for name, rule in RULES.items() if rule.kind == "fault"}


def test_only_what_stops_intake_or_reading_makes_the_service_not_ready() -> None:
    effects = {each.rule: each.effect for each in FAULTS if each.effect != "neither"}
    assert effects == {
        "loop-stalled": "liveness",
        "ingest-blocked": "readiness",
        "source-unreachable": "readiness",
        "stale-catalogue": "readiness",
    }
    present = faults(Health(at=at(0), loops_stalled=("watch",), disk_free_bytes=0, source_fault="down"), LIMITS)
    assert [fault.rule for fault in with_effect(present, "liveness")] == ["loop-stalled"]
    assert [fault.rule for fault in with_effect(present, "readiness")] == ["source-unreachable"]


@pytest.mark.parametrize(("health", "rule"), BROKEN, ids=[rule for _, rule in BROKEN])
def test_each_limit(health: Health, rule: str) -> None:
    assert [fault.rule for fault in faults(health, LIMITS)] == [rule]
    assert RULES[rule].rota == "health"


def test_what_is_not_known_or_within_limits_is_no_fault() -> None:
    assert faults(Health(at=at(0)), LIMITS) == []
    assert faults(Health(at=at(0), dead_letter_share=0.9, recent_messages=99, clock_skew_seconds=120), LIMITS) == []


def test_a_fault_opens_once_ends_soon_and_opens_again() -> None:
    running = engine(live=True)
    blind = Health(at=at(0), feed_silent_seconds=1000)
    happened = []
    for minutes, health in [(0, blind), (5, blind), (10, Health(at=at(10))), (16, Health(at=at(16))), (60, blind)]:
        moment = at(minutes)
        found = fault_findings(replace(health, at=moment), LIMITS, running.cache)
        changes = running.run(found, moment, moment)
        happened += [(minutes, e.event) for e in changes.events if e.event in ("opened", "due", "resolved", "reopened")]
    assert happened == [(0, "opened"), (0, "due"), (16, "resolved"), (60, "reopened"), (60, "due")]


def test_faults_of_two_parts_are_two_incidents() -> None:
    running = engine(live=True)
    both = Health(at=at(0), channels_failing=("phone", "mail"))
    running.run(fault_findings(both, LIMITS, running.cache), at(0), at(0))
    assert len(running.cache.incidents) == 2
    one = replace(both, at=at(3), channels_failing=("mail",))
    running.run(fault_findings(one, LIMITS, running.cache), at(3), at(3))
    for moment in (at(8), at(13)):
        running.run([], moment, moment)
    states = {i.subject: (i.state, i.pages) for i in running.cache.incidents.values()}
    assert states == {"phone": ("resolved", 0), "mail": ("open", 1)}
