"""Any order, any batching, a restart at any point: the same incidents, and no transition lost or repeated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.unit.incidents.make import POLICY, at, burst, cluster, database, engine, finding, globally, surge, target
from veille.incidents.cache import Changes
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding, Incident, IncidentEvent
from veille.incidents.state_machine import fold
from veille.incidents.store import IncidentStore, load

END = 6 * 24 * 60


@st.composite
def histories(draw: st.DrawFn) -> list[Finding]:
    """Findings of a few targets over four days, with versions."""
    found: list[Finding] = []
    for _ in range(draw(st.integers(1, 9))):
        number, minutes = draw(st.integers(0, 3)), draw(st.integers(0, 4 * 24 * 60))
        kind = draw(st.sampled_from(["burst", "surge", "cluster", "insistent", "global", "minors"]))
        if kind == "burst":
            found.append(burst(number, minutes, draw(st.sampled_from(["first-surge", "first-burst"]))))
        elif kind == "surge":
            found.append(surge(number, minutes, over=False, since=minutes))
            if draw(st.booleans()):
                later = minutes + draw(st.integers(5, 600))
                found.append(replace(surge(number, later, since=minutes, requests=40), version=2))
        elif kind == "cluster":
            name, targets = draw(st.sampled_from("KL")), tuple(draw(st.sets(st.integers(0, 3), min_size=1)))
            found.append(cluster(name, minutes, targets, draw(st.sampled_from(["cluster", "coordinated-attack"]))))
        elif kind == "insistent":
            found.append(finding("insistent", minutes, "insistent-account", minutes, targets=(number,)))
        elif kind == "minors":
            found.append(finding("minors", minutes, "minor-flag", minutes, targets=(number,), requests=1))
        else:
            found.append(globally(minutes, draw(st.floats(3, 20))))
    return _numbered(found)


def _numbered(found: list[Finding]) -> list[Finding]:
    """Versions of one finding count upwards in time."""
    count: dict[tuple[str, str], int] = {}
    out = []
    for one in sorted(found, key=lambda f: (f.decided_at, f.kind, f.finding_id, f.version)):
        count[one.key] = count.get(one.key, 0) + 1
        out.append(replace(one, version=count[one.key]))
    return out


def state(changes: Sequence[Changes]) -> tuple[list[Incident], list[IncidentEvent]]:
    """Every version of every incident and every transition, by incident."""
    events = sorted((e for c in changes for e in c.events), key=lambda e: (e.incident_id, e.number))
    incidents = sorted((i for c in changes for i in c.incidents), key=lambda i: (i.incident_id, i.version))
    return [replace(i, known_at=at(0)) for i in incidents], [replace(e, known_at=at(0)) for e in events]


@settings(max_examples=60, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.lists(st.integers(0, END), max_size=6))
def test_order_and_batches_do_not_matter(found: list[Finding], chance: Random, cuts: list[int]) -> None:
    whole = engine().run(found, at(END), at(END))
    shuffled = list(found)
    chance.shuffle(shuffled)
    running, parts, before = engine(), [], at(-1)
    for cut in [*sorted(cuts), END]:
        due = [f for f in shuffled if before < f.decided_at <= at(cut)]
        parts.append(running.run(due, at(cut), at(cut)))
        before = at(cut)
    assert state(parts) == state([whole])


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=amount(20, 200), deadline=None)
@given(histories(), st.lists(st.integers(0, END), min_size=1, max_size=3))
def test_a_restart_at_any_point_changes_nothing(found: list[Finding], cuts: list[int]) -> None:
    whole = engine().run(found, at(END), at(END))
    base, parts, before = database(), [], at(-1)
    for cut in [*sorted(cuts), END]:
        running = IncidentEngine(POLICY, load(base, POLICY, at(cut)), live=False)
        again = [f for f in found if before - timedelta(days=1) < f.decided_at <= at(cut)]  # some are read twice
        parts.append(running.run(again, at(cut), at(cut)))
        IncidentStore(base).write(parts[-1], at(cut))
        before = at(cut)
    base.close()
    assert state(parts) == state([whole])


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_rows_make_the_incidents_and_repeat_nothing(found: list[Finding]) -> None:
    running = engine()
    changes = running.run(found, at(END), at(END))
    by_incident: dict[str, list[IncidentEvent]] = {}
    for event in changes.events:
        by_incident.setdefault(event.incident_id, []).append(event)
    last = {incident.incident_id: incident for incident in changes.incidents}
    for incident_id, events in by_incident.items():
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        assert fold(events) == last[incident_id]
    assert not running.run(found, at(END), at(END))


@settings(max_examples=40, deadline=None)
@given(histories())
def test_every_finding_has_one_home_and_no_two_are_active_on_one_target(found: list[Finding]) -> None:
    running = engine()
    moment = max(f.decided_at for f in found)
    running.run(found, moment, moment)
    cache = running.cache
    for one in found:
        link = cache.known(one.key)
        assert link is not None
        assert cache.incidents[link.incident_id].merged_into is None
    for number in range(4):
        name = target(number)
        about = [i for i in cache.about([name], "attack") if i.active]
        reach = POLICY.resolve_after + POLICY.cooldown
        last = sorted(cache.targets[i.incident_id][name] for i in about)
        assert all(later - earlier > reach for earlier, later in pairwise(last))


def test_a_live_desk_takes_the_clock_and_sends_a_replay_does_neither() -> None:
    live, past = engine(live=True), engine()
    sent = live.run([burst(1, 0)], at(3), at(3))
    assert [e.happened_at for e in sent.events] == [at(3)] * 3
    assert [intent.kind for intent in sent.intents] == ["trigger"]
    quiet = past.run([burst(1, 0)], at(3), at(3))
    assert [e.event for e in quiet.events] == ["opened", "due"]
    assert quiet.events[0].happened_at == at(0)
    assert not quiet.intents
