"""Coordinated groups: plain, stealthy, swarm, with rotating members, and slow. Members are otherwise ordinary."""

from dataclasses import dataclass

import numpy as np

from veille.simulate.planted.planner import Origin, Planner, PlantedMember
from veille.simulate.rows import DAY_MS, HOUR_MS, MINUTE_MS

_MIX = (0.96, 0.04)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How a group strikes. join: chance of each member; span: milliseconds; targets: least and most; most: bursts a target."""

    kind: str
    join: float
    span: int
    targets: tuple[int, int] = (1, 1)
    most: int = 1


def plant_plain_groups(planner: Planner) -> None:
    """8 to 25 accounts, 3 to 8 targets, one to three bursts of 55 seconds a target, four of five members each time."""
    for number in range(planner.scenario.planted.plain):
        group, members = _enrol(planner, "plain", number, planner.number(8, 25))
        _bursts(planner, group, members, _Style(kind="plain", join=0.8, span=55_000, targets=(3, 8), most=3))


def stealthy(planner: Planner) -> None:
    """8 to 25 accounts, 5 to 9 targets, one burst of two minutes a target, half of the members."""
    for number in range(planner.scenario.planted.stealthy):
        group, members = _enrol(planner, "stealthy", number, planner.number(8, 25))
        _bursts(planner, group, members, _Style(kind="stealthy", join=0.5, span=2 * MINUTE_MS, targets=(5, 9), most=1))


def swarm(planner: Planner) -> None:
    """60 to 150 accounts fall upon 3 to 5 targets within four minutes each."""
    for number in range(planner.scenario.planted.swarm):
        group, members = _enrol(planner, "swarm", number, planner.number(60, 150))
        _bursts(planner, group, members, _Style(kind="swarm", join=0.75, span=4 * MINUTE_MS, targets=(3, 5), most=1))


def rotating(planner: Planner) -> None:
    """A core of four stays; the other places are handed on, each held for two of five rounds."""
    for number in range(planner.scenario.planted.rotating):
        group = f"rotating-{number:02d}"
        pool, phrase = planner.squad(4 + 6 * planner.number(3, 4)), planner.number(0, 99)
        edges = np.linspace(planner.period.since, planner.period.until, 6).astype(np.int64)
        shifts = np.array_split(pool[4:], 6)
        _enrol_shift(planner, group, pool[:4], int(edges[0]), int(edges[5]))
        for turn, shift in enumerate(shifts):
            _enrol_shift(planner, group, shift, int(edges[max(turn - 1, 0)]), int(edges[min(turn + 1, 5)]))
        for turn in range(5):
            active = np.concatenate([pool[:4], shifts[turn], shifts[turn + 1]])
            for burst in range(planner.number(2, 4)):
                onset = planner.number(int(edges[turn]), int(edges[turn + 1]) - 10 * MINUTE_MS)
                origin = Origin(source="attack", identity=f"{group}-{turn}{burst}", kind="rotating", group=group)
                _strike(
                    planner,
                    origin,
                    active,
                    (_target(planner), onset, phrase),
                    _Style(kind="rotating", join=0.8, span=90_000),
                )


def slow(planner: Planner) -> None:
    """8 to 14 accounts; for days, three to five of them come to one of few targets within the same forty minutes."""
    for number in range(planner.scenario.planted.slow):
        group, members = _enrol(planner, "slow", number, planner.number(8, 14))
        days = max(4, int(planner.scenario.days * 0.6))
        start = planner.moment(days * DAY_MS) if days < planner.scenario.days * 0.7 else planner.period.since
        per_target, phrase = planner.number(3, 5), planner.number(0, 99)
        for campaign, first in enumerate(range(0, days, per_target)):
            times, accounts = _campaign(planner, members, start + first * DAY_MS, min(per_target, days - first))
            origin = Origin(source="attack", identity=f"{group}-{campaign:02d}", kind="slow", group=group)
            rows = planner.add(origin, times, accounts, _target(planner), classes=_MIX)
            planner.say_alike(rows, phrase)


def _campaign(planner: Planner, members: np.ndarray, start: int, days: int) -> tuple[np.ndarray, np.ndarray]:
    times, accounts = [], []
    for day in range(days):
        for _ in range(planner.number(1, 2)):
            squad = planner.rng.choice(members, min(planner.number(3, 5), len(members)), replace=False)
            meeting = start + day * DAY_MS + planner.number(0, 22) * HOUR_MS
            times.append(meeting + planner.rng.integers(0, 40 * MINUTE_MS, len(squad)))
            accounts.append(squad)
    when, who = np.concatenate(times), np.concatenate(accounts)
    inside = when < planner.period.until
    return when[inside], who[inside]


def _enrol(planner: Planner, kind: str, number: int, size: int) -> tuple[str, np.ndarray]:
    group, members = f"{kind}-{number:02d}", planner.squad(size)
    _enrol_shift(planner, group, members, planner.period.since, planner.period.until)
    return group, members


def _enrol_shift(planner: Planner, group: str, accounts: np.ndarray, since: int, until: int) -> None:
    kind = group.rsplit("-", 1)[0]
    planner.members += [
        PlantedMember(group=group, kind=kind, account=int(account), since=since, until=until) for account in accounts
    ]


def _target(planner: Planner) -> int:
    """Two of three targets are women nobody else mentions."""
    return planner.new_target() if planner.rng.random() < 0.65 else planner.known_target()


def _bursts(planner: Planner, group: str, members: np.ndarray, style: _Style) -> None:
    """Bursts within three to twelve days, in any order of targets."""
    active = min(planner.number(3, 12), int(planner.scenario.days * 0.7)) * DAY_MS
    start, phrase, number = planner.moment(active), planner.number(0, 99), 0
    for _ in range(planner.number(*style.targets)):
        target = _target(planner)
        for _ in range(planner.number(1, style.most)):
            onset = min(start + planner.number(0, active - HOUR_MS), planner.period.until - HOUR_MS)
            origin = Origin(source="attack", identity=f"{group}-{number:02d}", kind=style.kind, group=group)
            _strike(planner, origin, members, (target, onset, phrase), style)
            number += 1


def _strike(planner: Planner, origin: Origin, members: np.ndarray, what: tuple[int, int, int], style: _Style) -> None:
    """One burst. what: target, onset and the group's phrase."""
    rng, (target, onset, phrase) = planner.rng, what
    active = members[rng.random(len(members)) < style.join]
    active = active if len(active) >= 2 else members[:2]
    rows = planner.add(origin, onset + rng.integers(0, style.span, len(active)), active, target, classes=_MIX)
    planner.say_alike(rows, phrase)
