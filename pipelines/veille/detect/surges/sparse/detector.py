"""Step by step over all sparse series: what opens, what changes, what closes."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.records import InsistentAccount, Surge, surge_id
from veille.detect.surges.sparse.assess import Assessment, assess
from veille.detect.surges.sparse.insistent import InsistentTracker, insistent_pairs
from veille.detect.surges.sparse.learning import BLOCK, Held, Learning
from veille.detect.surges.sparse.names import Names
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import RecentEvents, Rows, joined
from veille.detect.surges.sparse.significance import excess_p_values, q_values
from veille.detect.surges.sparse.tracking import OpenSurge
from veille.detect.surges.sparse.windows import window_counts

Ints = npt.NDArray[np.int64]
MICRO = 1_000_000


@dataclass
class StepResult:
    """What one step found. `updated` holds new versions of surges that stay open, or late amendments of closed ones."""

    opened: list[Surge] = field(default_factory=list)
    updated: list[Surge] = field(default_factory=list)
    closed: list[Surge] = field(default_factory=list)
    insistent: list[InsistentAccount] = field(default_factory=list)  # new, extended and closed findings


class SparseDetector:
    """Surges over up to a million series, and insistent accounts. Pure state: no clock but the bins it is given.

    Give every bin in order with `step(bin, events)`; events of earlier bins may come along (late). A bin may be given
    in pieces with `final=False` (early looks): a surge may open in an early look, and nothing else changes. Bins in
    which nothing happened may be left out: they count as silence. `observed=False` says that the feed was dead in
    this bin: it is not learned as silence.
    """

    def __init__(self, params: SparseParams | None = None, series_kind: str = "target") -> None:
        self.params = params or SparseParams()
        self.series_kind = series_kind
        self.names = Names()
        self.recent = RecentEvents(self.params.max_rows)
        self.bin_us = self.params.bin_seconds * MICRO
        self.now: int | None = None  # the bin that is being filled
        self.open: dict[int, OpenSurge] = {}
        self._insistent = InsistentTracker(self.params.insistent_quiet, self.bin_us)
        self._cut = np.zeros(0, dtype=np.int64)  # per series: bins up to this belong to a closed surge
        self._last = np.zeros(0, dtype=np.int32)  # per series: newest bin with an event
        self._scale = np.ones(len(self.params.windows))  # level of the feed at the close of the last bin
        self._closed: dict[int, OpenSurge] = {}  # the last closed surge, as long as late events may amend it
        self._learning: Learning | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of state, names of series included (their dictionary estimated)."""
        learned = self._learning
        arrays = 0 if learned is None else learned.baseline.counts.nbytes * 2 + learned.calibration.seen.nbytes * 2
        return self.recent.nbytes + self.names.nbytes + self._cut.nbytes + arrays

    def step(self, bin_: int, events: pl.DataFrame, *, final: bool = True, observed: bool = True) -> StepResult:
        """Take the new events (target_id, account_id, occurred_at) and decide; `final` closes bin `bin_`.

        bin_  bins of `bin_seconds` since 1970. Raises ValueError if it is earlier than the bin being filled.
        """
        if self.now is None:
            self.now, self._learning = bin_, Learning(self.params, bin_)
        if bin_ < self.now:
            raise ValueError(f"bin {bin_} was closed already; give its events with the present bin")
        out = StepResult()
        while self.now < bin_:
            self._close_bin(out)
        rows, accounts = self._take(events)
        if len(rows.bin):
            self._tally(rows, out)
            self._decide(rows, accounts, out, final)
        if final:
            if not observed:
                self.learning.unobserved.add(bin_)
            self._close_bin(out)
        return out

    @property
    def learning(self) -> Learning:
        assert self._learning is not None
        return self._learning

    def _take(self, events: pl.DataFrame) -> tuple[Rows, dict[int, str]]:
        """Number the series, sort (so that the order of arrival does not matter) and keep the events."""
        if len(events) == 0:
            return Rows.empty(), {}
        at = events["occurred_at"].cast(pl.Datetime("us")).to_physical().to_numpy()
        account = events["account_id"].hash(seed=0).to_numpy()
        series = self.names.numbers(events["target_id"])
        self._make_room()
        order = np.lexsort((account, series, at))
        bins = (at // self.bin_us).astype(np.int32)
        rows = Rows(bins[order], series[order].astype(np.int32), account[order], at[order].astype(np.int64))
        ids = dict(zip(account.tolist(), events["account_id"].to_list(), strict=True))
        assert self.now is not None
        rows = rows.where(rows.bin <= self.now)
        self.learning.late(rows.where(rows.bin < self.learning.upto))
        rows = rows.where(rows.bin > self.now - max(self.params.windows))
        self.recent.append(rows)
        np.maximum.at(self._last, rows.series, rows.bin)
        return rows, ids

    def _make_room(self) -> None:
        size = len(self.names)
        if size > len(self._cut):
            more = max(size, 2 * len(self._cut)) - len(self._cut)
            self._cut = np.concatenate([self._cut, np.full(more, -1, dtype=np.int64)])
            self._last = np.concatenate([self._last, np.full(more, -1, dtype=np.int32)])
        self.learning.baseline.grow(size)

    def _tally(self, rows: Rows, out: StepResult) -> None:
        """New events of surges under way, and late ones of the last closed."""
        assert self.now is not None
        for tracked in (self.open, self._closed):
            for series in sorted(set(tracked) & set(rows.series.tolist())):
                one = tracked[series]
                mine = rows.where(rows.series == series)
                if tracked is self._closed:
                    mine = mine.where(mine.bin <= one.last_active)
                if one.add(mine):
                    end = one.last_active if tracked is self._closed else self.now
                    out.updated.append(one.version(end, self.bin_us))

    def _decide(self, new: Rows, accounts: dict[int, str], out: StepResult, final: bool) -> None:
        assert self.now is not None
        touched = np.zeros(len(self._cut), dtype=bool)
        touched[new.series] = True
        rows = self.recent.of_series(touched)
        self._find_insistent(new, rows, accounts, out)
        totals = np.bincount(rows.series, minlength=len(self._cut))
        touched &= totals >= self.params.min_events
        touched[list(self.open)] = False
        if self.now - self.learning.start < self.params.grace or not touched.any():
            return
        ends = [self.now, *sorted({int(b) for b in new.bin if b != self.now}, reverse=True)]
        for end in ends:  # a restated bin is judged at its own end too
            self._open_at(end, rows, new, touched, out, final and end == self.now)

    def _open_at(
        self, end: int, rows: Rows, new: Rows, touched: npt.NDArray[np.bool_], out: StepResult, record: bool
    ) -> None:
        ids = np.flatnonzero(touched)
        found = assess(
            rows.where(touched[rows.series]), ids, self._cut[ids], end, self.learning, self._scale, self.params
        )
        q = q_values(found.p_value, len(self.names))
        opens = q <= self.params.q
        if record:
            self._hold(found, ~opens, end)
        limit = found.p_value[opens].max() if opens.any() else 0.0
        for i in np.flatnonzero(opens):
            series = int(ids[i])
            mine = rows.where(rows.series == series)
            at = self._tripped_at(series, mine, new.where(new.series == series), end, float(limit))
            out.opened.append(self._start(series, mine, found, int(i), float(q[i]), at, end))
            touched[series] = False

    def _hold(self, found: Assessment, calm: npt.NDArray[np.bool_], end: int) -> None:
        i, window = np.nonzero((found.model_p < 1) & calm[:, None])
        if len(i):
            self.learning.hold(Held(end, found.ids[i], window, found.band[i], found.model_p[i, window]))

    def _tripped_at(self, series: int, mine: Rows, new: Rows, end: int, limit: float) -> int:
        """The new mention with which the rule was met: the first after which p ≤ limit (p falls with each)."""
        new = new.where(new.bin <= end)
        old = mine.where(~np.isin(mine.at, new.at))
        ids, after = np.array([series]), self._cut[series : series + 1]
        low, high = 1, len(new.at)
        while low < high:
            middle = (low + high) // 2
            part = joined([old, new.where(np.arange(len(new.at)) < middle)])
            if assess(part, ids, after, end, self.learning, self._scale, self.params).p_value[0] <= limit:
                high = middle
            else:
                low = middle + 1
        return int(new.at[low - 1])

    def _start(self, series: int, mine: Rows, found: Assessment, i: int, q: float, at: int, end: int) -> Surge:
        assert self.now is not None
        window = self.params.windows[int(found.window[i])]
        first = max(end - window, int(self._cut[series]))
        since = int(mine.bin[mine.bin > first].min())
        key, opened = self.names[series], at // self.bin_us
        p = float(found.p_value[i])
        surge = Surge(
            surge_id=surge_id(self.series_kind, key, opened),
            series_kind=self.series_kind,
            series_key=key,
            opened_at=at,
            decided_at=(self.now + 1) * self.bin_us,
            since=since * self.bin_us,
            peak_at=at,
            closed_at=None,
            observed=0,
            expected=0.0,
            low=0.0,
            high=0.0,
            accounts=0,
            score=-float(np.log10(p)),
            p_value=p,
            q_value=q,
            window_seconds=window * self.params.bin_seconds,
            version=0,
        )
        tally = OpenSurge(surge, since, opened, self.now, float(found.rate[i]), float(found.shape[i]))
        tally.add(mine)
        self.open[series] = tally
        return tally.version(self.now, self.bin_us)

    def _find_insistent(self, new: Rows, rows: Rows, accounts: dict[int, str], out: StepResult) -> None:
        assert self.now is not None
        fresh = np.ones(len(new.bin), dtype=bool)
        for key in sorted(
            set(zip(new.series.tolist(), new.account.tolist(), strict=True)) & set(self._insistent.active)
        ):
            mine = (new.series == key[0]) & (new.account == key[1])
            fresh &= ~mine
            out.insistent.append(self._insistent.extend(key, new.at[mine]))
        asked = {(s, a) for s, a in zip(new.series[fresh].tolist(), new.account[fresh].tolist(), strict=True)}
        for found in insistent_pairs(rows, self.now, self.params.insistent):
            if (found.series, found.account) in asked:
                everywhere = self.recent.rows
                others = np.unique(everywhere.series[everywhere.account == np.uint64(found.account)])
                rate = float(self.learning.baseline.predict(np.array([found.series]), self.now).rate[0])
                target = self.names[found.series]
                out.insistent.append(
                    self._insistent.open(found, accounts[found.account], target, len(others) - 1, rate)
                )

    def _close_bin(self, out: StepResult) -> None:
        assert self.now is not None
        self._close_surges(out)
        active = self.learning.level.active(self._last, self.now)
        self._scale = self.learning.level.factor(active)
        self.now += 1
        if (self.now - self.learning.start) % BLOCK == 0:
            out.insistent.extend(self._insistent.close(self.now))
            since = {series: one.since for series, one in self.open.items()}
            self.learning.level.hold(self.now - 1, self.now - self.learning.start, active)
            self.learning.hourly(self.now, self.recent.rows, len(self.names), since)
            oldest = self.now - max(self.params.windows)
            self.recent.keep(self.recent.rows.bin >= oldest)
            self._closed = {s: one for s, one in self._closed.items() if one.last_active >= oldest}

    def _close_surges(self, out: StepResult) -> None:
        """Close what has been quiet for an hour, or what has lasted so long that it is the new level."""
        if not self.open:
            return
        assert self.now is not None
        p, ids = self.params, np.array(sorted(self.open))
        chosen = np.zeros(len(self._cut), dtype=bool)
        chosen[ids] = True
        rows = self.recent.of_series(chosen)
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

    def _end(self, series: int, reason: str, rows: Rows, out: StepResult) -> None:
        assert self.now is not None
        one = self.open.pop(series)
        out.closed.append(one.close(self.bin_us, reason))
        self._closed[series] = one
        self._cut[series] = self.now
        self.learning.flag(series, one.since, self.now + 1, one_bin=one.one_bin)
        if reason == "new_level":
            bins = max(self.params.windows)
            total = np.count_nonzero((rows.series == series) & (rows.bin > self.now - bins))
            self.learning.baseline.relevel(series, self.now, float(total), bins)
