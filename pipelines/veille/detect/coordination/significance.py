"""From counts to p-values, and from many p-values to a false-discovery rate."""

import numpy as np
from scipy.special import gammainc

from veille.detect.coordination.events import Floats, Ints


def poisson_tail(observed: Ints, expected: Floats) -> Floats:
    """P(X >= observed) for X ~ Poisson(expected), in [0, 1]; observed >= 1, expected >= 0."""
    return np.asarray(gammainc(observed, np.maximum(expected, 1e-300)), np.float64)


def benjamini_hochberg(p: Floats, tests: float) -> Floats:
    """q-values of the given p-values among `tests` hypotheses; those not given have p = 1.

    Benjamini & Hochberg 1995. `tests` may exceed len(p): all possible pairs are hypotheses, met or not.
    """
    order = np.argsort(p, kind="stable")
    raw = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return q
