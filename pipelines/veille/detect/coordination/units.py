"""How much independent evidence the co-actions of a pair are."""

import numpy as np

from veille.detect.components import components
from veille.detect.coordination.coactions import CoactionRows
from veille.detect.coordination.events import Events, Ints


def links(left: Ints, right: Ints) -> Ints:
    """Component of each (left, right) link in the two-sided graph of links, as codes 0, 1, …"""
    a, b = np.unique(left, return_inverse=True)[1], np.unique(right, return_inverse=True)[1]
    size = int(a.max()) + int(b.max()) + 2
    return components(size, a, b + int(a.max()) + 1)[a]


def _dense(*columns: Ints) -> Ints:
    """One code for each distinct combination."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values = np.unique(column, return_inverse=True)[1]
        code = np.unique(code * (int(values.max()) + 1) + values, return_inverse=True)[1]
    return code


def independent_units(events: Events, rows: CoactionRows, width_s: int) -> tuple[Ints, Ints, Ints]:
    """Distinct pairs, their number of independent units, and the unit of each row (rows sorted by pair).

    Co-actions of a pair more than `width_s` apart belong to different episodes. Within an episode, co-actions that
    share a post or a target are one unit: a reply that names six handles, or a thread in which everyone
    answers everyone, is one meeting, while two bursts against two women are two. Without this an organic news
    surge yields hundreds of false members (measured: docs/detection/coordination.md).
    """
    if not len(rows.pair):
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    at = np.minimum(events.second[rows.i], events.second[rows.j])
    order = np.lexsort((at, rows.pair))
    pair, time = rows.pair[order], at[order]
    new = np.r_[True, (pair[1:] != pair[:-1]) | (time[1:] - time[:-1] > width_s)]
    episode = np.empty(len(pair), np.int64)
    episode[order] = np.cumsum(new) - 1
    place = _dense(episode, events.target[rows.i])
    left, right = _dense(episode, events.post[rows.i]), _dense(episode, events.post[rows.j])
    posts = np.r_[left, right + int(left.max()) + 1]
    unit = links(posts, np.r_[place, place])[: len(pair)]
    pairs, group = np.unique(rows.pair, return_inverse=True)
    one = np.unique(unit, return_index=True)[1]
    return pairs, np.bincount(group[one], minlength=len(pairs)).astype(np.int64), unit
