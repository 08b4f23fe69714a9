"""The cluster-level test: many weak edges that agree count, a single lucky edge does not.

A set of s accounts is joined by at least one spanning tree. By Cayley's formula there are C(N, s) s^(s-2) labelled
trees on s of N accounts. If each edge has a p-value of at most t = c / (eN), the sum y of log(t / p) over the edges of
a tree is Gamma(s - 1) under the null, so the expected number of trees as good as the one found is at most

    N e / (sqrt(2 pi) s^2.5) * c^(s-1) * P(Gamma(s - 1) >= y)

(union bound, with Stirling's formula for s!). Edges of a tree are independent under the null: each attaches a new
account. Summed over sizes and over the levels c this bounds the chance that a run holds any false cluster.
"""

from collections.abc import Callable, Iterator
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


def _chance(graph: nx.Graph, nodes: set[int], accounts: int, level: float) -> float:
    """p-value of the strongest tree on these nodes (connected). One is added to each gain, for a zero would be no edge."""
    matrix = nx.to_scipy_sparse_array(graph.subgraph(nodes), weight="gain", dtype=np.float64)
    matrix.data = -(matrix.data + 1.0)
    gain = -float(minimum_spanning_tree(matrix).sum()) - (len(nodes) - 1)
    return tree_p_value(gain, len(nodes), accounts, level)


def _parts(graph: nx.Graph, nodes: set[int], passes: Callable[[set[int]], bool], smallest: int) -> list[set[int]]:
    """Cut where a group hangs on another by one edge or one account, as long as both sides stand as clusters of their own.

    One edge between two groups that need it for nothing may be a lucky one, and an account may belong to two groups;
    neither makes them one.
    """
    for side, other in chain(
        _at_bridges(graph.subgraph(nodes), smallest), _at_accounts(graph.subgraph(nodes), smallest)
    ):
        if passes(side) and passes(other):
            return _parts(graph, side, passes, smallest) + _parts(graph, other, passes, smallest)
    return [nodes]


def _at_bridges(part: nx.Graph, smallest: int) -> Iterator[tuple[set[int], set[int]]]:
    """The two sides of each bridge, weakest bridge first."""
    bridges = [e for e in nx.bridges(part) if min(part.degree[e[0]], part.degree[e[1]]) > 1]
    for a, b in sorted(bridges, key=lambda e: (part.edges[e]["gain"], min(e), max(e))):
        side = set(nx.node_connected_component(nx.restricted_view(part, [], [(a, b)]), a))
        if min(len(side), len(part) - len(side)) >= smallest:
            yield side, set(part) - side


def _at_accounts(part: nx.Graph, smallest: int) -> Iterator[tuple[set[int], set[int]]]:
    """What falls apart without one account: one part and the rest, the account on the side that holds it more firmly."""
    for node in sorted(nx.articulation_points(part)):
        pieces = sorted(nx.connected_components(nx.restricted_view(part, [node], [])), key=lambda c: (-len(c), min(c)))
        whole = [c for c in pieces if len(c) >= smallest]
        for side in whole[1:]:
            other = set(part) - side - {node}
            ours, theirs = (sum(part.edges[node, n]["gain"] for n in part[node] if n in s) for s in (side, other))
            yield (side | {node}, other) if ours > theirs else (set(side), other | {node})


def groups_at(
    pairs: Pairs, n: int, accounts: int, level: float, parameters: Parameters
) -> tuple[list[Group], list[Group]]:
    """Components at one level that pass the cluster-level test, cut at bridges, and those that do not."""
    graph = _graph(pairs, n, keep_threshold(accounts) * level)
    chance = partial(_chance, graph, accounts=accounts, level=level)
    passed, failed = [], []
    for nodes in nx.connected_components(graph):
        if len(nodes) < parameters.min_accounts:
            continue
        p_value = chance(nodes)
        if p_value > parameters.alpha:
            failed.append(Group(frozenset(nodes), p_value))
            continue
        parts = _parts(graph, nodes, lambda s: chance(s) <= parameters.alpha, parameters.min_accounts)
        passed += [Group(frozenset(part), chance(part)) for part in parts]
    return passed, failed


def find_groups(pairs: Pairs, n: int, accounts: int, parameters: Parameters) -> tuple[list[Group], list[Group]]:
    """Validated groups (disjoint; each account in the widest component that passes) and possible ones.

    Strict levels find a strong core inside a component that fails as a whole; what fails everywhere is possible.
    """
    taken: set[int] = set()
    validated: list[Group] = []
    possible: list[Group] = []
    for level in LEVELS:
        passed, failed = groups_at(pairs, n, accounts, level, parameters)
        for group in passed:
            if not group.members & taken:
                validated.append(group)
                taken |= group.members
        possible = failed if level == LEVELS[0] else possible
    return validated, [g for g in possible if not g.members & taken]
