"""When to try again: twice as long each time, with jitter so that many installations do not come back at once.

"Equal jitter" of M. Brooker, Exponential Backoff and Jitter (AWS Architecture Blog, 2015): never less than half.
"""

from collections.abc import Callable
from datetime import timedelta


def delay(
    failures: int, first: float, most: float, uniform: Callable[[], float], asked: float | None = None
) -> timedelta:
    """Time until the next try after so many failures (1, 2, …). first, most: seconds. uniform: [0, 1). asked: Retry-After."""
    longest = min(most, first * 2.0 ** min(failures - 1, 30))
    return timedelta(seconds=max(longest * (0.5 + 0.5 * uniform()), asked or 0.0))
