"""Surges, drops, insistent accounts and odd targets of one data folder, on the grid of detection."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from veille.config import Settings
from veille.detect.surges.multivariate import rank_odd_targets, target_features
from veille.detect.surges.records import Surge
from veille.detect.surges.stream.params import BIN_US
from veille.detect.surges.stream.stream import SurgeStream
from veille.detection.grid import BIN, floor
from veille.detection.surges.explain import Explainer
from veille.detection.surges.feed import Feed, moment
from veille.detection.surges.records import (
    bin_of,
    drop_row,
    insistent_row,
    left_out_rows,
    odd_rows,
    orphans,
    span_of,
    surge_row,
    table,
)
from veille.detection.surges.settings import stream_params
from veille.detection.surges.versions import SurgeLogs, Version
from veille.stopping import Stop, checking
from veille.store.database import Database
from veille.store.findings import Findings
from veille.times import aware_now

DAY = timedelta(days=1)
MEMORY = timedelta(days=15)
"""After a restart: enough for a usual day to be known, which takes 14 days before the last."""
BEHIND = timedelta(hours=1)
"""So far behind the newest event, findings are recorded and explained in blocks, and odd targets ranked once a week."""
BLOCK_HOURS = 6
ODD_SPAN = timedelta(days=1)
ODD_EVENTS = 5


def recorded_by(decided: datetime) -> datetime:
    """Up to when findings are recorded while a detector that has decided until then is behind."""
    return decided.replace(hour=decided.hour // BLOCK_HOURS * BLOCK_HOURS, minute=0, second=0, microsecond=0)


class SurgeDetector:
    """Steps the stream of surges and records what it finds. Implements `veille.detection.grid.Detector`."""

    name = "surges"

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        clock: Callable[[], datetime] = aware_now,
        stop: Stop = lambda: False,
    ) -> None:
        """stop: asked before each bin; then a step ends with StoppedError."""
        self._check_stop = checking(stop)
        self._database = database
        self._findings = findings
        self._settings = settings.surges
        self._clock = clock
        self._explainer = Explainer(database, settings.surges.classes)
        self._feed: Feed | None = None
        self._resumed_at: datetime | None = None
        self._begin(None)

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self.stream.nbytes

    def resume(self, until: datetime) -> None:
        """Rebuild state from the two weeks before `until`; records nothing."""
        self._begin(until - MEMORY)
        recent = until - timedelta(hours=BLOCK_HOURS)
        self._feed_to(until, record_from=recent)
        self._resumed_at = until

    def step(self, at: datetime, *, final: bool) -> None:
        """Decide all bins that end by `at`; an early look opens what opens already and decides nothing.

        Raises StoreError; what could not be recorded is recorded by the next step.
        """
        if self._feed is None:
            self._begin(at - BIN)
        assert self._feed is not None
        self._feed.refresh()
        if final:
            self._feed_to(at)
        elif at > self._next:
            piece = self._feed.look(bin_of(self._next), at)
            self._logs.add(self.stream.look(bin_of(at), piece), at)
        behind = self._feed.newest - at >= BEHIND
        if behind and (not final or at.minute or at.hour % BLOCK_HOURS):
            return
        if final and at.minute == 0:
            self._logs.settle()
        self._record(at, behind=behind)
        if final and at.minute == 0 and (not behind or (at.hour == 0 and at.weekday() == 0)):
            self._rank_odd(at)

    def conclude(self, *, wait: bool) -> bool:
        """Nothing is done once at the end."""
        return True

    def close(self) -> None:
        """Nothing to end."""

    # -- stepping ------------------------------------------------------------

    def _begin(self, since: datetime | None) -> None:
        self.stream = SurgeStream(stream_params(self._settings))
        self._logs = SurgeLogs(self._findings)
        self._explanations: dict[str, str] = {}
        self._accounts: dict[str, int] = {}
        self._left_out: dict[datetime, int] = {}
        self._feed = None
        if since is not None:
            self._next = moment(bin_of(since) * BIN_US)
            self._feed = Feed(self._database, self._settings.classes, self._next)

    def _feed_to(self, until: datetime, record_from: datetime | None = None) -> None:
        assert self._feed is not None
        while self._next + BIN <= until:
            self._check_stop()
            if self.stream.resting and not self._to_next_event(until):
                break
            bin_ = bin_of(self._next)
            before = self.stream.sparse.known.left_out
            found = self.stream.step(bin_, self._feed.take(bin_))
            hour, left_out = self._next.replace(minute=0), self.stream.sparse.known.left_out - before
            self._next += BIN
            if record_from is None or self._next > record_from:
                self._logs.add(found, self._next)
                if left_out:
                    self._left_out[hour] = self._left_out.get(hour, 0) + left_out

    def _to_next_event(self, until: datetime) -> bool:
        """Leave out the bins that change nothing; whether one with events ends by `until`."""
        assert self._feed is not None
        found = self._feed.next_bin()
        event = floor(until) if found is None else moment(found * BIN_US)
        self._next = max(self._next, min(event, floor(until)))
        return self._next + BIN <= until

    # -- recording -----------------------------------------------------------

    def _record(self, at: datetime, *, behind: bool) -> None:
        known_at = self._clock()
        if self._resumed_at is not None:
            self._close_orphans(self._resumed_at, known_at)
            self._resumed_at = None
        rows: list[dict[str, Any]] = []
        for versions in self._logs.surges.rounds():
            for version in versions:
                self._complete(version, behind=behind)
            rows += [surge_row(version, self._accounts, self._explanations) for version in versions]
            for ended in (v.finding.surge_id for v in versions if v.finding.closed_at is not None):
                self._explanations.pop(ended, None)
                self._accounts.pop(ended, None)
        self._findings.record("surges", table(rows), known_at)
        self._logs.surges.clear()
        rows = []
        for drops in self._logs.drops.rounds():
            accounts = self._accounts_of(drops)
            rows += [drop_row(drop, accounts) for drop in drops]
        self._findings.record("drops", table(rows), known_at)
        self._logs.drops.clear()
        self._record_insistent(known_at)
        self._record_left_out(at, known_at)

    def _record_left_out(self, at: datetime, known_at: datetime) -> None:
        if self._left_out:
            self._findings.record("mentions_left_out", left_out_rows(self._left_out, at), known_at)
            self._left_out = {hour: count for hour, count in self._left_out.items() if hour >= at.replace(minute=0)}

    def _complete(self, version: Version[Surge], *, behind: bool) -> None:
        """Count the accounts of a series and explain it, over the same time as its count; catching up, explain only what ends."""
        surge = version.finding
        end = surge.closed_at
        until = version.decided_at if end is None else moment(end)
        telling = end is not None or version.opens
        if surge.series_kind != "target" and (telling or not behind):
            self._accounts[surge.surge_id] = self._explainer.accounts(surge, until)
        if end is not None or not behind:
            changed = self.stream.sources.changed()
            self._explanations[surge.surge_id] = self._explainer.explain(surge, until, changed)

    def _accounts_of(self, versions: Sequence[Version[Surge]]) -> dict[str, int]:
        """Who made what is left of each series in the window of its drop."""
        found = {}
        for drop in (version.finding for version in versions):
            until = moment(drop.since) + timedelta(seconds=drop.window_seconds)
            found[drop.surge_id] = self._explainer.accounts(drop, until)
        return found

    def _record_insistent(self, known_at: datetime) -> None:
        rounds = list(self._logs.insistent.rounds())
        if not rounds:
            return
        latest = {v.finding.finding_id: v.finding for versions in rounds for v in versions}
        found = self._database.frame(
            "detect/surges/fulfilled", classes=list(self._settings.classes), **span_of(list(latest.values()))
        )
        fulfilled = dict(found.iter_rows())
        rows = [insistent_row(version, fulfilled) for versions in rounds for version in versions]
        self._findings.record("insistent_accounts", table(rows), known_at)
        self._logs.insistent.clear()

    def _close_orphans(self, at: datetime, known_at: datetime) -> None:
        stream = self.stream
        known = {one.surge.surge_id for one in stream.sparse.open.values()}
        known |= {one.surge.surge_id for one in stream.counted.open}
        known |= {drop.surge_id for drop in (*stream.counted.drops.open, *stream.sources.drops.open)}
        for name, surge_log in (("surges", self._logs.surges), ("drops", self._logs.drops)):
            waiting = {v.finding.surge_id for versions in surge_log.rounds() for v in versions}
            rows = orphans(self._findings.latest(name), known | waiting, at)
            self._findings.record(name, rows, known_at)

    def _rank_odd(self, at: datetime) -> None:
        if self._settings.odd_targets == 0:
            return
        events = self._database.frame("detect/surges/behaviour", since=at - ODD_SPAN, until=at, least=ODD_EVENTS)
        if events.is_empty():
            return
        created = pl.col("account_created_at").cast(pl.Datetime("us"))
        features = target_features(events.with_columns(created), min_events=ODD_EVENTS)
        ranked = rank_odd_targets(features, top=self._settings.odd_targets)
        self._findings.record("odd_targets", odd_rows(ranked, at), self._clock())
