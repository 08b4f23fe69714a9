"""Detection on a sliding window that takes up where it left off.

Reading ids, and finding which events fall together, is most of the work. Both are kept: a step encodes the new
rows only and looks for co-actions on the targets only whose events came or went. What is left (how much chance
explains, and the tests) depends on everyone's activity and is computed for the few recurring pairs. The result is the same,
to the last digit, as detect() on the window's mentions.
"""

from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from veille.detect.coordination.coactions import CoactionRows, all_rows, crowds, repeated
from veille.detect.coordination.detection import Detection, detect_events
from veille.detect.coordination.events import Events, Ints, Mask, post_codes, raw_columns
from veille.detect.coordination.parameters import Parameters, Window
from veille.detect.coordination.sifting import Source

_SPARE_NAMES = 10_000
_COLUMNS = ("account", "target", "second", "post", "uid")


class _Names:
    """Ids in the order in which they came, with codes that hold until the names are thinned out."""

    def __init__(self, names: pl.Series) -> None:
        self._names = names
        self._place: Ints | None = None  # of each name in alphabetical order, once it is asked for
        self._code = {name: k for k, name in enumerate(names.to_list())}

    def __len__(self) -> int:
        return len(self._names)

    def encode(self, ids: pl.Series) -> Ints:
        """Codes of the ids, new ones added."""
        fresh = [name for name in ids.unique(maintain_order=True).to_list() if name not in self._code]
        self._code.update(zip(fresh, range(len(self), len(self) + len(fresh)), strict=True))
        if fresh:
            self._names = pl.concat([self._names, pl.Series(fresh, dtype=pl.String)]).rechunk()
            self._place = None
        return np.fromiter((self._code[name] for name in ids.to_list()), np.int64, len(ids))

    def ranked(self, codes: Ints) -> tuple[Ints, pl.Series]:
        """Codes in alphabetical order among the ids present, and those ids."""
        present = np.flatnonzero(np.bincount(codes, minlength=len(self)))
        if self._place is None:
            self._place = self._names.arg_sort().arg_sort().to_numpy().astype(np.int64)
        ordered = present[np.argsort(self._place[present])]
        rank = np.zeros(len(self), np.int64)
        rank[ordered] = np.arange(len(ordered))
        return rank[codes], self._names.gather(ordered)

    def thinned(self, codes: Ints) -> tuple["_Names", Ints]:
        """Only the names in use, and their code by old code (-1: gone)."""
        present = np.flatnonzero(np.bincount(codes, minlength=len(self)))
        code = np.full(len(self), -1)
        code[present] = np.arange(len(present))
        return _Names(self._names.gather(present)), code


