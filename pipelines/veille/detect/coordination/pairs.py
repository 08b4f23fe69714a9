"""Validated pairs: who meets whom more often than chance explains."""

from dataclasses import dataclass, replace

import numpy as np

from veille.detect.coordination.events import Events, Floats, Ints
from veille.detect.coordination.ground import Ground
from veille.detect.coordination.null import Margins, expected
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.sifting import Hopeful
from veille.detect.coordination.significance import poisson_tail
from veille.detect.significance import q_values


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPairs:
    """Pairs worth keeping, sorted by pair code; per pair the window in which it is least likely by chance.

    units     independent co-actions in that window          expected  by chance
    p_value   corrected for the number of windows tried      q_value   Benjamini-Hochberg over all possible pairs
    """

    pair: Ints
    units: Ints
    expected: Floats
    p_value: Floats
    q_value: Floats
    width_s: Ints


_INTS, _FLOATS = np.zeros(0, np.int64), np.zeros(0)
_NONE = AccountPairs(pair=_INTS, units=_INTS, expected=_FLOATS, p_value=_FLOATS, q_value=_FLOATS, width_s=_INTS)


def keep_threshold(accounts: int) -> float:
    """Largest p at which an edge can still add to a cluster: 1 / (e * accounts).

    In the cluster-level test (trees.py) each further account costs log(accounts) + 1; a weaker edge never pays for
    itself, so it is never computed to the end. By chance fewer than half an edge an account passes.
    """
    return 1.0 / (np.e * max(accounts, 2))


def usable_windows(step_s: int, windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Windows that mean something at the resolution of the data: none shorter than the clock's step, but at least one."""
    fine = tuple(w for w in windows if w.width_s >= step_s)
    return fine or (max(windows, key=lambda w: w.width_s),)


def score_window(ground: Ground, window: Window, tests: int, min_targets: int) -> list[AccountPairs]:
    """Pairs of one window that pass the keeping threshold; p is corrected for `tests` windows, q not yet set."""
    if not ground.events:
        return []
    limit = keep_threshold(ground.seen) / tests
    sifted = ground.sifted(window, min_targets, limit)
    scored = (weigh(events, hopeful, m, window, limit) for events, hopeful, m in sifted)
    return [replace(p, p_value=np.minimum(p.p_value * tests, 1.0)) for p in scored if len(p.pair)]


def weigh(events: Events, hopeful: Hopeful, m: Margins, window: Window, limit: float) -> AccountPairs:
    """Which of these pairs pass. Needs all events of their accounts, with the crowd around each."""
    pairs, units, rows = hopeful
    if not len(pairs):
        return _NONE
    chance = expected(events, pairs, rows, m, window)
    p = poisson_tail(units, chance)
    ok = p <= limit
    width = np.full(int(ok.sum()), window.width_s)
    return AccountPairs(
        pair=pairs[ok], units=units[ok], expected=chance[ok], p_value=p[ok], q_value=np.ones(len(width)), width_s=width
    )


def best_of(found: list[AccountPairs], accounts: int) -> AccountPairs:
    """One row a pair, the least likely (then the narrowest window), with q-values over all possible pairs."""
    if not sum(len(f.pair) for f in found):
        return _NONE
    column = {
        k: np.concatenate([getattr(f, k) for f in found]) for k in ("pair", "units", "expected", "p_value", "width_s")
    }
    order = np.lexsort((column["width_s"], column["p_value"], column["pair"]))
    first = order[np.r_[True, column["pair"][order][1:] != column["pair"][order][:-1]]]
    best = {k: v[first] for k, v in column.items()}
    q = q_values(best["p_value"], accounts * (accounts - 1) / 2)
    return AccountPairs(q_value=q, **best)
