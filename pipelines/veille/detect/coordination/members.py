"""All co-actions inside the clusters found, including single ones, with the same null as every other pair."""

import numpy as np

from veille.detect.coordination.coactions import CoactionRows, crowds, recurring
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.null import Margins, expected
from veille.detect.coordination.pairs import AccountPairs
from veille.detect.coordination.parameters import Parameters, Window
from veille.detect.coordination.significance import poisson_tail
from veille.detect.coordination.units import independent_units


def rows_inside(events: Events, cluster_of: Ints, window: Window, max_rows: int) -> list[CoactionRows]:
    """Co-actions of accounts of one cluster (cluster_of: by account, -1 = none), as indices into `events`."""
    index = np.flatnonzero(cluster_of[events.account] >= 0)
    if not len(index):
        return []
    inside = events.select(index)
    _, end = crowds(inside, window)
    found = []
    for rows in recurring(inside, end, 1, max_rows, twice=False):
        same = cluster_of[rows.pair // events.n] == cluster_of[rows.pair % events.n]
        picked = rows.where(same)
        found.append(CoactionRows(index[picked.i], index[picked.j], picked.pair))
    return found


def score_inside(
    events: Events, m: Margins, cluster_of: Ints, window: Window, tests: int, parameters: Parameters
) -> list[AccountPairs]:
    """Every pair inside a cluster that met at least once in this window. events: all of the clusters' accounts, or more."""
    found = []
    for rows in rows_inside(events, cluster_of, window, parameters.max_rows):
        pairs, units, _ = independent_units(events, rows, window.width_s)
        if not len(pairs):
            continue
        chance = expected(events, pairs, rows, m, window)
        p = np.minimum(poisson_tail(units, chance) * tests, 1.0)
        found.append(
            AccountPairs(
                pair=pairs,
                units=units,
                expected=chance,
                p_value=p,
                q_value=np.ones(len(p)),
                width_s=np.full(len(p), window.width_s),
            )
        )
    return found