class Stepper:
    """State of a sliding window: feed it mentions in any order, then step to a watermark.

    span: length of the window (24 hours, say; 14 days for a daily pass). Mentions older than the window when they come are
    ignored; those later than the watermark wait for their step. Steps must not go back (ValueError).
    The prompt trace is not part of it. Memory: about 40 bytes a mention in the window and 16 a co-action.
    """

    def __init__(self, parameters: Parameters | None = None, span: timedelta = timedelta(hours=24)) -> None:
        self._parameters, self._span = parameters or Parameters(), int(span.total_seconds())
        self._accounts, self._targets = _Names(pl.Series(dtype=pl.String)), _Names(pl.Series(dtype=pl.String))
        self._log = {c: np.zeros(0, np.int64) for c in _COLUMNS}
        self._inside = np.zeros(0, bool)
        self._rows: dict[Window, Ints] = {w: np.zeros((3, 0), np.int64) for w in self._parameters.windows}
        self._next_uid, self._watermark = 0, -(1 << 62)
        self._last: Detection | None = None

    def add(self, mentions: pl.DataFrame) -> None:
        """Take in mentions (columns as for detect)."""
        raw = raw_columns(mentions)
        account, target = self._accounts.encode(raw["account_id"]), self._targets.encode(raw["target"])
        second = raw["second"].to_numpy().astype(np.int64)
        uid = np.arange(self._next_uid, self._next_uid + len(raw))
        self._next_uid += len(raw)
        post = post_codes(raw["post"], account, second)
        new = {"account": account, "target": target, "second": second, "post": post, "uid": uid}
        self._log = {c: np.r_[self._log[c], new[c]] for c in _COLUMNS}
        self._inside = np.r_[self._inside, np.zeros(len(raw), bool)]

    def step(self, until: datetime) -> Detection:
        """What detect() would find in the mentions of [until - span, until), whole seconds."""
        watermark = int(until.timestamp())
        if watermark < self._watermark:
            raise ValueError("until: the watermark must not decrease")
        self._watermark = watermark
        touched = self._slide(watermark)
        if self._last is not None and not touched.any():
            return self._last
        events = self._events()
        target = self._log["target"][np.searchsorted(self._log["uid"], events.row)]
        for window in self._parameters.windows:
            self._rows[window] = _refreshed(self._rows[window], events, window, target, touched)
        self._last = detect_events(events, self._parameters, source=self._source(events))
        self._forget_names()
        return self._last

    def peek(self, until: datetime) -> Detection:
        """What step() would return, without going there: an early look."""
        other = copy(self)
        other._rows = dict(self._rows)  # the arrays themselves are never changed in place
        return other.step(until)

    def _forget_names(self) -> None:
        """Drop the names of what has left the window once they are most of all."""
        if len(self._targets) > _SPARE_NAMES + 2 * len(np.unique(self._log["target"])):
            self._targets, code = self._targets.thinned(self._log["target"])
            self._log = {**self._log, "target": code[self._log["target"]]}
            self._rows = {w: np.stack([r[0], r[1], code[r[2]]]) for w, r in self._rows.items()}
        if len(self._accounts) > _SPARE_NAMES + 2 * len(np.unique(self._log["account"])):
            self._accounts, code = self._accounts.thinned(self._log["account"])
            self._log = {**self._log, "account": code[self._log["account"]]}

    def _slide(self, watermark: int) -> Mask:
        """Move the window, forget what has left it; which targets gained or lost events."""
        second = self._log["second"]
        inside = (second >= watermark - self._span) & (second < watermark)
        touched = np.zeros(len(self._targets), bool)
        touched[self._log["target"][inside != self._inside]] = True
        keep = second >= watermark - self._span
        self._log = {c: v[keep] for c, v in self._log.items()}
        self._inside = inside[keep]
        return touched

    def _events(self) -> Events:
        now = {c: v[self._inside] for c, v in self._log.items()}
        account, accounts = self._accounts.ranked(now["account"])
        target, targets = self._targets.ranked(now["target"])
        events = Events(
            account=account,
            target=target,
            second=now["second"],
            post=now["post"],
            row=now["uid"],
            accounts=accounts,
            targets=targets,
            seen=len(accounts),
            start_s=0,
            step_s=1,
        )
        return events.prepared()

    def _source(self, events: Events) -> Source:
        order = np.argsort(events.row)
        uid = events.row[order]

        def rows(window: Window, min_targets: int) -> Iterator[CoactionRows]:
            kept = self._rows[window]
            i, j = (order[np.searchsorted(uid, side)] for side in kept[:2])
            yield repeated(events, CoactionRows(i, j, events.account[i] * events.n + events.account[j]), min_targets)

        return rows


def _refreshed(kept: Ints, events: Events, window: Window, target: Ints, touched: Mask) -> Ints:
    """Co-actions as (uid of a's event, uid of b's event, target), found anew on touched targets."""
    dirty = touched[target]
    some = events.select(dirty)
    found = all_rows(some, crowds(some, window)[1])
    new = np.stack([some.row[found.i], some.row[found.j], target[dirty][found.i]])
    return np.concatenate([kept[:, ~touched[kept[2]]], new], axis=1)
