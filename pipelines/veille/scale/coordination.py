"""Coordination over the mentions of a snapshot, on Spark; the method is detect.coordination's, unchanged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from veille.detect.coordination.detection import Report, Trace, detect_on, insufficient
from veille.detect.coordination.parameters import Parameters
from veille.reasons import Reason
from veille.research.snapshots import Snapshot
from veille.scale.ground import Spread
from veille.scale.lake import mentions_between
from veille.scale.session import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadDetection:
    """As detect.coordination.Detection: the same tables, equal bit by bit, and the same counts.

    read: mentions of the period; vanished: why some were not used, by reason; most_held: events that the deciding process held.
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    events: int
    accounts: int
    windows_s: tuple[int, ...]
    insufficient: Reason | None
    read: int
    vanished: dict[str, int]
    most_held: int


def detect_in(
    job: Job,
    snapshot: Snapshot,
    since: datetime | None,
    until: datetime | None,
    parameters: Parameters,
    report: Report,
) -> SpreadDetection:
    """Pairs and clusters among the mentions of [since, until), UTC; None: without a limit. Raises ScaleError."""
    report("reading", 0.0)
    mentions = mentions_between(job, snapshot, since, until)
    read, vanished = _counted(mentions)
    ground = Spread(job, mentions, parameters)
    trace = Trace(ground, ground.windows, parameters.min_targets)
    found = detect_on([trace], parameters, report)
    return SpreadDetection(
        pairs=found.pairs,
        clusters=found.clusters,
        events=ground.events,
        accounts=ground.seen,
        windows_s=tuple(window.width_s for window in ground.windows),
        insufficient=insufficient(ground.seen, ground.shared_targets),
        read=read,
        vanished=vanished,
        most_held=ground.most_held,
    )


def _counted(mentions: Any) -> tuple[int, dict[str, int]]:
    """Rows, and why rows cannot be used, first reason first (as cli/coordination_files.vanished)."""
    from pyspark.sql import functions as F  # noqa: N812, PLC0415 (as everybody names it; only with the extra)

    tests = {
        "no_account": F.col("account_id").isNull(),
        "no_target": F.col("target_id").isNull(),
        "time_unreadable": F.col("second").isNull(),
        "mentions_oneself": F.col("account_id") == F.col("target_id"),
    }
    why = F.lit(None).cast("string")
    for name, test in reversed(tests.items()):
        why = F.when(test, name).otherwise(why)
    rows = mentions.groupBy(why.alias("why")).count().collect()
    counts = {row["why"]: row["count"] for row in rows}
    return sum(counts.values()), {name: counts.get(name, 0) for name in tests}
