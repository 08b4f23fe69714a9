"""Every detector behind one face, with a world in which it finds something: what test_contract.py checks of all of them."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from tests.unit.detect.coordination import planted
from tests.unit.detect.surges.make import SMALL, START, background, crowd, frame
from tests.unit.detect.surges.test_dense import SMALL as DENSE
from tests.unit.detect.surges.test_stream import NOBODY, PARAMS
from veille.detect.coordination import watch
from veille.detect.surges import dense, small
from veille.detect.surges.looks import WITHDRAWN
from veille.detect.surges.records import Surge
from veille.detect.surges.sparse import detector
from veille.detect.surges.stream import stream
from veille.detect.surges.stream.sources import Arrived

BIN_SECONDS, DAY_SECONDS = 300, 86_400


class Event(NamedTuple):
    """One event: the bin in which it arrives, what it is about (a series, a target), by whom, seconds after the first bin."""

    bin: int
    about: str
    account: str
    second: float


Decided = list[list[str]]
"""What each bin decided: findings as text, all that is said of them."""


@dataclass(frozen=True)
class Subject:
    """One detector.

    world(size): events; size times as many of what is ordinary, the same planted part
    decide(events, bins, pieces): steps through `bins` bins; pieces: each bin is given in parts, with early looks between
    planted: a text that the finding of the planted part holds
    """

    name: str
    module: Any
    bins: int
    planted: str
    world: Callable[[int], list[Event]]
    decide: Callable[[Sequence[Event], int, bool], Decided]


def by_bin(events: Sequence[Event], bins: int) -> list[list[Event]]:
    """The events of each bin, in the order given."""
    out: list[list[Event]] = [[] for _ in range(bins)]
    for event in events:
        if event.bin < bins:
            out[event.bin].append(event)
    return out


def counted(size: int, bins: int, mean: float, loud: tuple[int, int], factor: int) -> list[Event]:
    """`size` ordinary series and one, `loud`, that is `factor` times as loud in those bins."""
    rng = np.random.default_rng(5)
    rows = [("loud", n * (factor if loud[0] <= i < loud[1] else 1)) for i, n in enumerate(rng.poisson(mean, bins))]
    events = [Event(i, name, "", i * BIN_SECONDS) for i, (name, n) in enumerate(rows) for _ in range(n)]
    for number in range(size):
        quiet = np.random.default_rng(100 + number).poisson(mean, bins)
        events += [Event(i, f"s{number}", "", i * BIN_SECONDS) for i, n in enumerate(quiet) for _ in range(n)]
    return events


def _counts(events: Sequence[Event]) -> dict[str, int]:
    out: dict[str, int] = {}
    for event in events:
        out[event.about] = out.get(event.about, 0) + 1
    return out


def dense_bank(events: Sequence[Event], bins: int, pieces: bool) -> Decided:
    names = sorted({event.about for event in events})
    bank, out = dense.DenseBank(len(names), DENSE), []
    for mine in by_bin(events, bins):
        counts = _counts(mine)
        row = np.array([float(counts.get(name, 0)) for name in names])
        if pieces:
            bank.peek(row // 2)
        step = bank.update(row)
        out.append([f"{names[i]} {step.score[i]} {step.p_value[i]}" for i in np.flatnonzero(step.opens | step.closes)])
    return out


def small_counts(events: Sequence[Event], bins: int, pieces: bool) -> Decided:
    """Each series by itself. `pieces`: through the function that takes all rows in one go."""
    out: Decided = [[] for _ in range(bins)]
    rows = [_counts(mine) for mine in by_bin(events, bins)]
    for name in sorted({event.about for event in events}):
        values = [float(counts.get(name, 0)) for counts in rows]
        if pieces:
            told = small.score_counts(np.array(values), np.arange(float(bins)), DAY_SECONDS)
            steps = list(told.select("alert", "p_value", "expected").iter_rows())
        else:
            series = small.SmallCounts(DAY_SECONDS)
            said = [series.update(value, float(day)) for day, value in enumerate(values)]
            steps = [(int(step.opens), step.p_value, step.expected) for step in said]
        for day, (alert, p_value, expected) in enumerate(steps):
            if alert:
                out[day].append(f"{name} {p_value} {expected}")
    return out


def _mentions(size: int) -> list[Event]:
    """Ordinary mentions; a crowd about a target nobody mentioned before; one account that asks again and again."""
    again = [("calm", "again", 150 * BIN_SECONDS + 60 * i) for i in range(6)]
    rows = background(1, 264, 150 * size) + crowd("cold", 200 * BIN_SECONDS, 20, 1200) + again
    return [Event(second // BIN_SECONDS, target, account, second) for target, account, second in rows]


def _frame(events: Sequence[Event]) -> pl.DataFrame:
    return frame([(e.about, e.account, int(e.second)) for e in events])


def _halves(events: list[Event]) -> list[list[Event]]:
    return [events[: len(events) // 2], events[len(events) // 2 :]]


def sparse(events: Sequence[Event], bins: int, pieces: bool) -> Decided:
    """Surges of targets, and insistent accounts."""
    one, out = detector.SparseDetector(SMALL), []
    for number, mine in enumerate(by_bin(events, bins)):
        early: list[Surge] = []
        rest = mine
        if pieces:
            first, rest = _halves(mine)
            early = one.step(START + number, _frame(first), final=False).opened
        step = one.step(START + number, _frame(rest))
        insistent = [f"{f.account_id} {f.target_id} {f.requests} {f.closed}" for f in step.insistent]
        out.append(_opened([*early, *step.opened], step.closed) + sorted(insistent))
    return out


def _opened(opened: Sequence[Surge], closed: Sequence[Surge]) -> list[str]:
    """Surges that opened in a bin, early or at its end, and that its end did not withdraw."""
    withdrawn = {s.surge_id for s in closed if s.reason == WITHDRAWN}
    return sorted({f"{s.series_key} {s.surge_id}" for s in opened if s.surge_id not in withdrawn})


def streamed(events: Sequence[Event], bins: int, pieces: bool) -> Decided:
    """Surges and drops of series with volume."""
    one, out = stream.SurgeStream(PARAMS), []
    for number, mine in enumerate(by_bin(events, bins)):
        at = START + number
        early: list[Surge] = []
        if pieces:
            half = {(at, ("language", k)): n for k, n in _counts(_halves(mine)[0]).items()}
            early = one.look(at, stream.Piece(NOBODY, half)).surges
        counts = {(at, ("language", name)): n for name, n in _counts(mine).items()}
        arrived = [Arrived("one", len(mine), 1.0)] if mine else []
        found = one.step(at, stream.Piece(NOBODY, counts, arrived))
        opened = [*early, *(s for s in found.surges if s.surge_id in found.opened)]
        drops = [f"{d.series_key} {d.reason} {d.opened_at} {d.closed_at}" for d in found.drops]
        out.append(_opened(opened, found.surges) + sorted(drops))
    return out


def _acted(size: int) -> list[Event]:
    """Strangers and a group that strikes quiet targets together; a bin is four hours."""
    rows = planted.strangers(1, 2000 * size, 500 * size, 200 * size) + planted.strikes(1)
    return [Event(int(second // (4 * 3600)), target, account, second) for account, target, second in rows]


def clusters(events: Sequence[Event], bins: int, pieces: bool) -> Decided:
    plan = watch.CoordinationPlan(long_span=timedelta(days=4), quiet=timedelta(days=3))
    one, out = watch.CoordinationWatch(plan=plan), []
    for number, mine in enumerate(by_bin(events, bins)):
        at = planted.START + timedelta(hours=4 * number)
        parts = _halves(mine) if pieces else [mine]
        for part in parts:
            one.add(planted.frame([(e.account, e.about, e.second) for e in part]))
            if pieces:
                one.look(at + timedelta(hours=1))
                one = pickle.loads(pickle.dumps(one))
        turn = one.step(at + timedelta(hours=4))
        out.append([f"{c.cluster_id} {c.tier} {sorted(c.members)}" for c in turn.clusters])
    return out


SUBJECTS = (
    Subject("dense", dense, 200, "loud", lambda size: counted(3 * size, 200, 20, (150, 160), 8), dense_bank),
    Subject("small", small, 60, "loud", lambda size: counted(2 * size, 60, 6, (45, 47), 8), small_counts),
    Subject("sparse", detector, 264, "cold", _mentions, sparse),
    Subject("stream", stream, 440, "loud", lambda size: counted(2 * size, 440, 10, (400, 424), 10), streamed),
    Subject("clusters", watch, 30, "g00", _acted, clusters),
)
