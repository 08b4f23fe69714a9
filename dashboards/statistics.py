"""Small statistics that pages show beside their numbers: pure."""

import math
from collections.abc import Mapping, Sequence

from veille import shares
from veille.shares import Z95


def change_interval(before: Sequence[int], now: Sequence[int]) -> tuple[float, float] | None:
    """95 % interval of total(now) ÷ total(before) − 1, from counts of paired steps of time; None where one total is nothing.

    Quasi-binomial: given both counts of a pair, the later one is binomial with a variance inflated by the pairs' own dispersion
    (McCullagh & Nelder 1989, §4.5), at least 1; the interval is symmetric on the log scale. Bursts make it wide, as they should; it
    says nothing about a change of the collectors.
    """
    later, both = sum(now), sum(now) + sum(before)
    if not 0 < later < both:
        return None
    share = later / both
    pairs = [(b + n, n) for b, n in zip(before, now, strict=True) if b + n]
    chi_square = sum((n - total * share) ** 2 / (total * share * (1 - share)) for total, n in pairs)
    dispersion = max(1.0, chi_square / max(len(pairs) - 1, 1))
    half = Z95 * math.sqrt(dispersion / (both * share * (1 - share)))
    ratio = math.log(share / (1 - share))
    return math.exp(ratio - half) - 1, math.exp(ratio + half) - 1


def rate_change_interval(before: tuple[int, int], now: tuple[int, int]) -> tuple[float, float] | None:
    """95 % interval of the difference of two shares (hits, n): Newcombe 1998, method 10; None where an n is nothing."""
    if not before[1] or not now[1]:
        return None
    (b, b_low, b_high), (n, n_low, n_high) = ((hits / of, *wilson(hits, of)) for hits, of in (before, now))
    low = n - b - math.hypot(n - n_low, b_high - b)
    return low, n - b + math.hypot(n_high - n, b - b_low)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % score interval of a share (Wilson 1927), 0 to 1. n: at least 1."""
    return shares.wilson(hits / n, n)


def kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's κ (1960) of two coders: counts by (code of one, code of the other). None where both always said the same one thing."""
    n = sum(pairs.values())
    codes = {code for pair in pairs for code in pair}
    agreed = sum(count for (one, other), count in pairs.items() if one == other) / n
    chance = sum(
        sum(c for (one, _), c in pairs.items() if one == code) * sum(c for (_, other), c in pairs.items() if other == code)
        for code in codes
    ) / (n * n)  # fmt: skip
    return None if chance == 1 else (agreed - chance) / (1 - chance)
