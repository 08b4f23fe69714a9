"""Small extracts: an obvious group in a file too short to validate it, and how many mentions would do.

A group is obvious where at least three accounts mention at least two targets, each pair of them within a minute. Whether chance
explains that depends on what others do on the same targets. So the file is filled up with mentions by others (two each, on the file's
own targets, at any time of its span or of a week) until the group is validated. That size is the answer, for a crowd such as this one.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from veille.detect.coordination.compat import coortweet
from veille.detect.coordination.detection import Detection, detect
from veille.detect.coordination.parameters import Parameters
from veille.detect.heavy import networks

MOST = 3_000
"""Mentions from which a file is no small extract: what is not validated there is not for want of mentions."""
_TOGETHER_S = 60
_SIZES = (100, 300, 1_000, 3_000)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TooFew:
    """A group that the file is too short to validate. enough: mentions with which it would be, None where not even 3,000 do."""

    accounts: int
    targets: int
    mentions: int
    enough: int | None

    @property
    def sentence(self) -> str:
        """What to tell: the group, why it is not validated, and what would do."""
        would_do = (
            f"about {self.enough:,} mentions of the same people by others would do"
            if self.enough
            else f"not even {MOST:,} mentions of the same people by others would do"
        )
        return (
            f"Too few to validate: {self.accounts} accounts act together on {self.targets} targets within a minute, but "
            f"{self.mentions:,} mentions say too little about what others do; {would_do}."
        )


def too_few(mentions: pl.DataFrame, found: Detection, seed: int = 1) -> TooFew | None:
    """The largest obvious group that was not validated, or None; always None for files of more than MOST rows.

    mentions: account_id, target_id (text), occurred_at (UTC datetime); found: what `detect` found in them. Deterministic for a seed.
    """
    if not 0 < len(mentions) <= MOST:
        return None
    rows = mentions.select(pl.col("account_id", "target_id").cast(pl.String), "occurred_at").drop_nulls()
    validated = set(found.clusters.filter(pl.col("tier") == "validated")["account_id"].cast(pl.String))
    group = _obvious(rows, validated)
    if not group:
        return None
    theirs = rows.filter(pl.col("account_id").is_in(group))
    shared = theirs.group_by("target_id").agg(pl.col("account_id").n_unique()).filter(pl.col("account_id") > 1)
    return TooFew(len(group), len(shared), len(rows), _enough(rows, group, np.random.default_rng(seed)))


def _obvious(rows: pl.DataFrame, validated: set[str]) -> list[str]:
    """Members of the largest component of pairs that meet on two targets within a minute; sorted, without validated ones."""
    if not len(rows):
        return []
    on_targets = pl.concat(
        coortweet(part, _TOGETHER_S, 1).select("account_a", "account_b") for part in rows.partition_by("target_id")
    )
    pairs = on_targets.group_by("account_a", "account_b").len().filter(pl.col("len") >= 2)
    graph = networks().Graph(pairs.select("account_a", "account_b").iter_rows())
    groups = [sorted(map(str, part)) for part in networks().connected_components(graph) if len(part) > 2]
    groups = [group for group in groups if not validated & set(group)]
    return max(groups, key=lambda group: (len(group), group), default=[])


def _enough(rows: pl.DataFrame, group: list[str], draw: np.random.Generator) -> int | None:
    for size in _SIZES:
        if size > len(rows) and set(group) <= _validated(pl.concat([rows, _crowd(rows, size - len(rows), draw)])):
            return size
    return None


def _validated(rows: pl.DataFrame) -> set[str]:
    return set(
        detect(rows, Parameters(timetables=True))
        .clusters.filter(pl.col("tier") == "validated")["account_id"]
        .cast(pl.String)
    )


def _crowd(rows: pl.DataFrame, count: int, draw: np.random.Generator) -> pl.DataFrame:
    """Mentions by others, on the same targets."""
    first, last = rows["occurred_at"].min(), rows["occurred_at"].max()
    assert first is not None and last is not None  # noqa: PT018  rows are not empty
    span = max(last - first, _WEEK)  # type: ignore[operator]
    targets = rows["target_id"].unique().sort().to_numpy()
    return pl.DataFrame(
        {
            "account_id": [f"\0other {n // 2}" for n in range(count)],
            "target_id": draw.choice(targets, count),
            "occurred_at": [first + span * float(part) for part in draw.random(count)],  # type: ignore[operator]
        },
        schema=rows.schema,
    )
