"""Intervals of a share of a finite number of rows."""

from dataclasses import dataclass

from scipy.special import ndtri

from veille import shares

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
    return shares.wilson(share, codes * (rows - 1) / (rows - codes), float(ndtri((1 + confidence) / 2)))
