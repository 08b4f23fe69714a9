"""The cluster-level test: many weak edges that agree count, a single lucky edge does not.

A set of s accounts is joined by at least one spanning tree. By Cayley's formula there are C(N, s) s^(s-2) labelled
trees on s of N accounts. If each edge has a p-value of at most t = c / (eN), the sum y of log(t / p) over the edges of
a tree is Gamma(s - 1) under the null, so the expected number of trees as good as the one found is at most

    N e / (sqrt(2 pi) s^2.5) * c^(s-1) * P(Gamma(s - 1) >= y)

(union bound, with Stirling's formula for s!). Edges of a tree are independent under the null: each attaches a new
account. Summed over sizes and over the levels c this bounds the chance that a run holds any false cluster.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.special import gammaincc

from veille.detect.components import components
from veille.detect.coordination.events import Floats, Ints
from veille.detect.coordination.pairs import AccountPairs, keep_threshold
from veille.detect.coordination.parameters import Parameters
from veille.detect.heavy import networks

if TYPE_CHECKING:
    import networkx as nx

LEVELS = (1.0, 0.1, 0.01, 0.001)
_SIZES = 0.395  # sum of 1 / s^2 over s >= 3: the share of the error rate given to each size


@dataclass(frozen=True, slots=True)
class Group:
    """A set of account codes with the chance of any such set in a run without coordination, and the level of edges tested."""

    members: frozenset[int]
    p_value: float
    level: float = 1.0


def tree_p_value(gain: float, size: int, accounts: int, level: float) -> float:
    """Bound on the chance of any tree of this size and gain, in [0, 1], corrected for sizes and levels."""
    log_trees = np.log(accounts) + 1 - 0.5 * np.log(2 * np.pi) - 0.5 * np.log(size) + np.log(_SIZES)
    tail = np.log(max(float(gammaincc(size - 1, gain)), 1e-300))
    return float(np.exp(min(0.0, log_trees + (size - 1) * np.log(level) + tail + np.log(len(LEVELS)))))


@dataclass(frozen=True, slots=True)
class _Part:
    """Connected accounts: edges from a to b with their gain log(limit / p)."""

    a: Ints
    b: Ints
    gain: Floats

    @property
    def nodes(self) -> Ints:
        return np.unique(np.r_[self.a, self.b])

    def inside(self, nodes: Collection[int]) -> "_Part":
        """The edges among some of the accounts."""
        some = np.fromiter(nodes, np.int64, len(nodes))
        mask = np.isin(self.a, some) & np.isin(self.b, some)
        return _Part(self.a[mask], self.b[mask], self.gain[mask])

    def graph(self) -> "nx.Graph":
        graph = networks().Graph()
        graph.add_weighted_edges_from(
            zip(*(x.tolist() for x in (self.a, self.b, self.gain)), strict=True), weight="gain"
        )
        return graph


def _connected(pairs: AccountPairs, n: int, limit: float, smallest: int) -> list[_Part]:
    """Components of the edges at most as likely as the limit, by their first account."""
    use = pairs.p_value <= limit
    if not use.any():
        return []
    a, b = pairs.pair[use] // n, pairs.pair[use] % n
    gain = np.log(limit) - np.log(np.maximum(pairs.p_value[use], 1e-300))
    nodes, ends = np.unique(np.r_[a, b], return_inverse=True)
    label = components(len(nodes), ends[: len(a)], ends[len(a) :])
    big = np.flatnonzero(np.bincount(label, minlength=1) >= smallest).tolist()
    edge = label[ends[: len(a)]]
    return [_Part(a[edge == k], b[edge == k], gain[edge == k]) for k in big]


def _chance(part: _Part, accounts: int, level: float) -> float:
    """p-value of the strongest tree on a connected part. One is added to each gain, for a zero would be no edge."""
    nodes, ends = np.unique(np.r_[part.a, part.b], return_inverse=True)
    size = len(nodes)
    shape = (size, size)
    matrix = csr_matrix((-(part.gain + 1.0), (ends[: len(part.a)], ends[len(part.a) :])), shape=shape)
    gain = -float(minimum_spanning_tree(matrix).sum()) - (size - 1)
    return tree_p_value(gain, size, accounts, level)


def _parts(part: _Part, passes: Callable[[_Part], bool], smallest: int) -> list[_Part]:
    """Cut where a group hangs on another by one edge or one account, as long as both sides stand as clusters of their own.

    One edge between two groups that need it for nothing may be a lucky one, and an account may belong to two groups;
    neither makes them one.
    """
    graph = part.graph()
    joints = sorted(networks().articulation_points(graph))
    for sides in chain(_at_bridges(graph, joints, smallest), _at_accounts(graph, joints, smallest)):
        side, other = (part.inside(s) for s in sides)
        if passes(side) and passes(other):
            return _parts(side, passes, smallest) + _parts(other, passes, smallest)
    return [part]


def _at_bridges(part: "nx.Graph", joints: list[int], smallest: int) -> Iterator[tuple[set[int], set[int]]]:
    """The two sides of each bridge between two joints, weakest bridge first."""
    between = part.subgraph(joints).edges
    bridges = [e for e in networks().bridges(part) if e in between] if between else []
    for a, b in sorted(bridges, key=lambda e: (part.edges[e]["gain"], min(e), max(e))):
        side = _reached(part, a, b)
        if min(len(side), len(part) - len(side)) >= smallest:
            yield side, set(part) - side


def _at_accounts(part: "nx.Graph", joints: list[int], smallest: int) -> Iterator[tuple[set[int], set[int]]]:
    """What falls apart without one account: one part and the rest, the account on the side that holds it more firmly."""
    for node in joints:
        pieces: list[set[int]] = []
        for start in sorted(part[node]):
            if not any(start in piece for piece in pieces):
                pieces.append(_reached(part, start, node))
        whole = sorted((p for p in pieces if len(p) >= smallest), key=lambda p: (-len(p), min(p)))
        for side in whole[1:]:
            other = set(part) - side - {node}
            ours, theirs = (sum(part.edges[node, n]["gain"] for n in part[node] if n in s) for s in (side, other))
            firmer = ours > theirs and len(pieces) == 2  # of three parts and more, the account holds the rest together
            yield (side | {node}, other) if firmer else (side, other | {node})


def _reached(part: "nx.Graph", start: int, barred: int) -> set[int]:
    """What can be reached from `start` without passing `barred`; of a bridge to it, one side."""
    seen, waiting = {start}, [start]
    while waiting:
        fresh = {n for n in part.adj[waiting.pop()] if n != barred} - seen
        seen |= fresh
        waiting += fresh
    return seen


def groups_at(
    pairs: AccountPairs,
    n: int,
    accounts: int,
    level: float,
    parameters: Parameters,
    taken: Collection[int] = (),
    *,
    cut: bool,
) -> tuple[list[Group], list[Group]]:
    """Components at one level that pass the cluster-level test, cut where they hang by a thread, and those that do not.

    taken: accounts of groups found at wider levels; a component is inside one of those or apart from all.
    """
    chance = partial(_chance, accounts=accounts, level=level)
    passed, failed = [], []
    for part in _connected(pairs, n, keep_threshold(accounts) * level, parameters.min_accounts):
        if int(part.a[0]) in taken:
            continue
        p_value = chance(part)
        if p_value > parameters.alpha:
            failed.append(Group(frozenset(part.nodes.tolist()), p_value, level))
            continue
        stands = partial(_stands, chance=chance, alpha=parameters.alpha)
        parts = _parts(part, stands, parameters.min_accounts) if cut else [part]
        passed += [Group(frozenset(p.nodes.tolist()), chance(p), level) for p in parts]
    return passed, failed


def _stands(part: _Part, chance: Callable[[_Part], float], alpha: float) -> bool:
    return chance(part) <= alpha


def find_groups(
    pairs: AccountPairs, n: int, accounts: int, parameters: Parameters, *, cut: bool = True
) -> tuple[list[Group], list[Group]]:
    """Validated groups (disjoint; each account in the widest component that passes) and possible ones.

    Strict levels find a strong core inside a component that fails as a whole; what fails everywhere is possible.
    cut: look for two groups that hang together by one edge or account.
    """
    taken: set[int] = set()
    validated: list[Group] = []
    possible: list[Group] = []
    for level in LEVELS:
        passed, failed = groups_at(pairs, n, accounts, level, parameters, taken, cut=cut)
        validated += passed
        taken |= {account for group in passed for account in group.members}
        possible = failed if level == LEVELS[0] else possible
    return validated, [g for g in possible if not g.members & taken]
