"""From many p-values to a false-discovery rate."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def q_values(p: Floats, tests: float) -> Floats:
    """Benjamini–Hochberg adjusted p-values when `tests` ≥ len(p) hypotheses were tested and the rest had p = 1.

    `tests` may be all possible pairs, most of which were never met. Rejecting q ≤ α holds the expected share of false
    discoveries at α (Benjamini and Hochberg 1995). Ties keep their order.
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * tests / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out
