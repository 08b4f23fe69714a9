"""Simulations that several tests look at; made once."""

import polars as pl
import pytest

from veille.simulate import Simulation, scenario, simulate
from veille.simulate.figures import figures


@pytest.fixture(scope="package")
def winter() -> Simulation:
    """The default scenario at its default scale."""
    return simulate(scenario("grok-winter-2026"))


@pytest.fixture(scope="package")
def week() -> Simulation:
    """A small week with everything planted."""
    return simulate(scenario("planted-week", scale=20_000))


@pytest.fixture(scope="package")
def published(winter: Simulation) -> pl.DataFrame:
    """The published figures beside the simulated ones."""
    return figures(winter)
