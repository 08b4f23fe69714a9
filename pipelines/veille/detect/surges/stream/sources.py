"""Where events come from: each collection's counts, whether it stopped or samples differently, whether the feed is dead."""

from collections import deque
from typing import NamedTuple

import numpy as np

from veille.detect.surges.records import Surge
from veille.detect.surges.stream.falls import COVERAGE, DEAD_FEED, DROP, SOURCE, Drops
from veille.detect.surges.stream.history import HOUR, History
from veille.detect.surges.stream.params import StreamParams
from veille.detect.surges.stream.volumes import DECAY, Series

DAY = 288
ALIVE = 5.0  # events a bin from which a bin without any was not observed, instead of silent
SAMPLING_CHANGE = 0.1
STOPPING = 10.0  # events in half an hour without which a collection is taken to have stopped
WHOLE: Series = (SOURCE, "all")


class Arrived(NamedTuple):
    """What a collection brought in one bin. probability: mean sampling probability, None where it did not say."""

    collection: str
    events: int
    probability: float | None


class Sources:
    """Watches collections. `step` says whether the bin was observed, before anything is learned from it."""

    def __init__(self, params: StreamParams) -> None:
        self.history = History(1)
        self.drops = Drops(params)
        self._row: dict[str, int] = {"all": 0}
        self._sum = 0.0  # events and observed bins of the whole feed, decayed over a day
        self._weight = 0.0
        self._sampled: dict[str, deque[tuple[int, float]]] = {}

    def step(self, bin_: int, arrived: list[Arrived]) -> bool:
        """Take one bin; whether it was observed."""
        total = sum(each.events for each in arrived)
        observed = total > 0 or self._sum < ALIVE * self._weight
        if observed:
            self._sum, self._weight = self._sum * DECAY + total, self._weight * DECAY + 1
        for each in arrived:
            self._place(each, bin_)
        counts = np.zeros(len(self._row))
        for each in arrived:
            counts[self._row[each.collection]] += each.events
        counts[0] = total
        if self.history.now < 0:
            self.history.start(0, bin_)
        self.history.push(bin_, counts, observed=True)
        return observed

    def _place(self, each: Arrived, bin_: int) -> None:
        if each.collection not in self._row:
            row = self._row[each.collection] = len(self._row)
            self.history.grow(row + 1)
            self.history.start(row, bin_)
        if each.probability is not None:
            kept = self._sampled.setdefault(each.collection, deque())
            kept.append((bin_, each.probability))
            while kept[0][0] < bin_ - DAY - HOUR:
                kept.popleft()

    def found(self) -> list[Surge]:
        """Sources that fell silent or came back: of all of them dead_feed, of one among others coverage."""
        rows: dict[int, Series] = {row: (SOURCE, name) for name, row in self._row.items()}
        silent = [row for row in rows if row and self._silent(row)]
        alone = len(self._row) <= 2
        watched = {0: WHOLE} if alone or self._silent(0) else {row: rows[row] for row in rows if row}
        judged = {row: name for row, name in watched.items() if row in silent or self._silent(row)}
        judged |= {row: name for row, name in rows.items() if any(d.series_key == name[1] for d in self.drops.open)}
        return self.drops.step(self.history, judged, lambda s: DEAD_FEED if s == WHOLE else COVERAGE) if judged else []

    def _silent(self, row: int) -> bool:
        return bool(self.history.last_hour()[row] == 0)

    def _stopping(self, row: int) -> bool:
        """Whether nothing has come for half an hour from a collection that usually brings several in that time."""
        now = self.history.now
        before = sum(n for _, n in self.history.of(row, now - DAY + 1, now))
        lately = sum(n for _, n in self.history.of(row, now - HOUR // 2 + 1, now))
        return lately == 0 and before >= STOPPING * DAY / (HOUR // 2)

    def cause(self) -> str:
        """Why series fall now: coverage where a collection is silent or changed its sampling within the hour."""
        stopped = any(d.series_key != "all" for d in self.drops.open)
        stopped = stopped or any(self._stopping(row) for name, row in self._row.items() if name != "all")
        return COVERAGE if stopped or any(self._resampled(name) for name in self._sampled) else DROP

    def changed(self) -> list[str]:
        """Collections that stopped or sample differently at present, in order."""
        stopped = {d.series_key for d in self.drops.open}
        return sorted(stopped | {name for name in self._sampled if self._resampled(name)})

    def _resampled(self, name: str) -> bool:
        now = self.history.now
        recent = [p for b, p in self._sampled[name] if b > now - HOUR]
        before = [p for b, p in self._sampled[name] if b <= now - HOUR]
        if not recent or not before:
            return False
        return abs(float(np.mean(recent)) / float(np.mean(before)) - 1) > SAMPLING_CHANGE
