"""What an executor does with its part of the mentions: whole targets, sorted. Frames in, columns out; no Spark.

Every function takes what is shared by all parts, then one part as a frame, and yields columns of the schema that stands before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from veille.detect.coordination.bursts import Crowd, moments
from veille.detect.coordination.coactions import CoactionRows, all_rows, crowds, repeated
from veille.detect.coordination.events import Events, Ints, Whole, post_codes, post_hash
from veille.detect.coordination.null import Margins
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.roles import line_ups
from veille.detect.coordination.sifting import sift
from veille.detect.coordination.timetables import active_in
from veille.scale.blocks import packed, reducer, unpacked, up_to_twice

Columns = dict[str, Any]
EVENT = ("account", "target", "second", "post")
UUID_CUTS = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
"""Begin and length of each part of an id in hexadecimal, between which its text has a hyphen."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What every part knows. start_s: Unix second of the first event. parts: number of reducers of pairs."""

    whole: Whole
    windows: tuple[Window, ...]
    start_s: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Pairs that meet again (keys: pair * windows + window, packed), and by window the totals of their accounts."""

    shared: Shared
    keys: bytes
    accounts: Ints
    mentions: Ints
    met: tuple[Ints, ...]
    min_targets: int
    limit: float


def ints(frame: pl.DataFrame, name: str) -> Ints:
    """A column as an array."""
    return frame[name].to_numpy().astype(np.int64)


def text_of(ids: pl.Series) -> pl.Series:
    """Ids as text: those that the lake keeps as 16 bytes in the form of a UUID."""
    if ids.dtype != pl.Binary:
        return ids.cast(pl.String)
    hexed = ids.bin.encode("hex")
    cuts = [hexed.str.slice(start, length).alias(f"p{start}") for start, length in UUID_CUTS]
    return pl.select(pl.concat_str(cuts, separator="-")).to_series().alias(ids.name)


def as_events(frame: pl.DataFrame, shared: Shared) -> Events:
    """A part's events as the method reads them, seconds counted from the first event of all."""
    none = pl.Series(dtype=pl.String)
    columns: Columns = {name: ints(frame, name) for name in EVENT}
    columns["second"] = columns["second"] - shared.start_s
    about: Columns = {"accounts": none, "targets": none, "seen": 0, "start_s": shared.start_s, "step_s": 1}
    return Events(**columns, row=np.arange(len(frame)), part_of=shared.whole, **about)


def _hashed(post: pl.Series) -> pl.Series:
    """As `events.raw_columns` has it."""
    if post.null_count() == len(post):
        return post
    return text_of(post).to_frame("post").select(post_hash("post")).to_series()


PREPARED = {"account": "long", "target": "long", "second": "long", "post": "long", "crowd": "array<int>"}


def prepared(windows: tuple[Window, ...], frame: pl.DataFrame) -> Iterator[Columns]:
    """Whole targets, sorted, without repetitions, shared targets only; seconds are Unix seconds. crowd: by window.

    frame: account, target (codes), second, post (id or null). Which windows are usable is known only once all parts are
    there, so the crowds of all are kept.
    """
    account, second = ints(frame, "account"), ints(frame, "second")
    post = post_codes(_hashed(frame["post"]), account, second)
    none = pl.Series(dtype=pl.String)
    columns: Columns = {"account": account, "target": ints(frame, "target"), "second": second, "post": post}
    about: Columns = {"accounts": none, "targets": none, "seen": 0, "start_s": 0, "step_s": 1}
    events = Events(**columns, row=np.arange(len(frame)), **about).prepared()
    if len(events):
        kept: Columns = {name: getattr(events, name) for name in ("account", "target", "post")}
        near = np.stack([crowds(events, window)[0] for window in windows], axis=1)
        yield kept | {
            "second": events.second + events.start_s,
            "crowd": pl.Series(near.astype(np.int32)).arr.to_list(),
        }


MET = {"reducer": "int", "keys": "binary"}


