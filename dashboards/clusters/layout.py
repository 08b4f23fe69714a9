"""Where the nodes of a drawn network stand: pure and deterministic, so that a picture that renews itself does not move.

Forces after Fruchterman & Reingold, "Graph drawing by force-directed placement" (1991), in a box wider than high, with a weak pull
to the middle so that parts that are not connected stay in sight.
"""

import numpy as np
import numpy.typing as npt

_WIDE = 1.35
"""Width of the box by its height."""
_GRAVITY = 0.06
_STEPS = 90
_START = 0.12
"""How far a node may move in the first step, as a share of the box's height; it falls to nothing."""

Floats = npt.NDArray[np.float64]


def placed(nodes: int, ends: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Positions (nodes × 2), x in [0, 1.35], y in [0, 1].

    ends: edges × 2, indices of nodes. weights: how strongly each edge pulls, about 1. 300 nodes take a quarter of a second.
    """
    if nodes == 0:
        return np.zeros((0, 2))
    at = _spiral(nodes)
    if nodes == 1:
        return at
    ideal = np.sqrt(_WIDE / nodes)
    for heat in _START * np.linspace(1, 0.02, _STEPS):
        push = _repulsion(at, ideal) + _attraction(at, ends, weights, ideal)
        push += _GRAVITY * (np.array([_WIDE / 2, 0.5]) - at) * np.array([1 / _WIDE, 1.0])
        length = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-9)
        at = at + push / length * np.minimum(length, heat)
    return _filled(at)


def _spiral(nodes: int) -> Floats:
    """Sunflower seeds: even, without chance, and no two at the same place."""
    turn = np.arange(nodes) * np.pi * (3 - np.sqrt(5))
    radius = 0.45 * np.sqrt((np.arange(nodes) + 0.5) / nodes)
    return np.column_stack([_WIDE / 2 + _WIDE * radius * np.cos(turn), 0.5 + radius * np.sin(turn)])


def _repulsion(at: Floats, ideal: float) -> Floats:
    apart = at[:, None, :] - at[None, :, :]
    squared = np.maximum((apart**2).sum(axis=2), (ideal / 20) ** 2)
    np.fill_diagonal(squared, np.inf)
    found: Floats = (apart * (ideal**2 / squared)[:, :, None]).sum(axis=1)
    return found


def _attraction(at: Floats, ends: npt.NDArray[np.int64], weights: Floats, ideal: float) -> Floats:
    pull = np.zeros_like(at)
    if len(ends):
        along = at[ends[:, 1]] - at[ends[:, 0]]
        force = along * (weights * np.linalg.norm(along, axis=1) / ideal)[:, None]
        np.add.at(pull, ends[:, 0], force)
        np.add.at(pull, ends[:, 1], -force)
    return pull


def _filled(at: Floats) -> Floats:
    """Stretched to the whole box."""
    low, size = at.min(axis=0), np.maximum(np.ptp(at, axis=0), 1e-9)
    found: Floats = (at - low) / size * np.array([_WIDE, 1.0])
    return found
