"""Intervals of a share of a finite number of rows."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """A share in [0, 1] with its interval; `value` is None where the figure is refused and only bounds are known."""

    value: float | None
    low: float
    high: float
    refused: str | None = None


def wilson(share: float, codes: float, rows: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Interval of a share seen in `codes` of `rows` drawn at random (Wilson 1927, finite population correction).

    `codes` may be fractional (an effective number). Everything coded: the share itself, without error. The bounds
    never exclude what the rows without a code can still be.
    """
    if codes >= rows:
        return share, share
    effective = codes * (rows - 1) / (rows - codes)
    z = float(ndtri((1 + confidence) / 2))
    middle = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * np.sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective))
    return max(0.0, middle - float(half)), min(1.0, middle + float(half))
