"""Scenarios with ground truth: simulated events in the contract's fields, deterministic by seed, labelled as simulated.

`scenario` names one, `simulate` makes it in memory, `write` to files without holding it, `live` goes on in real time.
Assumptions, published figures and the truth files: docs/simulator.md.
"""

from veille.simulate.encode import KEYS, EventFrames, messages, stream
from veille.simulate.engine import SimulatedChunk
from veille.simulate.files import FORMATS, Format, WrittenFolder, is_simulation, write
from veille.simulate.live import live
from veille.simulate.scenario import Answers, Planted, PolicyEvent, Regime, Scenario, SimulationError
from veille.simulate.scenarios import SCENARIOS, VERSION, scenario
from veille.simulate.simulation import Simulation, meta, simulate
from veille.simulate.truth import Truth, policy_events

__all__ = [
    "FORMATS",
    "KEYS",
    "SCENARIOS",
    "VERSION",
    "Answers",
    "EventFrames",
    "Format",
    "Planted",
    "PolicyEvent",
    "Regime",
    "Scenario",
    "SimulatedChunk",
    "Simulation",
    "SimulationError",
    "Truth",
    "WrittenFolder",
    "is_simulation",
    "live",
    "messages",
    "meta",
    "policy_events",
    "scenario",
    "simulate",
    "stream",
    "write",
]
