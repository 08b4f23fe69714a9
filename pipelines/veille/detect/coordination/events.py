"""Mentions as arrays: the one conversion between frames and the numeric core."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from veille.detect.coordination.parameters import DAY_S

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # golden ratio, spreads account codes over 64 bits


@dataclass(frozen=True, slots=True)
class Clock:
    """How many events there were before any moment. seconds: distinct, ascending; before: events before each, and all of them."""

    seconds: Ints
    before: Ints

    @classmethod
    def of(cls, second: Ints) -> Self:
        """From the second of each event, in any order."""
        return cls.counted(*np.unique(second, return_counts=True))

    @classmethod
    def counted(cls, seconds: Ints, counts: Ints) -> Self:
        """From distinct seconds, ascending, and the events at each; counts of parts add up."""
        return cls(seconds, np.r_[0, np.cumsum(counts)])

    def between(self, low: Floats, high: Floats) -> Ints:
        """Events in [low, high)."""
        return self.before[np.searchsorted(self.seconds, high)] - self.before[np.searchsorted(self.seconds, low)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What a part of the events must know of all of them. Sums only: those of parts add up to those of the whole.

    n, targets  number of account codes and target codes       events   on targets that two accounts mention
    span_s      seconds from first to last event, at least 1   traffic  events by day since the first
    """

    n: int
    targets: int
    events: int
    span_s: int
    traffic: Ints
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Mentions of targets that at least two accounts mention, sorted by (target, second, account, post).

    A target that only one account ever mentions cannot carry a co-action; leaving it out makes the result
    independent of what happens there.

    account, target  codes in the alphabetical order of the ids      second  since the first event kept
    post             one code for all rows of one post               row     row of the frame it came from
    accounts         account ids by code                             seen    accounts in the whole frame
    start_s          Unix second of `second` 0                       step_s  resolution of the clock, seconds
    part_of          set where these are only a part of the events: codes and seconds are those of the whole
    """

    account: Ints
    target: Ints
    second: Ints
    post: Ints
    row: Ints
    accounts: pl.Series
    targets: pl.Series
    seen: int
    start_s: int
    step_s: int
    part_of: Whole | None = None

    def __len__(self) -> int:
        return len(self.account)

    @property
    def n(self) -> int:
        """Number of account codes."""
        return self.part_of.n if self.part_of else len(self.accounts)

    @property
    def target_codes(self) -> int:
        """Number of target codes."""
        return self.part_of.targets if self.part_of else len(self.targets)

    @property
    def total(self) -> int:
        """Number of all events, also where these are a part of them."""
        return self.part_of.events if self.part_of else len(self)

    @property
    def traffic(self) -> Ints:
        """All events by day since the first."""
        if self.part_of:
            return self.part_of.traffic
        return np.bincount(self.second // DAY_S, minlength=self.span_s // DAY_S + 1)

    @property
    def clock(self) -> Clock:
        """When all events were."""
        return self.part_of.clock if self.part_of else Clock.of(self.second)

    @property
    def span_s(self) -> int:
        """Seconds from first to last event, at least 1."""
        if self.part_of:
            return self.part_of.span_s
        return int(self.second.max()) + 1 if len(self) else 1

    @classmethod
    def from_frame(cls, mentions: pl.DataFrame, target: str = "target_id") -> Self:
        """Encode a frame with account_id, occurred_at (UTC datetime), `target` and, where known, post_id.

        Rows without account, target or time, and mentions of oneself, are left out; identical rows count once.
        Without post_id, what one account does in one second is one post. `target` may name another column that
        plays its part (a group of near-duplicate prompts). Raises polars errors for missing or ill-typed columns.
        """
        frame = raw_columns(mentions, target)
        account, accounts = _codes(frame["account_id"])
        goal, targets = _codes(frame["target"])
        second = frame["second"].to_numpy().astype(np.int64)
        post = post_codes(frame["post"], account, second)
        row = frame["row"].to_numpy().astype(np.int64)
        events = cls(
            account=account,
            target=goal,
            second=second,
            post=post,
            row=row,
            accounts=accounts,
            targets=targets,
            seen=len(accounts),
            start_s=0,
            step_s=1,
        )
        return events.prepared()

    def select(self, index: Ints | Mask) -> Self:
        """The events at an index (ascending) or under a mask; codes keep their meaning."""
        arrays = {k: getattr(self, k)[index] for k in ("account", "target", "second", "post", "row")}
        return replace(self, **arrays)

    def prepared(self) -> Self:
        """Sorted, without repetitions, on shared targets only, with the clock's zero and resolution."""
        return self._sorted()._shared()

    def _sorted(self) -> Self:
        """Sort, and drop rows that repeat another in every respect."""
        if len(self) < 2:
            return self
        s = self.select(self._order())
        same = np.ones(len(s) - 1, bool)
        for a in (s.account, s.target, s.second, s.post):
            same &= a[1:] == a[:-1]
        return s.select(np.r_[True, ~same]) if same.any() else s

    def _order(self) -> Ints:
        """By target and second with one fast sort; the few rows that tie are put in order of account, post and row."""
        low = int(self.second.min())
        key = self.target * (int(self.second.max()) - low + 1) + self.second - low
        order = np.argsort(key)
        ranked = key[order]
        same = ranked[1:] == ranked[:-1]
        tied = np.flatnonzero(np.r_[same, False] | np.r_[False, same])
        rows = order[tied]
        columns = (self.row[rows], self.post[rows], self.account[rows], ranked[tied])
        order[tied] = rows[np.lexsort(columns)]
        return order

    def _shared(self) -> Self:
        """Keep targets of two accounts and more, and set the clock's zero and resolution."""
        if not len(self):
            return self
        first = np.flatnonzero(np.r_[True, self.target[1:] != self.target[:-1]])
        length = np.diff(np.r_[first, len(self)])
        other = self.account != np.repeat(self.account[first], length)
        s = self.select(np.repeat(np.logical_or.reduceat(other, first), length))
        if not len(s):
            return s
        start = int(s.second.min())
        second = s.second - start
        return replace(s, second=second, start_s=start, step_s=max(1, int(np.gcd.reduce(s.second))))


