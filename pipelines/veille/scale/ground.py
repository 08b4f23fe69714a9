"""The ground of the coordination method where the mentions lie in parts of whole targets on a Spark cluster.

Ids become dense codes; each target with all its mentions goes to one part, where crowds are counted once and kept. What a part must
know of all others is sums. Pairs that meet again are found in one shuffle of packed keys, and only their rows are moved. The driver holds
the events of the few accounts that are weighed.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from veille.detect.coordination.bursts import Days, Moments
from veille.detect.coordination.coactions import CoactionRows
from veille.detect.coordination.events import Clock, Events, Ints, Whole
from veille.detect.coordination.ground import Sifted
from veille.detect.coordination.null import Margins
from veille.detect.coordination.pairs import usable_windows
from veille.detect.coordination.parameters import DAY_S, Parameters, Window
from veille.detect.coordination.roles import LineUp
from veille.scale import parts as on_part
from veille.scale.blocks import packed, unpacked
from veille.scale.codes import numbered
from veille.scale.frames import fetched, mapped
from veille.scale.parts import Shared, Wanted, as_events, ints, text_of
from veille.scale.session import Job

_USABLE = "account_id IS NOT NULL AND target_id IS NOT NULL AND second IS NOT NULL AND account_id <> target_id"


class Spread:
    """All mentions, in parts (see detect.coordination.ground.Ground).

    windows: those usable at the data's resolution; shared_targets: that two accounts mention; most_held: events that this
    process held at once.
    """

    def __init__(self, job: Job, mentions: Any, parameters: Parameters) -> None:
        """mentions: a Spark frame with account_id, target_id, post_id (text or 16 bytes; post may be null) and second (Unix).

        Raises ValueError for min_targets below 2: single meetings are not brought together.
        """
        if parameters.min_targets < 2:
            raise ValueError("min_targets must be at least 2 where mentions lie in parts")
        self._job, self._all = job, parameters.windows
        usable = mentions.where(_USABLE)
        accounts, self.n = numbered(usable, "account_id", job.parts)
        targets, self.targets = numbered(usable, "target_id", job.parts)
        self.seen, self.most_held = self.n, 0
        self.accounts = text_of(fetched(accounts).sort("code")["account_id"])
        coded = usable.join(accounts.withColumnRenamed("code", "account"), "account_id").join(
            targets.withColumnRenamed("code", "target"), "target_id"
        )
        self._events = self._placed(coded.select("account", "target", "second", "post_id"))
        self._near: tuple[pl.DataFrame, Events, Ints, dict[Window, Margins]] | None = None
        self._count()

    def _placed(self, coded: Any) -> Any:
        from pyspark.sql import functions as F  # noqa: N812, PLC0415 (as everybody names it; only with the extra)

        together = coded.withColumnRenamed("post_id", "post").repartition(self._job.parts, "target")
        events = mapped(together, on_part.prepared, self._all, on_part.PREPARED)
        return events.withColumn("event", F.monotonically_increasing_id()).persist()

    def _count(self) -> None:
        """What each part must know of all: sums over parts."""
        from pyspark.sql import functions as F  # noqa: N812, PLC0415

        seconds = fetched(self._events.groupBy("second").agg(F.count("*").alias("n"))).sort("second")
        second, count = ints(seconds, "second"), ints(seconds, "n")
        self.events, self._start = int(count.sum()), int(second[0]) if len(second) else 0
        second = second - self._start
        span = int(second[-1]) + 1 if len(second) else 1
        traffic = np.zeros(span // DAY_S + 1, np.int64)
        np.add.at(traffic, second // DAY_S, count)
        whole = Whole(
            n=self.n,
            targets=self.targets,
            events=self.events,
            span_s=span,
            traffic=traffic,
            clock=Clock.counted(second, count),
        )
        self._step_s = max(1, int(np.gcd.reduce(second, initial=0)))
        self.windows = usable_windows(self._step_s, self._all)
        self._shared = Shared(whole, self.windows, self._start, self._job.parts)
        sums = [F.sum(F.col("crowd")[k]).alias(f"met{k}") for k in range(len(self._all))]
        totals = fetched(self._events.groupBy("account").agg(F.count("*").alias("n"), *sums))
        self._mentions, at = np.zeros(self.n, np.int64), ints(totals, "account")
        self._mentions[at] = ints(totals, "n")
        self._met = {window: np.zeros(self.n) for window in self._all}
        for k, window in enumerate(self._all):
            self._met[window][at] = ints(totals, f"met{k}")
        self.shared_targets = self._events.select("target").distinct().count()

    def sifted(self, window: Window, min_targets: int, limit: float) -> Iterator[Sifted]:
        """See Ground. All windows are sifted at the first question, with its min_targets and limit."""
        if self._near is None:
            self._near = self._sift(min_targets, limit)
        found, events, event, margins = self._near
        own = found.filter(pl.col("window") == self.windows.index(window))
        if len(own):
            pair = ints(own, "pair")
            pairs, first = np.unique(pair, return_index=True)
            order = np.argsort(event)
            i, j = (order[np.searchsorted(event[order], ints(own, side))] for side in ("i", "j"))
            yield events, (pairs, ints(own, "units")[first], CoactionRows(i, j, pair)), margins[window]

    def _sift(self, min_targets: int, limit: float) -> tuple[pl.DataFrame, Events, Ints, dict[Window, Margins]]:
        """Two passes over the events and two shuffles: which pairs meet again, then the rows of those."""
        columns = self._events.select("account", "target", "second", "post", "event")
        met = mapped(columns, on_part.pairs_met, self._shared, on_part.MET).repartition(self._job.parts, "reducer")
        again = fetched(mapped(met, on_part.pairs_met_again, None, on_part.AGAIN))
        keys = np.unique(np.concatenate([np.zeros(0, np.int64), *(unpacked(block) for block in again["keys"])]))
        pair = keys // len(self.windows)
        accounts = np.unique(np.r_[pair // max(1, self.n), pair % max(1, self.n)])
        wanted = Wanted(
            shared=self._shared,
            keys=packed(keys),
            accounts=accounts,
            mentions=self._mentions[accounts],
            met=tuple(self._met[window][accounts] for window in self.windows),
            min_targets=min_targets,
            limit=limit,
        )
        rows = mapped(columns, on_part.rows_of_wanted, wanted, on_part.ROWS).repartition(self._job.parts, "pair")
        found = fetched(mapped(rows, on_part.sifted, wanted, on_part.SIFTED)).sort("window", "pair", "i", "j")
        pair = np.unique(ints(found, "pair"))
        events, event, around = self._of(np.unique(np.r_[pair // max(1, self.n), pair % max(1, self.n)]))
        return found, events, event, {window: around(window) for window in self.windows}

    def of_accounts(self, codes: Ints) -> tuple[Events, Callable[[Window], Margins]]:
        """See Ground."""
        events, _, around = self._of(codes)
        return events, around

    def _of(self, codes: Ints) -> tuple[Events, Ints, Callable[[Window], Margins]]:
        """The events of these accounts, in this process, with the id of each."""
        found = fetched(self._events.join(self._few(codes), "account", "left_semi"))
        found = found.sort("target", "second", "account", "post")
        self.most_held = max(self.most_held, len(found))
        return self._encoded(found), ints(found, "event"), partial(self._margins, found)

    def _encoded(self, found: pl.DataFrame) -> Events:
        part = as_events(found, self._shared)
        columns = {name: getattr(part, name) for name in ("account", "target", "second", "post", "row")}
        return Events(
            **columns,
            accounts=self.accounts,
            targets=pl.Series(dtype=pl.String),
            seen=self.seen,
            start_s=self._start,
            step_s=self._step_s,
            part_of=self._shared.whole,
        )

    def _margins(self, found: pl.DataFrame, window: Window) -> Margins:
        crowd = found["crowd"].list.get(self._all.index(window)).to_numpy().astype(np.int64)
        return Margins(crowd, self._mentions, self._met[window], self.events)

    def _few(self, codes: Ints) -> Any:
        """A small frame of account codes, known to every part."""
        import pyarrow as pa  # noqa: PLC0415 (slow to import)
        from pyspark.sql import functions as F  # noqa: N812, PLC0415

        return F.broadcast(self._job.spark.createDataFrame(pa.table({"account": pa.array(codes, pa.int64())})))

    def moments(self, groups: list[Ints], together: int) -> Iterator[tuple[list[Moments], Days]]:
        """See Ground."""
        if not groups:
            return
        given = (self._shared, groups, together)
        found = fetched(mapped(self._events.drop("crowd"), on_part.group_moments, given, on_part.MOMENTS))
        days = self._days(np.setdiff1d(ints(found, "account"), [on_part.BURST]))
        for k in range(len(groups)):
            own = found.filter(pl.col("group") == k)
            yield [_moments(own.filter(pl.col("window") == w)) for w in range(len(self.windows))], days

    def _days(self, accounts: Ints) -> Days:
        """How active these accounts were, by day."""
        from pyspark.sql import functions as F  # noqa: N812, PLC0415

        whole = self._shared.whole
        day = F.floor((F.col("second") - self._start) / DAY_S).alias("day")
        some = self._events.join(self._few(accounts), "account", "left_semi")
        counted = fetched(some.groupBy("account", day).agg(F.count("*").alias("n")))
        slots = ints(counted, "account") * len(whole.traffic) + ints(counted, "day")
        order = np.argsort(slots)
        counts = ints(counted, "n")[order]
        return Days(
            slots=slots[order], counts=counts, mentions=self._mentions, traffic=whole.traffic, total=whole.events
        )

    def line_ups(self, groups: list[tuple[Ints, Window]]) -> list[list[LineUp]]:
        """See Ground."""
        if not groups:
            return []
        found = mapped(self._events.drop("crowd"), on_part.group_line_ups, (self._shared, groups), on_part.LINE_UPS)
        ordered = fetched(found).sort("group", "target", "begin")
        seen: list[list[LineUp]] = [[] for _ in groups]
        for group, target, begin, people, leader in ordered.iter_rows():
            seen[group].append(LineUp(target, begin, tuple(people), leader))
        return seen

    def active_twice(self, spans: list[tuple[Ints, Ints]]) -> Ints:
        """See Ground."""
        from pyspark.sql import functions as F  # noqa: N812, PLC0415

        columns = self._events.select("account", "second")
        active = mapped(columns, on_part.active_near, (self._shared, spans), on_part.ACTIVE)
        often = active.groupBy("hub", "account").agg(F.countDistinct("moment").alias("moments")).where("moments > 1")
        return np.sort(ints(fetched(often.select("account").distinct()), "account"))


def _moments(own: pl.DataFrame) -> Moments:
    """One group's moments in one window, in the order of the method."""
    visits, bursts = own.filter(pl.col("account") != on_part.BURST), own.filter(pl.col("account") == on_part.BURST)
    return Moments(
        expected=bursts["loudness"].to_numpy(),
        account=ints(visits, "account"),
        target=ints(visits, "target"),
        second=ints(visits, "second"),
        post=ints(visits, "post"),
        loudness=visits["loudness"].to_numpy(),
        begin=ints(visits, "begin"),
    ).ordered()
