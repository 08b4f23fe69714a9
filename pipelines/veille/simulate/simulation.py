"""A whole simulation in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from veille.simulate.engine import SimulatedChunk, SimulationEngine, history
from veille.simulate.scenario import Scenario
from veille.simulate.truth import Truth, truth

Watcher = Callable[[float, int], None]
"""Told after each step how many days are done and how many events there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """All events of a scenario in contract fields, sorted by occurred_at, and the truth about them."""

    scenario: Scenario
    mentions: pl.DataFrame
    generations: pl.DataFrame
    moderations: pl.DataFrame
    truth: Truth
    meta: dict[str, Any]

    @property
    def events(self) -> int:
        return len(self.mentions) + len(self.generations) + len(self.moderations)


def simulate(scenario: Scenario, watch: Watcher | None = None) -> Simulation:
    """Make a scenario in memory (about 1.5 kB an event; use `write` with the scenario for more than some millions)."""
    engine, chunks, events = SimulationEngine(scenario), list[SimulatedChunk](), 0
    for chunk in history(engine):
        chunks.append(chunk)
        events += chunk.events
        if watch is not None:
            watch(days_until(scenario, chunk), events)
    return Simulation(
        scenario=scenario,
        mentions=pl.concat([chunk.mentions for chunk in chunks]),
        generations=pl.concat([chunk.generations for chunk in chunks]),
        moderations=pl.concat([chunk.moderations for chunk in chunks]),
        truth=truth(engine),
        meta=meta(scenario),
    )


def days_until(scenario: Scenario, chunk: SimulatedChunk) -> float:
    """Days of the scenario that are done with this chunk."""
    return (chunk.until - scenario.shift - scenario.start) / timedelta(days=1)


def meta(scenario: Scenario) -> dict[str, Any]:
    """What a reader must know of where the events come from; JSON-ready."""
    return {
        "simulated": True,
        "scenario": scenario.name,
        "version": scenario.version,
        "title": scenario.title,
        "seed": scenario.seed,
        "scale": scenario.scale,
        "shift_seconds": round(scenario.shift.total_seconds()),
        "since": (scenario.start + scenario.shift).isoformat(),
        "until": (scenario.end + scenario.shift).isoformat(),
        "collection_id": scenario.collection_id,
        "sampling_probability": scenario.sampling_probability,
    }
