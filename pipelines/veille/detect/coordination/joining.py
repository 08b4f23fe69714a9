"""The account-level test: who else was there when a validated group acted.

A member who met each of the others once leaves no pair worth keeping, yet being there in one quiet burst of the
group is telling: hardly anyone else ever mentions that target. Each outsider is tested against the whole group.
"""

import numpy as np

from veille.detect.coordination.bursts import Days, Moments
from veille.detect.coordination.events import Floats, Ints
from veille.detect.coordination.ground import Ground
from veille.detect.coordination.parameters import DAY_S, Parameters
from veille.detect.coordination.significance import poisson_tail
from veille.detect.coordination.units import links
from veille.detect.significance import q_values


def _tests(m: Moments, days: Days, targets: int) -> tuple[Ints, Floats]:
    """p-value of each outsider's meetings with the group in one window. targets: number of target codes.

    Visits that share a post or a target are one meeting: a thread in which a member takes part is one, however long.
    The quietest bursts count first: an account seen in a burst where nobody is expected is not made less suspicious by
    the group's other bursts on busy targets. Trying each of its k meetings as the cut is paid for by a factor k.
    """
    if not len(m.account):
        return m.account, np.zeros(0)
    meeting = links(m.post, m.account * targets + m.target)
    order = np.lexsort((m.loudness, meeting))[::-1]
    one = order[np.unique(meeting[order], return_index=True)[1]]  # each meeting at its loudest burst
    account, loudness, day = m.account[one], m.loudness[one], m.second[one] // DAY_S
    order = np.lexsort((loudness, account))
    account, loudness, day = account[order], loudness[order], day[order]
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    count = np.diff(np.r_[first, len(account)])
    rank = np.arange(len(account)) - np.repeat(first, count) + 1
    share = np.repeat(np.maximum.reduceat(days.share(account, day), first), count)
    quiet = np.sort(m.expected)
    total = np.cumsum(quiet)[np.searchsorted(quiet, loudness, "right") - 1]
    p = poisson_tail(rank, share * total) * np.repeat(count, count)
    return account[first], np.minimum.reduceat(p, first)


def joiners(ground: Ground, seen_with: list[Moments], days: Days, parameters: Parameters) -> tuple[Ints, Floats]:
    """Outsiders who join (ascending) with their q-values: Benjamini-Hochberg over all accounts.

    seen_with: one group's moments, by window. All windows and all rounds of joining are paid for.
    """
    alpha, rounds = parameters.alpha, len(parameters.join_rounds)
    found = [_tests(m, days, ground.targets) for m in seen_with]
    account = np.concatenate([f[0] for f in found])
    p = np.minimum(np.concatenate([f[1] for f in found]) * len(found) * rounds, 1.0)
    order = np.lexsort((p, account))
    account, p = account[order], p[order]
    first = np.r_[True, account[1:] != account[:-1]] if len(account) else np.zeros(0, bool)
    q = q_values(p[first], ground.seen)
    return account[first][q <= alpha], q[q <= alpha]


def grow(ground: Ground, groups: list[frozenset[int]], parameters: Parameters) -> list[dict[int, float]]:
    """Joining accounts with q-value, by group. An account that could join several joins where q is smallest."""
    joined: list[dict[int, float]] = [{} for _ in groups]
    taken = set().union(*groups) if groups else set()
    for together in parameters.join_rounds:
        offers: dict[int, tuple[float, int]] = {}
        members = [np.array(sorted(g | more.keys()), np.int64) for g, more in zip(groups, joined, strict=True)]
        for k, (seen_with, days) in enumerate(ground.moments(members, together)):
            accounts, q = joiners(ground, seen_with, days, parameters)
            for account, value in zip(accounts.tolist(), q.tolist(), strict=True):
                if account not in taken:
                    offers[account] = min(offers.get(account, (2.0, 0)), (value, k))
        for account, (value, k) in offers.items():
            joined[k][account] = value
        taken |= offers.keys()
    return joined
