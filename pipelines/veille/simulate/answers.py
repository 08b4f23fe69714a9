"""What becomes of requests: answered, refused or ignored; reworded after a refusal, escalated after a fulfilment."""

from dataclasses import astuple

import numpy as np

from veille import events
from veille.simulate import phrases
from veille.simulate.assumptions import ANSWER_SECONDS, FURTHER, SEXUALISING
from veille.simulate.rhythm import regime_of
from veille.simulate.rows import MINUTE_MS, Rows, log_normal_ms
from veille.simulate.scenario import AnswerTable, Scenario
from veille.simulate.world import World

OUTCOMES = tuple(outcome for outcome in events.OUTCOMES if outcome != "unknown")
"""Every simulated answer is judged."""
FULFILLED, PARTIAL, REFUSED, ERROR, SILENT = range(5)

_REWORD_MINUTES, _ESCALATE_MINUTES = (4.0, 0.9), (6.0, 0.9)
_REWORDED_FACTOR, _ESCALATED_FACTOR = (
    1.3,
    0.6,
)  # on the chance of a fulfilment: rewording helps, sharper requests fare worse
_MOST_DEPTH = 2


def _column(kind: np.ndarray, cls: np.ndarray) -> np.ndarray:
    euphemism = (kind == phrases.EUPHEMISM) & (cls == SEXUALISING)
    return np.where(cls == SEXUALISING, euphemism.astype(int), cls + 1)


def _table(tables: list[tuple[AnswerTable, AnswerTable]]) -> np.ndarray:
    """Regime x plan x what was asked x outcome."""
    return np.array([[[astuple(getattr(t, f)) for f in AnswerTable.__slots__] for t in pair] for pair in tables])


def outcomes(scenario: Scenario, world: World, rows: Rows, rng: np.random.Generator) -> np.ndarray:
    """An outcome for each mention, SILENT where nothing visible came back."""
    table = _table([(regime.free, regime.paid) for regime in scenario.regimes])
    paid = world.accounts.paid[rows["account"]].astype(int)
    chances = table[regime_of(scenario, rows["at"]), paid, _column(rows["kind"], rows["cls"])]
    further = rows["kind"] == FURTHER
    factor = np.where(rows["depth"] == 0, 1.0, np.where(further, _ESCALATED_FACTOR, _REWORDED_FACTOR))
    chances[:, :PARTIAL] *= factor[:, None]
    edges = np.cumsum(chances, axis=1)
    decided = (rng.random(len(rows))[:, None] >= edges).sum(axis=1).astype(np.int8)
    shared = rows["post"] >= 0  # of a post that names several targets only the first can be answered
    first = np.zeros(len(rows), bool)
    first[np.unique(rows["post"], return_index=True)[1]] = True
    return np.where(shared & ~first, SILENT, decided)


def lags(n: int, rng: np.random.Generator) -> np.ndarray:
    """Milliseconds from a mention to its answer."""
    return log_normal_ms(rng, ANSWER_SECONDS, n)


def follow_ups(scenario: Scenario, rows: Rows, outcome: np.ndarray, lag: np.ndarray, rng: np.random.Generator) -> Rows:
    """Later requests of the same account about the same target: reworded, or one step further."""
    luck = rng.random(len(rows))
    able = (rows["cls"] == SEXUALISING) & (rows["origin"] < 0) & (rows["depth"] < _MOST_DEPTH) & (rows["target"] >= 0)
    unmet = (outcome == REFUSED) | (outcome == SILENT)
    again = able & unmet & (luck < scenario.rewording_share)
    further = able & (outcome == FULFILLED) & (luck < scenario.escalation_share)
    chosen = again | further
    new: Rows = rows[chosen]
    wait = np.where(
        further[chosen],
        log_normal_ms(rng, _ESCALATE_MINUTES, len(new), MINUTE_MS),
        log_normal_ms(rng, _REWORD_MINUTES, len(new), MINUTE_MS),
    )
    new["at"] += lag[chosen] + wait
    new["depth"] += 1
    reworded = np.where(rng.random(len(new)) < 0.5, phrases.EUPHEMISM, new["kind"])
    new["kind"] = np.where(further[chosen], FURTHER, reworded)
    new["variant"] = rng.integers(0, 1 << 20, len(new))
    return new
