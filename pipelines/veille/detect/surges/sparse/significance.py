"""Tail of the gamma-Poisson prediction."""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from veille.detect.heavy import negative_binomial

Floats = npt.NDArray[np.float64]


def excess_p_values(count: npt.ArrayLike, mean: npt.ArrayLike, shape: npt.ArrayLike) -> Floats:
    """P(X ≥ count) for X negative binomial with that mean (> 0) and shape (> 0); 1 where count is 0."""
    count, mean, shape = (np.asarray(v, dtype=float) for v in (count, mean, shape))
    p = betainc(np.maximum(count, 1.0), shape, mean / (mean + shape))
    return np.where(count <= 0, 1.0, np.maximum(p, 1e-300))


def interval(mean: float, shape: float, level: float = 0.99) -> tuple[float, float]:
    """Central prediction interval of that negative binomial, in events."""
    ends = negative_binomial().ppf(np.array([(1 - level) / 2, (1 + level) / 2]), shape, shape / (shape + mean))
    return float(ends[0]), float(ends[1])
