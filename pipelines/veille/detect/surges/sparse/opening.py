"""Which series open at the end of one bin, and the surges that begin with them. Changes nothing."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.significance import q_values
from veille.detect.surges.records import Surge, surge_id
from veille.detect.surges.sparse.assess import Assessment, assess
from veille.detect.surges.sparse.learning import Learning
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import EventArrays, joined
from veille.detect.surges.sparse.tracking import OpenSurge

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class BinContext(NamedTuple):
    """What is known when a bin is judged. `after`: per series, bins up to this belong to a closed surge."""

    learning: Learning
    params: SparseParams
    scale: Floats  # level of the feed, per window
    after: Ints
    tests: int  # series judged together


class Judged(NamedTuple):
    """Series of one bin; `opens` marks those whose false-discovery rate is low enough."""

    found: Assessment
    q: Floats
    opens: Bools


def judge(end: int, rows: EventArrays, ids: Ints, view: BinContext) -> Judged:
    """Assess the series `ids` (sorted) at the end of bin `end` from `rows`, which hold theirs only."""
    found = assess(rows, ids, view.after[ids], end, view.learning, view.scale, view.params)
    q = q_values(found.p_value, max(view.tests, len(ids)))
    return Judged(found, q, q <= view.params.q)


class Naming(NamedTuple):
    """How a surge is called: kind of series, name of each, microseconds a bin, and the moment of decision."""

    kind: str
    name: dict[int, str]
    bin_us: int
    decided_at: int


def started(
    judged: Judged, end: int, rows: EventArrays, new: EventArrays, view: BinContext, naming: Naming
) -> Iterator[tuple[int, OpenSurge]]:
    """The surges that open, by series. new: the rows of this step, among which the tripping mention is sought."""
    found, opens = judged.found, judged.opens
    limit = float(found.p_value[opens].max()) if opens.any() else 0.0
    for i in np.flatnonzero(opens):
        series = int(found.ids[i])
        mine = rows.where(rows.series == series)
        at = _tripped_at(series, mine, new.where(new.series == series), end, limit, view)
        yield series, _start(mine, judged, int(i), at, end, view, naming)


def _tripped_at(series: int, mine: EventArrays, new: EventArrays, end: int, limit: float, view: BinContext) -> int:
    """The new mention with which the rule was met: the first after which p ≤ limit (p falls with each)."""
    new = new.where(new.bin <= end)
    old = mine.where(~np.isin(mine.at, new.at))
    ids = np.array([series])
    low, high = 1, len(new.at)
    while low < high:
        middle = (low + high) // 2
        part = joined([old, new.where(np.arange(len(new.at)) < middle)])
        if assess(part, ids, view.after[ids], end, view.learning, view.scale, view.params).p_value[0] <= limit:
            high = middle
        else:
            low = middle + 1
    return int(new.at[low - 1])


def _start(mine: EventArrays, judged: Judged, i: int, at: int, end: int, view: BinContext, naming: Naming) -> OpenSurge:
    found, width, series = judged.found, naming.bin_us, int(judged.found.ids[i])
    window = view.params.windows[int(found.window[i])]
    since = int(mine.bin[mine.bin > max(end - window, int(view.after[series]))].min())
    key, opened, p = naming.name[series], at // width, float(found.p_value[i])
    surge = Surge(
        surge_id=surge_id(naming.kind, key, opened),
        series_kind=naming.kind,
        series_key=key,
        opened_at=at,
        decided_at=naming.decided_at,
        since=since * width,
        peak_at=at,
        closed_at=None,
        observed=0,
        expected=0.0,
        low=0.0,
        high=0.0,
        accounts=0,
        score=-float(np.log10(p)),
        p_value=p,
        q_value=float(judged.q[i]),
        window_seconds=window * view.params.bin_seconds,
        version=0,
    )
    last = naming.decided_at // width - 1
    tally = OpenSurge(
        surge=surge,
        since=since,
        opened=opened,
        last_active=last,
        rate=float(found.rate[i]),
        shape=float(found.shape[i]),
    )
    tally.add(mine)
    return tally