def _codes(ids: pl.Series) -> tuple[Ints, pl.Series]:
    """Codes in alphabetical order, so that no result depends on the order of the rows."""
    text = ids.cast(pl.String)
    names = text.unique().sort()
    return text.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64), names


def raw_columns(mentions: pl.DataFrame, target: str = "target_id") -> pl.DataFrame:
    """Usable rows: row, account_id, target (text), second (Unix), post (hash, null where unknown)."""
    post = post_hash("post_id") if "post_id" in mentions.columns else pl.lit(None, pl.UInt64)
    frame = mentions.select(
        pl.col("account_id").cast(pl.String),
        pl.col(target).cast(pl.String).alias("target"),
        pl.col("occurred_at").dt.epoch("us").floordiv(1_000_000).alias("second"),
        post.alias("post"),
    ).with_row_index("row")
    whole = frame.drop_nulls(["account_id", "target", "second"])
    return whole.filter(pl.col("account_id") != pl.col("target"))


def post_hash(column: str) -> pl.Expr:
    """The hash of a post's id (UInt64), null where it is unknown: `hash` alone makes one post of all that are."""
    return pl.when(pl.col(column).is_not_null()).then(pl.col(column).hash())


def post_codes(post: pl.Series, account: Ints, second: Ints) -> Ints:
    """One code for each (account, post); where the post is unknown, for each (account, second)."""
    own = account.astype(np.uint64) * _MIX
    moment = own ^ (second.astype(np.uint64) << np.uint64(1))
    if post.null_count() == len(post):
        return moment.astype(np.int64)
    known = own ^ post.fill_null(0).to_numpy()
    return np.where(post.is_null().to_numpy(), moment, known).astype(np.int64)


def spread(start: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Unroll ranges [start, start + count): the range each element belongs to, and the elements themselves."""
    owner = np.repeat(np.arange(len(start)), count)
    offset = np.cumsum(count) - count
    return owner, np.arange(int(count.sum())) - np.repeat(offset - start, count)


def lookup(sorted_keys: Ints, wanted: Ints) -> tuple[Ints, Mask]:
    """Positions of `wanted` in `sorted_keys`, and which of them are there at all."""
    if not len(sorted_keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    return at, sorted_keys[at] == wanted
