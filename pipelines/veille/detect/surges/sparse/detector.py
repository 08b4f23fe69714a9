"""Step by step over all sparse series: what opens, what changes, what closes.

>>> from datetime import UTC, datetime, timedelta
>>> start = datetime(2026, 1, 1, tzinfo=UTC)
>>> detector, opened = SparseDetector(SparseParams(grace=96, guard=96, windows=(1, 12, 96))), []
>>> for number in range(220):                     # one calm target; from bin 200 on many ask about another
...     asked = [("calm", f"a{number}")] + [("struck", f"b{number}_{n}") for n in range(10) if number >= 200]
...     at = start + number * timedelta(minutes=5)
...     events = pl.DataFrame(asked, schema=["target_id", "account_id"], orient="row").with_columns(occurred_at=pl.lit(at))
...     opened += detector.step(int(at.timestamp()) // 300, events).opened
>>> [surge.series_key for surge in opened]
['struck']
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.looks import EarlyLooks, StepResult
from veille.detect.surges.records import InsistentAccount, Surge
from veille.detect.surges.sparse.insistent import InsistentTracker, insistent_pairs
from veille.detect.surges.sparse.known import KnownSeries
from veille.detect.surges.sparse.learning import BLOCK, Learning, PendingScores
from veille.detect.surges.sparse.opening import BinContext, Judged, Naming, judge, started
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import MICRO, EventArrays, encoded, happened_before
from veille.detect.surges.sparse.significance import excess_p_values
from veille.detect.surges.sparse.tracking import OpenSurge
from veille.detect.surges.sparse.windows import window_counts

NEVER = 1 << 40
"""A bin later than all others."""


class SparseDetector:
    """Surges over up to a million series, and insistent accounts. Pure state: no clock but the bins it is given.

    Give every bin in order with `step(bin, events)`; events of earlier bins may come along (late). A bin may be given
    in pieces with `final=False` (early looks): a surge may open in an early look, but all is decided when the bin is
    closed, from all of its events, as if there had been no look. Should that not confirm an early opening, it is
    closed with the reason withdrawn. Bins in which nothing happened may be left out: they count as silence.
    `observed=False` says that the feed was dead in this bin: it is not learned as silence.
    """

    def __init__(self, params: SparseParams | None = None, series_kind: str = "target") -> None:
        self.params = params or SparseParams()
        self.series_kind = series_kind
        self.known = KnownSeries(self.params)
        self.bin_us = self.params.bin_seconds * MICRO
        self.now: int | None = None  # the bin that is being filled
        self.open: dict[int, OpenSurge] = {}
        self._insistent = InsistentTracker(self.params.insistent_quiet, self.bin_us)
        self._scale = np.ones(len(self.params.windows))  # level of the feed at the close of the last bin
        self._tests = 0  # series known at the close of the last bin
        self._closed: dict[int, OpenSurge] = {}  # the last closed surge, as long as late events may amend it
        self._waiting: list[pl.DataFrame] = []  # events that early looks have seen and no bin has taken
        self._early = EarlyLooks()
        self._learning: Learning | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of state, names of series included (their dictionary estimated)."""
        learned = self._learning
        arrays = 0 if learned is None else learned.baseline.counts.nbytes * 2 + learned.calibration.seen.nbytes * 2
        return self.known.nbytes + arrays

    @property
    def learning(self) -> Learning:
        assert self._learning is not None
        return self._learning

    def step(self, bin_: int, events: pl.DataFrame, *, final: bool = True, observed: bool = True) -> StepResult:
        """Take the new events (target_id, account_id, occurred_at) and decide; `final` closes bin `bin_`.

        bin_  bins of `bin_seconds` since 1970. Raises ValueError if it is earlier than the bin being filled. Events of
        later bins wait for theirs.
        """
        if self.now is None:
            self.now, self._learning = bin_, Learning(self.params, bin_)
        if bin_ < self.now:
            raise ValueError(f"bin {bin_} is already closed; pass its events with the current bin")
        if len(events):
            self._waiting.append(events)
        out = StepResult()
        if not final:
            self._look(bin_, out)
            return out
        while self.now < bin_:
            self._decide_bin(out, observed=True)
        self._decide_bin(out, observed=observed)
        return out

    def _decide_bin(self, out: StepResult, *, observed: bool) -> None:
        assert self.now is not None
        rows, accounts = self._take()
        if len(rows.bin):
            self._tally(rows, out)
            self._find(rows, accounts, out)
        self._early.settle((self.now + 1) * self.bin_us, out)
        if not observed:
            self.learning.unobserved.add(self.now)
        self._close_bin(out)

    def _take(self) -> tuple[EventArrays, dict[int, str]]:
        """The waiting events of bins up to the present one, numbered, sorted and kept."""
        assert self.now is not None
        if not self._waiting:
            return EventArrays.empty(), {}
        events = pl.concat(self._waiting) if len(self._waiting) > 1 else self._waiting[0]
        here = happened_before(events, (self.now + 1) * self.bin_us)
        if here.all():
            self._waiting = []
        else:
            self._waiting, events = [events.filter(pl.Series(~here))], events.filter(pl.Series(here))
        rows, accounts = encoded(events, self.known.names, self.bin_us)
        self._make_room()
        self.learning.late(rows.where(rows.bin < self.learning.upto))
        rows = rows.where(rows.bin > self.now - max(self.params.windows))
        self.known.append(rows)
        return rows, accounts

    def _make_room(self) -> None:
        self.known.make_room()
        self.learning.baseline.grow(self.known.names.size)

    def _tally(self, rows: EventArrays, out: StepResult) -> None:
        """New events of surges under way, and late ones of the last closed."""
        assert self.now is not None
        seen = set(rows.series.tolist())
        for tracked in (self.open, self._closed):
            for series in sorted(tracked.keys() & seen):
                one = tracked[series]
                mine = rows.where(rows.series == series)
                if tracked is self._closed:
                    mine = mine.where(mine.bin <= one.last_active)
                if one.add(mine):
                    end = one.last_active if tracked is self._closed else self.now
                    out.updated.append(one.version(end, self.bin_us))

    # -- opening -------------------------------------------------------------

    def _view(self) -> BinContext:
        return BinContext(self.learning, self.params, self._scale, self.known.cut, self._tests)

    def _naming(self, judged: Judged, end: int) -> Naming:
        names = {int(s): self.known.names[int(s)] for s in judged.found.ids[judged.opens]}
        return Naming(self.series_kind, names, self.bin_us, (end + 1) * self.bin_us)

    def _candidates(self, touched: npt.NDArray[np.bool_], rows: EventArrays) -> bool:
        """Narrow `touched` to the series that may open; whether there is any."""
        assert self.now is not None
        touched &= np.bincount(rows.series, minlength=len(self.known.cut)) >= self.params.min_events
        touched[list(self.open)] = False
        return self.now - self.learning.start >= self.params.grace and bool(touched.any())

    def _find(self, new: EventArrays, accounts: dict[int, str], out: StepResult) -> None:
        assert self.now is not None
        touched, rows = self.known.touched(new)
        self._find_insistent(new, rows, accounts, out)
        if not self._candidates(touched, rows):
            return
        for end in _ends(self.now, new):  # a restated bin is judged at its own end too
            judged = self._judged(end, rows, touched)
            if end == self.now:
                self._hold(judged, end)
            for series, tally in started(judged, end, rows, new, self._view(), self._naming(judged, self.now)):
                self.open[series] = tally
                touched[series] = False
                out.opened.append(tally.version(self.now, self.bin_us))

    def _judged(self, end: int, rows: EventArrays, touched: npt.NDArray[np.bool_]) -> Judged:
        ids = np.flatnonzero(touched)
        return judge(end, rows.where(touched[rows.series]), ids, self._view())

    def _hold(self, judged: Judged, end: int) -> None:
        found = judged.found
        i, window = np.nonzero((found.model_p < 1) & ~judged.opens[:, None])
        if len(i):
            self.learning.hold(PendingScores(end, found.ids[i], window, found.band[i], found.model_p[i, window]))

    # -- early looks ---------------------------------------------------------

    def _look(self, bin_: int, out: StepResult) -> None:
        """Open what opens already from the waiting events up to `bin_`; leave everything else as it was."""
        assert self.now is not None
        if not self._waiting:
            return
        events = pl.concat(self._waiting)
        events = events.filter(pl.Series(happened_before(events, (bin_ + 1) * self.bin_us)))
        known = self.known.names.known(events["target_id"].to_list())
        rows, _ = encoded(events, self.known.names, self.bin_us)
        self._make_room()
        kept = len(self.known.recent)
        self.known.recent.append(rows.where(rows.bin > self.now - max(self.params.windows)))
        self._open_early(rows, out)
        self.known.recent.truncate(kept)
        self.known.names.undo(sorted(set(events["target_id"].to_list()) - known))

    def _open_early(self, new: EventArrays, out: StepResult) -> None:
        assert self.now is not None
        touched, rows = self.known.touched(new)
        if not self._candidates(touched, rows):
            return
        for end in _ends(self.now, new):
            judged = self._judged(end, rows, touched)
            last = max(end, self.now)
            for series, tally in started(judged, end, rows, new, self._view(), self._naming(judged, last)):
                touched[series] = False
                self._early.open(tally.version(last, self.bin_us), out)

    # -- insistent accounts --------------------------------------------------

    def _find_insistent(self, new: EventArrays, rows: EventArrays, accounts: dict[int, str], out: StepResult) -> None:
        assert self.now is not None
        fresh = np.ones(len(new.bin), dtype=bool)
        asked = set(zip(new.series.tolist(), new.account.tolist(), strict=True))
        for key in sorted(asked & self._insistent.active.keys()):
            mine = (new.series == key[0]) & (new.account == key[1])
            fresh &= ~mine
            out.insistent.append(self._insistent.extend(key, new.at[mine]))
        asked = set(zip(new.series[fresh].tolist(), new.account[fresh].tolist(), strict=True))
        for found in insistent_pairs(rows, self.now, self.params.insistent):
            if (found.series, found.account) in asked:
                everywhere = self.known.recent.rows
                others = np.unique(everywhere.series[everywhere.account == np.uint64(found.account)])
                rate = float(self.learning.baseline.predict(np.array([found.series]), self.now).rate[0])
                target = self.known.names[found.series]
                out.insistent.append(
                    self._insistent.open(found, accounts[found.account], target, len(others) - 1, rate)
                )

    def finish(self) -> list[Surge]:
        """Close all surges under way, each at its last busy bin."""
        ended, self.open = self.open, {}
        return [ended[series].close(self.bin_us, "quiet") for series in sorted(ended)]

    def finish_insistent(self) -> list[InsistentAccount]:
        """Close all findings of insistent accounts."""
        return self._insistent.close(NEVER)

    # -- closing -------------------------------------------------------------

    def _close_bin(self, out: StepResult) -> None:
        assert self.now is not None
        self._close_surges(out)
        self._leave_out()
        learning = self.learning
        active = learning.level.active(self.known.last, self.now)
        self._scale, self._tests = learning.level.factor(active), len(self.known.names)
        self.now += 1
        if (self.now - learning.start) % BLOCK == 0:
            out.insistent.extend(self._insistent.close(self.now))
            since = {series: one.since for series, one in self.open.items()}
            learning.level.hold(self.now - 1, self.now - learning.start, active)
            unused = self.known.names.size - len(self.known.names)
            learning.hourly(self.now, self.known.recent.rows, self.known.names.size, unused, since)
            oldest = self.now - max(self.params.windows)
            self.known.recent.keep(self.known.recent.rows.bin >= oldest)
            self._closed = {s: one for s, one in self._closed.items() if one.last_active >= oldest}
            self._forget()

    def _leave_out(self) -> None:
        """At the end of a bin, so that early looks change nothing."""
        assert self.now is not None
        leaving = self.known.leave_out(self.now - max(self.params.windows))
        if leaving is not None:
            self.learning.leave(leaving.where(leaving.bin >= self.learning.upto))

    def _forget(self) -> None:
        assert self.now is not None
        busy = self.learning.flagged | self.open.keys() | self._closed.keys() | {s for s, _ in self._insistent.active}
        gone = self.known.forget(self.now, self.learning.baseline.counts, busy)
        if len(gone):
            self.learning.drop(gone)

    def _close_surges(self, out: StepResult) -> None:
        """Close what has been quiet for an hour, or what has lasted so long that it is the new level."""
        if not self.open:
            return
        assert self.now is not None
        p, ids = self.params, np.array(sorted(self.open))
        rows = self.known.rows_of(ids)
        position = np.searchsorted(ids, rows.series)
        count = window_counts(rows, position, np.full(len(ids), -1), self.now, (p.quiet,), p.account_cap).people[:, 0]
        prediction = self.learning.baseline.predict(ids, self.now)
        hour = float(np.interp(p.quiet, p.windows, self._scale))
        busy = excess_p_values(count, prediction.rate * p.quiet * hour, prediction.shape) <= p.close_p
        for i, series in enumerate(ids.tolist()):
            one = self.open[series]
            one.calm = 0 if busy[i] else one.calm + 1
            one.last_active = self.now if busy[i] else one.last_active
            new_level = self.now + 1 - one.opened >= p.relearn
            if one.calm >= p.quiet or new_level:
                self._end(series, "new_level" if new_level else "quiet", rows, out)

    def _end(self, series: int, reason: str, rows: EventArrays, out: StepResult) -> None:
        assert self.now is not None
        one = self.open.pop(series)
        out.closed.append(one.close(self.bin_us, reason))
        self._closed[series] = one
        self.known.cut[series] = self.now
        self.learning.flag(series, one.since, self.now + 1, one_bin=one.one_bin)
        if reason == "new_level":
            bins = max(self.params.windows)
            total = np.count_nonzero((rows.series == series) & (rows.bin > self.now - bins))
            self.learning.baseline.relevel(series, self.now, float(total), bins)


def _ends(now: int, new: EventArrays) -> list[int]:
    """The bins to judge: the present one first, then the others that got rows, latest first."""
    return [now, *sorted(set(new.bin.tolist()) - {now}, reverse=True)]
