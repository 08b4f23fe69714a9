"""Series with volume in a stream: which are followed, their surges and drops, bin by bin."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from veille.detect.significance import q_values
from veille.detect.surges.bands import BurstBand, StormBand
from veille.detect.surges.bank import SeriesBank, SeriesStep
from veille.detect.surges.dense_params import DenseStep
from veille.detect.surges.looks import EarlyLooks, StepResult
from veille.detect.surges.records import Surge
from veille.detect.surges.stream.falls import Drops
from veille.detect.surges.stream.followed import Followed, Judgement, begin
from veille.detect.surges.stream.history import History
from veille.detect.surges.stream.params import BIN_US, StreamParams
from veille.detect.surges.stream.volumes import Series, Volumes

ADMIT_EVERY = 12  # bins
KEPT = 288  # bins for which a closed surge may still be amended
Counts = dict[tuple[int, Series], int]
"""Events by (bin, series)."""


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


class CountedSeries:
    """All series that are counted. A followed series has a place in the bank; each place has its own clock."""

    def __init__(self, params: StreamParams) -> None:
        self.params = params
        self.volumes = Volumes(params.max_names)
        self.drops = Drops(params)
        self.history = History(0)
        self._bank = SeriesBank(0, params.dense, params.storms)
        self._owner: dict[int, Series] = {}  # place → series
        self._place: dict[Series, int] = {}
        self._open: dict[int, Followed] = {}
        self._closed: dict[int, Followed] = {}
        self._early = EarlyLooks()
        self._unobserved: list[int] = []

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self._bank.nbytes + self.history.nbytes

    @property
    def open(self) -> list[Followed]:
        """Surges under way."""
        return list(self._open.values())

    @property
    def followed(self) -> list[Series]:
        """Series that have volume, in the order of their places."""
        return [self._owner[place] for place in sorted(self._owner)]

    def step(self, bin_: int, counts: Counts, out: StepResult, *, observed: bool) -> None:
        """Close bin `bin_`; counts of earlier bins restate theirs."""
        self.volumes.add(self._numbered(bin_, counts))
        self._restate_all(bin_, counts, out)
        values = self._values(bin_, counts)
        self.history.push(bin_, np.where(np.isnan(values), 0.0, values), observed=observed)
        if observed:
            self._judge(bin_, values, out)
        else:
            self._unobserved.append(bin_)
        self._early.settle((bin_ + 1) * BIN_US, out)
        self._closed = {i: one for i, one in self._closed.items() if one.last_active > bin_ - KEPT}
        self._unobserved = [b for b in self._unobserved if b > bin_ - 2 * KEPT]
        if (bin_ + 1) % ADMIT_EVERY == 0:
            self._admit(bin_)

    def look(self, bin_: int, counts: Counts, out: StepResult) -> None:
        """Open what opens already with the counts of bin `bin_` so far; nothing is learned."""
        values = self._values(bin_, counts)
        if not len(values) or not np.nansum(values):
            return
        said = self._bank.peek(values)
        for place in np.flatnonzero(said.opens):
            judgement = self._burst(said, int(place))
            opened = self._begin(int(place), bin_, bin_, judgement, float(values[place]))
            self._early.open(opened.version(bin_), out)

    def fallen(self, cause: Callable[[], str]) -> list[Surge]:
        """Drops that began or ended with the last bin. cause: asked why series fall now, where one begins."""
        return self.drops.step(self.history, self._owner, lambda series: cause()) if self._owner else []

    def finish(self) -> list[Surge]:
        """Close all surges under way, each at its last busy bin."""
        ended, self._open = self._open, {}
        return [ended[place].close("quiet") for place in sorted(ended)]

    # -- counting ------------------------------------------------------------

    def _numbered(self, bin_: int, counts: Counts) -> dict[int, int]:
        out: dict[int, int] = {}
        for (_, series), events in sorted(counts.items()):
            number = self.volumes.number(series)
            out[number] = out.get(number, 0) + events
        return out

    def _values(self, bin_: int, counts: Counts) -> npt.NDArray[np.float64]:
        """Count of each place in this bin; NaN where nobody has it."""
        values = np.full(len(self._bank), np.nan)
        values[list(self._owner)] = 0.0
        for (at, series), events in counts.items():
            place = self._place.get(series)
            if at == bin_ and place is not None:
                values[place] += events
        return values

    def _restate_all(self, bin_: int, counts: Counts, out: StepResult) -> None:
        for (at, series), events in sorted(counts.items(), key=lambda item: item[0]):
            place = self._place.get(series)
            if at >= bin_ or place is None:
                continue
            self.history.add(place, at, events)
            for kept in (self._open.get(place), self._closed.get(place)):
                if kept is not None and at in kept.usual:
                    kept.add(at, events)
                    until = bin_ - 1 if kept is self._open.get(place) else kept.last_active
                    out.updated.append(kept.version(until))
            self._restate(place, at, bin_, events, out)

    def _restate(self, place: int, at: int, bin_: int, events: int, out: StepResult) -> None:
        if at in self._unobserved:
            return
        ago = bin_ - at - sum(1 for b in self._unobserved if b > at)
        try:
            said = self._bank.restate(place, ago, float(events))
        except ValueError:  # older than anything that may open
            return
        if said.opens[0]:
            count = dict(self.history.of(place, at, at)).get(at, events)
            self._open[place] = one = self._begin(place, at, bin_, self._burst(said, 0), float(count))
            one.last_active = bin_ - 1
            for later, n in self.history.of(place, at + 1, bin_ - 1):
                one.take(later, n, one.usual[at])
            out.opened.append(one.version(bin_ - 1))

    # -- surges --------------------------------------------------------------

    def _judge(self, bin_: int, values: npt.NDArray[np.float64], out: StepResult) -> None:
        if not len(values):
            return
        said = self._bank.update(values, p_values=False)
        for place, one in self._open.items():
            self._take(one, bin_, values, said, place)
        for place in np.flatnonzero(said.opens).tolist():
            judgement = self._judgement(said, place)
            self._open[place] = one = self._begin(place, bin_, bin_, judgement, float(values[place]))
            out.opened.append(one.version(bin_))
        for place in np.flatnonzero(said.closes).tolist():
            self._closed[place] = ended = self._open.pop(place)
            learned = bool(said.relearned[place])
            if learned:
                ended.last_active = bin_
            out.closed.append(ended.close("new_level" if learned else "quiet"))
        opened = {s.surge_id for s in out.opened}
        out.updated += [
            one.version(bin_)
            for one in self._open.values()
            if one.surge.surge_id not in opened and one.per_bin.get(bin_)
        ]

    def _take(self, one: Followed, bin_: int, values: npt.NDArray[np.float64], said: SeriesStep, place: int) -> None:
        """One bin of a surge under way; the band moves no more, the level does."""
        storm = one.surge.storm
        one.take(bin_, int(values[place]), one.rate if storm else float(said.dense.expected[place]))
        one.surge = replace(one.surge, level=_known(said.storm.level[place]))
        if said.grows[place] and not storm:
            judgement = self._storm(said, place)
            one.grow(bin_, judgement, self.history.of(place, bin_ - judgement.span + 1, bin_))
        busy = said.storm.active[place] if storm else said.dense.score[place] >= self.params.dense.close_below
        if busy and one.above(bin_):
            one.last_active = bin_

    def _judgement(self, said: SeriesStep, place: int) -> Judgement:
        return self._storm(said, place) if said.by_storm[place] else self._burst(said.dense, place)

    def _storm(self, said: SeriesStep, place: int) -> Judgement:
        """Of the storm that opens at `place`: against its usual days."""
        storm, bins_a_day = said.storm, self._bank.storms.params.looks(24) * self._bank.storms.params.every
        p, usual = float(storm.p_value[place]), float(storm.usual[place])
        band = StormBand(
            float(storm.low[place]), float(storm.high[place]), bins_a_day, self._bank.storms.params.exponent
        )
        return Judgement(
            score=-float(np.log10(p)),
            p_value=p,
            q_value=self._q_of(storm.p_value, place),
            expected=usual / bins_a_day,
            band=band,
            span=int(storm.window[place]),
            storm=True,
            level=_known(storm.level[place]),
        )

    def _burst(self, said: DenseStep, i: int) -> Judgement:
        """Of the burst that opens in row `i` of what the bank said."""
        spans = self.params.dense.spans
        return Judgement(
            score=float(said.score[i]),
            p_value=float(said.p_value[i]),
            q_value=self._q_of(np.where(np.isnan(said.score), np.nan, said.p_value), i),
            expected=float(said.expected[i]),
            band=BurstBand(spans, [(float(low), float(high)) for low, high in said.ends[i]]),
            span=int(said.span[i]),
            storm=False,
            level=None,
        )

    def _q_of(self, p_values: npt.NDArray[np.float64], i: int) -> float:
        """Adjusted over all series that are judged (NaN: not judged)."""
        judged, q = ~np.isnan(p_values), np.ones(len(p_values))
        q[judged] = q_values(p_values[judged], max(int(judged.sum()), len(self._owner)))
        return float(q[i])

    def _begin(self, place: int, bin_: int, decided: int, judgement: Judgement, count: float) -> Followed:
        """The surge that opens in `bin_` at `place`."""
        past = [(b, n) for b, n in self.history.of(place, bin_ - judgement.span + 1, bin_ - 1)]
        return begin(self._owner[place], bin_, decided, judgement, [*past, (bin_, int(count))])

    # -- places --------------------------------------------------------------

    def _admit(self, bin_: int) -> None:
        """Give places to series that have come to volume, of those with most first."""
        daily = self.volumes.daily()
        order = np.lexsort((np.arange(len(daily)), -daily))
        for number in order[: self.params.max_series]:
            series = self.volumes[int(number)]
            if daily[number] < self.params.min_daily:
                break
            if series not in self._place and (place := self._free_place(float(daily[number]))) is not None:
                self._owner[place], self._place[series] = series, place
                self._bank.reset(place)
                self.history.start(place, bin_ + 1)
        kept = {self.volumes.number(series) for series in self._place}
        self.volumes.shrink(kept)

    def _free_place(self, wanted: float) -> int | None:
        """A place nobody has; where all are taken, that of the smallest series without a surge, if it has less than half
        of the volume that is `wanted`."""
        free = set(range(len(self._bank))) - self._owner.keys()
        if free:
            return min(free)
        if len(self._owner) < self.params.max_series:
            # A place that nobody has is judged with all others at every bin: only a quarter is added ahead.
            more = min(max(1, len(self._owner) // 4), self.params.max_series - len(self._owner))
            self._bank.grow(more)
            self.history.grow(len(self._bank))
            return len(self._owner)
        daily = self.volumes.daily()
        volume = {place: float(daily[self.volumes.number(series)]) for place, series in self._owner.items()}
        idle = [place for place in volume if place not in self._open and 2 * volume[place] < wanted]
        if not idle:
            return None
        place = min(idle, key=lambda p: (volume[p], p))
        self._closed.pop(place, None)
        del self._place[self._owner.pop(place)]
        return place
