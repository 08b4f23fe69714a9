"""Mentions before they have names: one structured numpy array, indices instead of ids, scenario time in milliseconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from veille.simulate.scenario import Scenario

HOUR_MS, DAY_MS, MINUTE_MS = 3_600_000, 86_400_000, 60_000

DTYPE = np.dtype(
    [
        ("at", "i8"),  # milliseconds of scenario time since 1970
        ("account", "i4"),
        ("target", "i4"),  # NO_TARGET, SELF, or an index
        ("cls", "i1"),
        ("kind", "i1"),  # of its prompt, see phrases.KINDS
        ("variant", "i4"),  # which prompt of that kind
        ("parent", "i8"),  # number of the target's post
        ("post", "i8"),  # own post shared with other mentions (reply-all), or -1
        ("origin", "i4"),  # what planted it, or -1
        ("depth", "i1"),  # 0 first request, 1 and 2 reworded or escalated
    ]
)
NO_TARGET, SELF = -1, -2

Rows = np.ndarray
"""A structured array of DTYPE."""


def empty(n: int) -> Rows:
    """n rows with nothing decided: no target, no origin, depth 0."""
    rows = np.zeros(n, DTYPE)
    rows["target"], rows["post"], rows["origin"], rows["parent"] = NO_TARGET, -1, -1, -1
    return rows


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(milliseconds=1)


def generator(scenario: Scenario, *stream: int) -> np.random.Generator:
    """An independent random generator for one purpose, so that a change in one place moves nothing elsewhere."""
    name = [int.from_bytes(scenario.name.encode()[:8], "little"), scenario.version, scenario.scale]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([scenario.seed, *name, *stream])))


@dataclass(frozen=True, slots=True)
class ScenarioPeriod:
    """A half-open range of scenario time in milliseconds."""

    since: int
    until: int

    def holds(self, moment: np.ndarray) -> np.ndarray:
        return (moment >= self.since) & (moment < self.until)


def draw(rng: np.random.Generator, shares: tuple[float, ...] | np.ndarray, n: int) -> np.ndarray:
    """n draws of an index by shares (which need not sum to 1)."""
    edges = np.cumsum(np.asarray(shares, float))
    return np.searchsorted(edges / edges[-1], rng.random(n), side="right").astype(np.int8)


def log_normal_ms(
    rng: np.random.Generator, median_and_sigma: tuple[float, float], n: int, unit_ms: int = 1_000
) -> np.ndarray:
    """Delays in milliseconds from a median (in units of `unit_ms`) and a log-sigma."""
    median, sigma = median_and_sigma
    return np.asarray(rng.lognormal(np.log(median * unit_ms), sigma, n), np.int64)
