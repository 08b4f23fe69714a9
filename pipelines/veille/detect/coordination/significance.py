"""From counts to p-values."""

import numpy as np
from scipy.special import gammainc

from veille.detect.coordination.events import Floats, Ints


def poisson_tail(observed: Ints, expected: Floats) -> Floats:
    """P(X >= observed) for X ~ Poisson(expected), in [0, 1]; observed >= 1, expected >= 0."""
    return np.asarray(gammainc(observed, np.maximum(expected, 1e-300)), np.float64)
