"""What the stream of surges reads: history a day at a time, and whatever newer batches bring, each event once."""

from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.sparse.recent import ACCOUNT_HASH
from veille.detect.surges.stream.counted import Counts
from veille.detect.surges.stream.params import BIN_US
from veille.detect.surges.stream.sources import Arrived
from veille.detect.surges.stream.stream import Piece

CHUNK = timedelta(days=1)
EPOCH, FAR = datetime(1970, 1, 1), datetime(9999, 1, 1)
_NOBODY = pl.DataFrame(
    schema={
        "target_id": pl.String,
        "account_id": pl.String,
        "occurred_at": pl.Datetime("us"),
        "account_hash": pl.UInt64,
    }
)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of a time (UTC without a zone)."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(us: int) -> datetime:
    """The time (UTC without a zone) of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


class Asked:
    """Mentions that wait for their bin, in order of time."""

    def __init__(self) -> None:
        self._rows = _NOBODY
        self._at: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def add(self, rows: pl.DataFrame) -> None:
        """More mentions, in any order relative to those that wait."""
        if rows.is_empty():
            return
        # The accounts' hashes are made here, at once: bin by bin they would cost a third of a step.
        rows = rows.with_columns(pl.col("occurred_at").cast(pl.Datetime("us")), account_hash=ACCOUNT_HASH)
        joined = pl.concat([self._rows, rows]) if len(self._rows) else rows
        self._rows = joined.sort("occurred_at", "target_id", "account_id")
        self._at = self._rows["occurred_at"].to_physical().to_numpy()

    def take(self, until_us: int) -> pl.DataFrame:
        """Those before a time; they wait no longer."""
        end = int(np.searchsorted(self._at, until_us))
        if end == 0:
            return _NOBODY
        taken, self._rows, self._at = self._rows[:end], self._rows[end:], self._at[end:]
        return taken


class EventTables(Protocol):
    """Where events are read from: the private database, or what is published."""

    @property
    def last_batch(self) -> int: ...

    def frame(self, name: str, /, **parameters: Any) -> pl.DataFrame: ...


class Feed:
    """Hands out each event once, when its bin is asked for; what comes late comes with the next bin asked for."""

    def __init__(self, tables: EventTables, classes: tuple[str, ...], since: datetime) -> None:
        """History begins at `since`; events before it that were there already are never handed out."""
        self._tables = tables
        self._classes = list(classes)
        self._mark = self._read = tables.last_batch  # history is what was there at the start
        self._loaded = since
        self._asked = Asked()
        self._counts: dict[int, Counts] = {}
        self._arrived: dict[int, list[Arrived]] = {}
        self._due: list[int] = []  # bins of these two, the next one last
        self.newest = tables.frame("detect/surges/newest", until=FAR).item() or EPOCH

    def refresh(self) -> None:
        """Read the batches that were committed since the last time."""
        last = self._tables.last_batch
        if last > self._read:
            self._load(self._read + 1, last, EPOCH, FAR)
            self._read = last

    def take(self, bin_: int) -> Piece:
        """Everything up to the end of a bin that was not handed out yet."""
        end = (bin_ + 1) * BIN_US
        self._load_history(moment(end))
        counts: Counts = {}
        arrived: list[Arrived] = []
        while self._due and self._due[-1] <= bin_:
            due = self._due.pop()
            counts |= self._counts.pop(due, {})
            arrived += self._arrived.pop(due, [])
        return Piece(self._asked.take(end), counts, arrived)

    def next_bin(self) -> int | None:
        """The bin of the oldest event that was not handed out yet; None where there is none. Goes over a silence at once."""
        waiting = min(self._arrived, default=None)
        if self._loaded <= self.newest:
            found: datetime | None = self._tables.frame(
                "detect/surges/next", first=0, last=self._mark, since=self._loaded
            ).item()
            if found is not None and (waiting is None or found < moment(waiting * BIN_US)):
                waiting = micros(found) // BIN_US
                self._loaded = moment(waiting * BIN_US)
        return waiting

    def look(self, under_way: int, until: datetime) -> Piece:
        """New mentions before `until`, handed out for good; the counts of the bin under way so far, which stay."""
        self._load_history(until)
        return Piece(self._asked.take(micros(until)), dict(self._counts.get(under_way, {})))

    def _load_history(self, until: datetime) -> None:
        while self._loaded < until and self._loaded <= self.newest:
            self._load(0, self._mark, self._loaded, self._loaded + CHUNK)
            self._loaded += CHUNK

    def _load(self, first: int, last: int, since: datetime, until: datetime) -> None:
        span = {"first": first, "last": last, "since": since, "until": until}
        self._asked.add(self._tables.frame("detect/surges/asked", classes=self._classes, **span))
        counts = self._tables.frame("detect/surges/counts", **span)
        for at, kind, key, events in counts.with_columns(_bin()).iter_rows():
            mine = self._counts.setdefault(at, {})
            mine[at, (kind, key)] = mine.get((at, (kind, key)), 0) + events
        arrived = self._tables.frame("detect/surges/arrived", **span)
        for at, collection, events, probability in arrived.with_columns(_bin()).iter_rows():
            self._arrived.setdefault(at, []).append(Arrived(collection, events, probability))
            self.newest = max(self.newest, moment(at * BIN_US))
        self._due = sorted(self._counts.keys() | self._arrived.keys(), reverse=True)


def _bin() -> pl.Expr:
    return pl.col("bin").dt.epoch("us") // BIN_US
