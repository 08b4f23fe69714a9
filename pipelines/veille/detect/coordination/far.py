"""The far look: one run over months, for what no sliding window shows.

An operation that strikes a few times a month meets too seldom for a window of days. The run is that of `detect` over all mentions
handed on, with the second test (timetables.py). What it finds is carried on in the life history of the other looks (history.py).
Mentions are kept as codes (24 bytes each), so that years fit into memory, and each is read once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from veille.detect.coordination.detection import detect_events
from veille.detect.coordination.events import Events, post_hash
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.sightings import ClusterSighting, MethodChoice, sensitivity, sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class FarRun:
    """What a far look found in the mentions of [since, until) (UTC): validated clusters, and how each depends on choices of method.

    mentions: how many there were, on any target.
    """

    since: datetime
    until: datetime
    mentions: int
    found: tuple[ClusterSighting, ...]
    choices: tuple[tuple[MethodChoice, ...], ...]


def compact(mentions: pl.DataFrame) -> pl.DataFrame:
    """The columns that a run needs, ids as codes: account_id, target_id, occurred_at, and post_id as its hash."""
    ids = pl.col("account_id", "target_id").cast(pl.Categorical)
    post = post_hash("post_id") if "post_id" in mentions.columns else pl.lit(None, pl.UInt64)
    return mentions.select(ids, "occurred_at", post.alias("post_id"))


def look_back(parts: Iterable[pl.DataFrame], until: datetime, parameters: Parameters | None = None) -> FarRun | None:
    """Run over the parts of a history (each as for detect, in any order); None where there are no mentions.

    until: end of the period (UTC); it begins at midnight UTC before the first mention.
    """
    parameters = replace(parameters or Parameters(), timetables=True)
    kept = [compact(part) for part in parts if len(part)]
    if not kept:
        return None
    mentions = pl.concat(kept)
    del kept
    first, counted = mentions["occurred_at"].min(), len(mentions)
    assert isinstance(first, datetime)
    events = Events.from_frame(mentions)
    del mentions
    run = detect_events(events, parameters)
    found = sightings(run, parameters, possible=False)
    choices = sensitivity(run, parameters, [list(s.found.members) for s in found]) if found else []
    since = first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return FarRun(since=since, until=until, mentions=counted, found=tuple(found), choices=tuple(choices))
