"""The events of the last day, kept one by one: windows, distinct accounts and late arrivals are counted from them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.sparse.names import NameTable

MICRO = 1_000_000
ACCOUNT_HASH = pl.col("account_id").hash(seed=0)
Ints = npt.NDArray[np.int64]


class EventArrays(NamedTuple):
    """Events in parallel arrays."""

    bin: npt.NDArray[np.int32]  # bins since 1970
    series: npt.NDArray[np.int32]
    account: npt.NDArray[np.uint64]
    at: Ints  # microseconds since 1970

    def where(self, keep: npt.NDArray[np.bool_]) -> "EventArrays":
        return _map(lambda column: column[keep], self)

    @classmethod
    def empty(cls) -> "EventArrays":
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint64), np.empty(0, np.int64))


def _map(change: Callable[[Any], Any], rows: EventArrays) -> EventArrays:
    return EventArrays(change(rows.bin), change(rows.series), change(rows.account), change(rows.at))


def joined(parts: list[EventArrays]) -> EventArrays:
    """All rows of `parts`, in order."""
    if not parts:
        return EventArrays.empty()
    return EventArrays(
        np.concatenate([part.bin for part in parts]),
        np.concatenate([part.series for part in parts]),
        np.concatenate([part.account for part in parts]),
        np.concatenate([part.at for part in parts]),
    )


def encoded(events: pl.DataFrame, names: NameTable[str], bin_us: int) -> tuple[EventArrays, dict[int, str]]:
    """Events as rows, sorted so that the order of arrival does not matter; and the account behind each hash.

    events: target_id, account_id, occurred_at, and account_hash where it is known already. New targets are numbered.
    """
    at = micros_of(events)
    hashed = events["account_hash"] if "account_hash" in events.columns else events.select(ACCOUNT_HASH).to_series()
    account = hashed.to_numpy()
    series = names.numbers(events["target_id"].to_list())
    order = np.lexsort((account, series, at))
    bins = (at // bin_us).astype(np.int32)
    rows = EventArrays(bins[order], series[order].astype(np.int32), account[order], at[order].astype(np.int64))
    return rows, dict(zip(account.tolist(), events["account_id"].to_list(), strict=True))


class RecentEvents:
    """An append-only buffer of rows of 24 bytes; who uses it forgets what is old."""

    def __init__(self) -> None:
        self._rows = _map(lambda column: np.empty(4096, column.dtype), EventArrays.empty())
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self._rows)

    @property
    def rows(self) -> EventArrays:
        """All rows kept (views, not copies)."""
        return _map(lambda column: column[: self._size], self._rows)

    def append(self, new: EventArrays) -> None:
        """Add rows."""
        need = self._size + len(new.bin)
        if need > len(self._rows.bin):
            room = max(need, len(self._rows.bin) * 3 // 2)
            old = self.rows
            self._rows = _map(lambda column: np.empty(room, column.dtype), self._rows)
            self._write(old, 0)
        self._write(new, self._size)
        self._size = need

    def _write(self, rows: EventArrays, start: int) -> None:
        end = start + len(rows.bin)
        self._rows.bin[start:end] = rows.bin
        self._rows.series[start:end] = rows.series
        self._rows.account[start:end] = rows.account
        self._rows.at[start:end] = rows.at

    def truncate(self, size: int) -> None:
        """Take back what was appended beyond `size` rows."""
        self._size = size

    def keep(self, keep: npt.NDArray[np.bool_]) -> None:
        """Forget the rows that are not to keep."""
        kept = self.rows.where(keep)
        self._size = len(kept.bin)
        self._write(kept, 0)

    def of_series(self, chosen: npt.NDArray[np.bool_]) -> EventArrays:
        """The rows of the series where `chosen[series]`."""
        rows = self.rows
        return rows.where(chosen[rows.series])


def happened_before(events: pl.DataFrame, limit_us: int) -> npt.NDArray[np.bool_]:
    """Which events happened before a time."""
    out: npt.NDArray[np.bool_] = micros_of(events) < limit_us
    return out


def micros_of(events: pl.DataFrame) -> Ints:
    """Microseconds since 1970 of `occurred_at`, which has no nulls. A cast is left out where none is needed: it costs most here."""
    at = events["occurred_at"]
    micro = isinstance(at.dtype, pl.Datetime) and at.dtype.time_unit == "us"  # of any zone: what is stored is UTC
    plain = at if micro else at.cast(pl.Datetime("us"))
    out: Ints = plain.to_numpy().view(np.int64)
    return out
