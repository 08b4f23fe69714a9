"""Intervals of shares. Pure."""

from math import sqrt

Z95 = 1.959963984540054


def wilson(share: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Score interval of a share seen in n cases (Wilson 1927), 0 to 1. n: above 0, may be an effective number; z: 95 % by default."""
    square = z * z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, centre - half), min(1.0, centre + half)
