"""Counting again over the raw mentions, by other means than the detector: plain loops, no arrays."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import polars as pl

from veille.detect.coordination.parameters import DEFAULT_WINDOWS

CAPS = {window.width_s: window.crowd_cap for window in DEFAULT_WINDOWS}
_Row = tuple[int, int, str, str]  # number, second, target, post


class RawMentions:
    """Mentions that the detector counts: account_id, target_id, post_id (text), occurred_at (UTC without a zone)."""

    def __init__(self, mentions: pl.DataFrame) -> None:
        self.frame = mentions.sort("occurred_at")

    def within(self, since: datetime, until: datetime) -> pl.DataFrame:
        return self.frame.filter(pl.col("occurred_at").is_between(since, until, closed="left"))


class PeriodCount:
    """Counts of one period."""

    def __init__(self, mentions: pl.DataFrame) -> None:
        self.frame = mentions
        self._by_account: dict[str, list[_Row]] = defaultdict(list)
        self._moments: dict[str, list[int]] = defaultdict(list)
        names = ("account_id", "target_id", "post_id", "occurred_at")
        for number, (account, target, post, at) in enumerate(mentions.select(names).iter_rows()):
            second = int(at.timestamp())
            self._by_account[account].append((number, second, target, post or f"{account} {second}"))
            self._moments[target].append(second)

    def units(self, a: str, b: str, width: int, *, capped: bool) -> int:
        """Independent co-actions of a pair: co-actions of one moment that share a post or a target are one."""
        rows = [
            (min(one[1], other[1]), one, other)
            for one in self._by_account[a]
            for other in self._by_account[b]
            if one[2] == other[2] and abs(one[1] - other[1]) <= width and (not capped or self._quiet(one, other, width))
        ]
        total, episode, before = 0, [], None
        for at, one, other in sorted(rows, key=lambda row: row[0]):
            if before is not None and at - before > width:
                total, episode = total + _parts(episode), []
            episode.append((f"a {one[3]}", f"b {other[3]}", f"t {one[2]}"))
            before = at
        return total + _parts(episode)

    def _quiet(self, one: _Row, other: _Row, width: int) -> bool:
        """Whether the earlier of the two stands in no crowd: only its partners are looked for."""
        first = min(one, other, key=lambda row: (row[1], row[0]))
        crowd = sum(abs(second - first[1]) <= width for second in self._moments[first[2]]) - 1
        return crowd <= CAPS[width]


def _parts(links: Iterable[tuple[str, ...]]) -> int:
    """Connected parts of links that share an end."""
    parts: list[set[str]] = []
    for link in links:
        ends = set(link)
        touching = [part for part in parts if part & ends]
        parts = [part for part in parts if not part & ends] + [ends.union(*touching)]
    return len(parts)
