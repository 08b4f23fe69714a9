"""A ridge regression of the codes on what is known of every row, with residuals of rows that it was not fitted on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PENALTIES = (0.1, 0.2, 0.4, 0.8, 1.6)  # of which the codes choose, by the error on codes left out


@dataclass(frozen=True, slots=True)
class Fit:
    """`predicted`: one figure a row of the design. `residuals`: code less the prediction of a fit without its group."""

    predicted: Floats
    residuals: Floats


def fit(design: Floats, coded: Ints, codes: Floats, groups: Ints | None = None) -> Fit:
    """Fit on the rows `coded` of the design; `codes` are 0 or 1, `groups` (one a code) are left out together.

    Leaving out is exact and needs no second fit: with H the hat matrix, the residual without a group g is
    (I − H_gg)⁻¹ times its residual (Cook and Weisberg 1982, §2.2).
    """
    known = design[coded]
    values, vectors = np.linalg.eigh(known.T @ known) if len(codes) > known.shape[1] else _small(known)
    values = np.maximum(values, 0.0)
    scores = known @ vectors
    projected = scores.T @ codes
    best: tuple[float, Floats, Floats] | None = None
    for penalty in PENALTIES:
        shrink = 1 / (values + penalty)
        weights = shrink * projected
        left_out = codes - np.clip(codes - _left_out(scores, shrink, codes - scores @ weights, groups), 0.0, 1.0)
        error = float(np.mean(left_out**2))
        if best is None or error < best[0]:
            best = (error, vectors @ weights, left_out)
    assert best is not None
    return Fit(np.clip(design @ best[1], 0.0, 1.0), best[2])


def _small(known: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues and vectors of XᵀX for fewer codes than columns, from the smaller XXᵀ."""
    values, left = np.linalg.eigh(known @ known.T)
    kept = values > 1e-9 * max(values[-1], 1e-300)
    return values[kept], np.asarray((known.T @ left[:, kept]) / np.sqrt(values[kept]))


def _left_out(scores: Floats, shrink: Floats, residual: Floats, groups: Ints | None) -> Floats:
    if groups is None:
        return np.asarray(residual / (1 - np.einsum("ij,j,ij->i", scores, shrink, scores)))
    out = np.empty_like(residual)
    for group in np.unique(groups):
        own = groups == group
        part = scores[own]
        out[own] = np.linalg.solve(np.eye(len(part)) - (part * shrink) @ part.T, residual[own])
    return out
