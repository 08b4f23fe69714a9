"""Who does what in a cluster: core, hub, first mover, peripheral."""

import numpy as np
from scipy.special import betainc

from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.joining import Bursts, Crowd
from veille.detect.coordination.parameters import Window

_RARE = 0.01  # chance, shared by the members, that anyone is called a first mover by luck


def first_movers(crowd: Crowd, members: Ints, window: Window) -> set[int]:
    """Members who open the group's bursts more often than taking turns would explain (one-sided binomial test)."""
    bursts = crowd.bursts(members, window, 2)
    led, led_by_chance, took_part = np.zeros(len(members)), np.zeros(len(members)), np.zeros(len(members), np.int64)
    for people, leader in _line_ups(crowd, members, bursts):
        took_part[people] += 1
        led_by_chance[people] += 1 / len(people)
        if leader is not None:
            led[leader] += 1
    chance = led_by_chance / np.maximum(took_part, 1)
    p = betainc(np.maximum(led, 1), took_part - led + 1, chance)  # binomial tail P(X >= led)
    return set(members[(led >= 2) & (p * len(members) <= _RARE)].tolist())


def _line_ups(crowd: Crowd, members: Ints, bursts: Bursts) -> list[tuple[Ints, int | None]]:
    """For each burst the members in it (positions in `members`), and who was alone in coming first."""
    events: Events = crowd.events
    found = []
    for first, last in zip(bursts.first.tolist(), bursts.last.tolist(), strict=True):
        span = slice(first, last + 1)
        at = np.searchsorted(members, events.account[span])
        at = np.minimum(at, len(members) - 1)
        inside = members[at] == events.account[span]
        people = at[inside]
        early = np.unique(people[events.second[span][inside] == events.second[first]])
        found.append((np.unique(people), int(early[0]) if len(early) == 1 else None))
    return found


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
