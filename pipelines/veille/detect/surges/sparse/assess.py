"""How surprising are some series at the end of one bin: calibrated p-values in every window, and the gates."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.calibration import band_of
from veille.detect.surges.sparse.learning import Learning
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.windows import window_counts

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Per series of `ids`."""

    ids: Ints
    p_value: Floats  # the best window's, calibrated, times the number of windows; 1 where a gate is not passed
    window: Ints  # index of the best window
    model_p: Floats  # series × windows, 1 where a gate is not passed
    band: Ints
    rate: Floats  # expected events a bin
    shape: Floats


def assess(
    rows: EventArrays, ids: Ints, after: Ints, end: int, learning: Learning, scale: Floats, params: SparseParams
) -> Assessment:
    """Assess the series `ids` (sorted) from their rows at the end of bin `end`; bins up to after[i] do not count.

    scale: how far the whole feed is above its usual level, per window.
    """
    p = params
    position = np.searchsorted(ids, rows.series)
    counts = window_counts(rows, position, after, end, p.windows, p.account_cap)
    prediction = learning.baseline.predict(ids, end)
    mean = prediction.rate[:, None] * (np.asarray(p.windows) * scale)
    gated = (counts.events >= p.min_events) & (counts.accounts >= p.min_accounts)
    shape = np.broadcast_to(prediction.shape[:, None], mean.shape)
    model = np.ones(mean.shape)
    people, mean, shape = counts.people[gated], mean[gated], shape[gated]
    clumped = learning.clumps.p_values(people, counts.largest[gated], mean, shape)
    model[gated] = learning.episodes.p_values(clumped, people, counts.episode[gated], mean, shape)
    band = band_of(prediction.rate * 86_400 / p.bin_seconds)
    calibrated = np.stack([learning.calibration.apply(w, band, model[:, w]) for w in range(len(p.windows))], axis=1)
    calibrated = np.where(gated, calibrated, 1.0)
    window = np.argmin(calibrated, axis=1)
    best = np.minimum(1.0, calibrated[np.arange(len(ids)), window] * len(p.windows))
    return Assessment(
        ids=ids, p_value=best, window=window, model_p=model, band=band, rate=prediction.rate, shape=prediction.shape
    )