def pairs_met(shared: Shared, frame: pl.DataFrame) -> Iterator[Columns]:
    """Pairs met, of all windows, as one sorted block for each reducer."""
    events, windows = as_events(frame, shared), shared.windows
    found = [np.zeros(0, np.int64)]
    for k, window in enumerate(windows):
        rows = all_rows(events, crowds(events, window)[1])
        if len(rows.pair):
            found.append(up_to_twice(rows.pair, events.target[rows.i]) * len(windows) + k)
    keys = np.concatenate(found)
    place = reducer(keys // len(windows), shared.parts)
    order = np.lexsort((keys, place))
    keys, edges = keys[order], np.searchsorted(place[order], np.arange(shared.parts + 1))
    for r in range(shared.parts):
        if edges[r + 1] > edges[r]:
            yield {"reducer": [r], "keys": [packed(keys[edges[r] : edges[r + 1]])]}


AGAIN = {"keys": "binary", "met": "long"}


def pairs_met_again(_: None, frame: pl.DataFrame) -> Iterator[Columns]:
    """Of the blocks of some reducers the pairs that are in them twice: they met on two targets."""
    for block in frame.partition_by("reducer"):
        keys = np.sort(np.concatenate([unpacked(keys) for keys in block["keys"]]))
        again = np.unique(keys[1:][keys[1:] == keys[:-1]])
        yield {"keys": [packed(again)], "met": [len(keys)]}


ROWS = dict.fromkeys(("pair", "window", "i", "j", "second_i", "second_j", "target", "post_i", "post_j"), "long")


def rows_of_wanted(wanted: Wanted, frame: pl.DataFrame) -> Iterator[Columns]:
    """The co-actions of the wanted pairs; i and j are the ids of the events (column `event`)."""
    shared, keys = wanted.shared, unpacked(wanted.keys)
    if not len(keys):
        return
    events, event = as_events(frame, shared), ints(frame, "event")
    for k, window in enumerate(shared.windows):
        rows = all_rows(events, crowds(events, window)[1])
        key = rows.pair * len(shared.windows) + k
        at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        rows = rows.where(keys[at] == key)
        yield {
            "pair": rows.pair,
            "window": np.full(len(rows.pair), k),
            "i": event[rows.i],
            "j": event[rows.j],
            "second_i": events.second[rows.i],
            "second_j": events.second[rows.j],
            "target": events.target[rows.i],
            "post_i": events.post[rows.i],
            "post_j": events.post[rows.j],
        }


SIFTED = dict.fromkeys(("pair", "window", "units", "i", "j"), "long")


def sifted(wanted: Wanted, frame: pl.DataFrame) -> Iterator[Columns]:
    """The pairs that their activity does not explain, with their rows; all rows of a pair are in this part."""
    n = wanted.shared.whole.n
    mentions, met = np.zeros(n, np.int64), np.zeros(n)
    mentions[wanted.accounts] = wanted.mentions
    for k, window in enumerate(wanted.shared.windows):
        own = frame.filter(pl.col("window") == k)
        if not len(own):
            continue
        met[wanted.accounts] = wanted.met[k]
        events, rows = _both_ends(own, wanted.shared)
        margins = Margins(np.zeros(0, np.int64), mentions, met, wanted.shared.whole.events)
        pairs, units, rows = sift(events, repeated(events, rows, wanted.min_targets), margins, window, wanted.limit)
        yield {
            "pair": rows.pair,
            "window": np.full(len(rows.pair), k),
            "units": units[np.searchsorted(pairs, rows.pair)],
            "i": ints(own, "i")[rows.i],
            "j": ints(own, "j")[rows.j - len(own)],
        }


def _both_ends(own: pl.DataFrame, shared: Shared) -> tuple[Events, CoactionRows]:
    """Both ends of each co-action as events, and the rows that point to them."""
    pair, n, k = ints(own, "pair"), shared.whole.n, len(own)
    none = pl.Series(dtype=pl.String)
    about: Columns = {"accounts": none, "targets": none, "seen": 0, "start_s": shared.start_s, "step_s": 1}
    events = Events(
        account=np.r_[pair // n, pair % n],
        target=np.tile(ints(own, "target"), 2),
        second=np.r_[ints(own, "second_i"), ints(own, "second_j")],
        post=np.r_[ints(own, "post_i"), ints(own, "post_j")],
        row=np.arange(2 * k),
        part_of=shared.whole,
        **about,
    )
    return events, CoactionRows(np.arange(k), np.arange(k) + k, pair)


MOMENTS = {
    **dict.fromkeys(("group", "window", "account", "target", "second", "post"), "long"),
    "loudness": "double",
    "begin": "long",
}
BURST = -1
"""Account of the rows that stand for a burst itself, not for a visit to it."""


def group_moments(given: tuple[Shared, list[Ints], int], frame: pl.DataFrame) -> Iterator[Columns]:
    """The moments of each group in each window on these targets: first its bursts, then the visits to them."""
    shared, groups, together = given
    crowd = Crowd(as_events(frame, shared), shared.windows)
    for k, members in enumerate(groups):
        for w, window in enumerate(shared.windows):
            seen = moments(crowd, members, window, together)
            bursts = np.full(len(seen.expected), BURST)
            if len(bursts):
                yield {
                    "group": np.full(len(bursts) + len(seen.account), k),
                    "window": np.full(len(bursts) + len(seen.account), w),
                    "account": np.r_[bursts, seen.account],
                    "target": np.r_[bursts, seen.target],
                    "second": np.r_[bursts, seen.second],
                    "post": np.r_[bursts, seen.post],
                    "loudness": np.r_[seen.expected, seen.loudness],
                    "begin": np.r_[bursts, seen.begin],
                }


LINE_UPS = {"group": "long", "target": "long", "begin": "long", "people": "array<long>", "leader": "long"}


def group_line_ups(given: tuple[Shared, list[tuple[Ints, Window]]], frame: pl.DataFrame) -> Iterator[Columns]:
    """The bursts of each group on these targets. leader: null where nobody was alone in coming first."""
    shared, groups = given
    crowd = Crowd(as_events(frame, shared), shared.windows)
    for k, (members, window) in enumerate(groups):
        found = line_ups(crowd, members, window)
        if found:
            yield {
                "group": [k] * len(found),
                "target": [one.target for one in found],
                "begin": [one.begin for one in found],
                "people": [list(one.people) for one in found],
                "leader": [one.leader for one in found],
            }


ACTIVE = {"hub": "long", "moment": "long", "account": "long"}


def active_near(given: tuple[Shared, list[tuple[Ints, Ints]]], frame: pl.DataFrame) -> Iterator[Columns]:
    """Who was active on these targets in each span of each list (hub: its place)."""
    shared, spans = given
    for hub, moment, accounts in active_in(spans, ints(frame, "account"), ints(frame, "second") - shared.start_s):
        yield {
            "hub": np.full(len(accounts), hub),
            "moment": np.full(len(accounts), moment),
            "account": accounts,
        }
