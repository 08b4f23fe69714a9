"""Who does what in a cluster: core, hub, first mover, peripheral."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from veille.detect.coordination.bursts import Crowd
from veille.detect.coordination.events import Ints
from veille.detect.coordination.parameters import Window

_RARE = 0.01  # chance, shared by the members, that anyone is called a first mover by luck


@dataclass(frozen=True, slots=True)
class LineUp:
    """Who was in one burst of a group (positions among its members), and who was alone in coming first.

    target, begin: where it was and its first second, which name the burst.
    """

    target: int
    begin: int
    people: tuple[int, ...]
    leader: int | None


def line_ups(crowd: Crowd, members: Ints, window: Window) -> list[LineUp]:
    """The bursts of two members and more on the targets of `crowd`, ordered by target and begin."""
    events, bursts, found = crowd.events, crowd.bursts(members, window, 2), list[LineUp]()
    for first, last in zip(bursts.first.tolist(), bursts.last.tolist(), strict=True):
        span = slice(first, last + 1)
        at = np.minimum(np.searchsorted(members, events.account[span]), len(members) - 1)
        inside = members[at] == events.account[span]
        people = at[inside]
        early = np.unique(people[events.second[span][inside] == events.second[first]])
        leader = int(early[0]) if len(early) == 1 else None
        where = int(events.target[first]), int(events.second[first])
        found.append(LineUp(*where, tuple(np.unique(people).tolist()), leader))
    return found


def first_movers(seen: list[LineUp], members: Ints) -> set[int]:
    """Members who open the group's bursts more often than taking turns would explain (one-sided binomial test)."""
    led, led_by_chance, took_part = np.zeros(len(members)), np.zeros(len(members)), np.zeros(len(members), np.int64)
    for one in seen:
        people = np.array(one.people)
        took_part[people] += 1
        led_by_chance[people] += 1 / len(people)
        if one.leader is not None:
            led[one.leader] += 1
    chance = led_by_chance / np.maximum(took_part, 1)
    p = betainc(np.maximum(led, 1), took_part - led + 1, chance)  # binomial tail P(X >= led)
    return set(members[(led >= 2) & (p * len(members) <= _RARE)].tolist())


def roles(members: Ints, joined: set[int], degree: dict[int, int], movers: set[int]) -> dict[int, str]:
    """One role a member.

    peripheral   joined on few co-actions, or has one edge only     first_mover  opens bursts more often than chance
    hub          at least twice the median number of edges          core         the rest
    """
    counts = [degree.get(int(m), 0) for m in members]
    busy = 2 * float(np.median(counts)) if counts else 0.0
    result = {}
    for member, edges in zip(members.tolist(), counts, strict=True):
        if member in movers:
            result[member] = "first_mover"
        elif member in joined or edges <= 1:
            result[member] = "peripheral"
        else:
            result[member] = "hub" if edges >= busy and edges > 3 else "core"
    return result
