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

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.special import gammaincc

from veille.detect.coordination.pairs import Pairs, keep_threshold
from veille.detect.coordination.parameters import Parameters

LEVELS = (1.0, 0.1, 0.01, 0.001)
_SIZES = 0.395  # sum of 1 / s^2 over s >= 3: the share of the error rate given to each size


@dataclass(frozen=True, slots=True)
class Group:
    """A set of account codes with the chance of any such set in a run without coordination."""

    members: frozenset[int]
    p_value: float


def tree_p_value(gain: float, size: int, accounts: int, level: float) -> float:
    """Bound on the chance of any tree of this size and gain, in [0, 1], corrected for sizes and levels."""
    log_trees = np.log(accounts) + 1 - 0.5 * np.log(2 * np.pi) - 0.5 * np.log(size) + np.log(_SIZES)
    tail = np.log(max(float(gammaincc(size - 1, gain)), 1e-300))
    return float(np.exp(min(0.0, log_trees + (size - 1) * np.log(level) + tail + np.log(len(LEVELS)))))


def _graph(pairs: Pairs, n: int, limit: float) -> nx.Graph:
    """Edges at most as likely as the limit, with their gain log(limit / p)."""
    graph = nx.Graph()
    use = pairs.p_value <= limit
    gain = np.log(limit) - np.log(np.maximum(pairs.p_value[use], 1e-300))
    ends = zip((pairs.pair[use] // n).tolist(), (pairs.pair[use] % n).tolist(), gain.tolist(), strict=True)
    graph.add_weighted_edges_from(ends, weight="gain")
    return graph


def _chance(part: nx.Graph, accounts: int, level: float) -> float:
    """p-value of the strongest tree on a connected graph. One is added to each gain, for a zero would be no edge."""
    matrix = nx.to_scipy_sparse_array(part, weight="gain", dtype=np.float64)
    matrix.data = -(matrix.data + 1.0)
    gain = -float(minimum_spanning_tree(matrix).sum()) - (len(part) - 1)
    return tree_p_value(gain, len(part), accounts, level)


def _parts(part: nx.Graph, passes: Callable[[nx.Graph], bool], smallest: int) -> list[nx.Graph]:
    """Cut where a group hangs on another by one edge or one account, as long as both sides stand as clusters of their own.

    One edge between two groups that need it for nothing may be a lucky one, and an account may belong to two groups;
    neither makes them one.
    """
    joints = sorted(nx.articulation_points(part))
    for sides in chain(_at_bridges(part, joints, smallest), _at_accounts(part, joints, smallest)):
        side, other = (part.subgraph(s).copy() for s in sides)
        if passes(side) and passes(other):
            return _parts(side, passes, smallest) + _parts(other, passes, smallest)
    return [part]


def _at_bridges(part: nx.Graph, joints: list[int], smallest: int) -> Iterator[tuple[set[int], set[int]]]:
    """The two sides of each bridge between two joints, weakest bridge first."""
    between = part.subgraph(joints).edges
    bridges = [e for e in nx.bridges(part) if e in between] if between else []
    for a, b in sorted(bridges, key=lambda e: (part.edges[e]["gain"], min(e), max(e))):
        side = _reached(part, a, b)
        if min(len(side), len(part) - len(side)) >= smallest:
            yield side, set(part) - side


def _at_accounts(part: nx.Graph, joints: list[int], smallest: int) -> Iterator[tuple[set[int], set[int]]]:
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


def _reached(part: nx.Graph, start: int, barred: int) -> set[int]:
    """What can be reached from `start` without passing `barred`; of a bridge to it, one side."""
    seen, waiting = {start}, [start]
    while waiting:
        fresh = {n for n in part.adj[waiting.pop()] if n != barred} - seen
        seen |= fresh
        waiting += fresh
    return seen


def groups_at(
    pairs: Pairs, n: int, accounts: int, level: float, parameters: Parameters, taken: Collection[int] = ()
) -> tuple[list[Group], list[Group]]:
    """Components at one level that pass the cluster-level test, cut where they hang by a thread, and those that do not.

    taken: accounts of groups found at wider levels; a component is inside one of those or apart from all.
    """
    graph = _graph(pairs, n, keep_threshold(accounts) * level)
    chance = partial(_chance, accounts=accounts, level=level)
    passed, failed = [], []
    for nodes in nx.connected_components(graph):
        if len(nodes) < parameters.min_accounts or next(iter(nodes)) in taken:
            continue
        part = graph.subgraph(nodes).copy()
        p_value = chance(part)
        if p_value > parameters.alpha:
            failed.append(Group(frozenset(nodes), p_value))
            continue
        parts = _parts(part, lambda side: chance(side) <= parameters.alpha, parameters.min_accounts)
        passed += [Group(frozenset(p), chance(p)) for p in parts]
    return passed, failed


def find_groups(pairs: Pairs, n: int, accounts: int, parameters: Parameters) -> tuple[list[Group], list[Group]]:
    """Validated groups (disjoint; each account in the widest component that passes) and possible ones.

    Strict levels find a strong core inside a component that fails as a whole; what fails everywhere is possible.
    """
    taken: set[int] = set()
    validated: list[Group] = []
    possible: list[Group] = []
    for level in LEVELS:
        passed, failed = groups_at(pairs, n, accounts, level, parameters, taken)
        validated += passed
        taken |= {account for group in passed for account in group.members}
        possible = failed if level == LEVELS[0] else possible
    return validated, [g for g in possible if not g.members & taken]
