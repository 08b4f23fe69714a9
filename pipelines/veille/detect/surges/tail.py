"""Empirical p-values with an exponential tail: ranks where there are observations, extrapolation beyond them."""

import numpy as np
import numpy.typing as npt

TOP_SHARE = 0.02  # the share of the past that the tail is fitted to
MIN_TOP = 10


def tail_p_values(
    past: npt.NDArray[np.float32], value: npt.NDArray[np.float64], known: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """P(a past value ≥ value) for each row of `past` (unfilled = -inf), in (0, 1].

    The plain rank (1 + #above) / (1 + known) where at least MIN_TOP past values are above; beyond that the top of the
    past continued exponentially (peaks over threshold with shape 0), never above the plain rank.
    """
    above = np.count_nonzero(past >= value.astype(np.float32)[:, None], axis=1)
    rank = (1 + above) / (1 + known)
    out: npt.NDArray[np.float64] = rank.astype(float)
    for i in np.flatnonzero((above < MIN_TOP) & (known >= 5 * MIN_TOP)):
        top = max(MIN_TOP, int(TOP_SHARE * known[i]))
        upper = np.partition(past[i], len(past[i]) - top)[len(past[i]) - top :].astype(float)
        edge, scale = upper.min(), max(float(upper.mean() - upper.min()), 1e-3)
        beyond = top / known[i] * np.exp(-(value[i] - edge) / scale)
        out[i] = min(rank[i], beyond)
    return np.maximum(out, 1e-12)
