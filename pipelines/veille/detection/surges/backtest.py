"""What other settings of surges would have found in published events, before they are shipped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from veille.config import Surges
from veille.detect.surges.judging import match, outside, power
from veille.detect.surges.records import InsistentAccount, Surge, insistent_frame, surges_frame
from veille.detect.surges.stream.stream import SETTLED, Piece, SurgeStream
from veille.detection.surges.feed import Feed
from veille.detection.surges.records import bin_of
from veille.detection.surges.settings import stream_params
from veille.errors import VeilleError
from veille.privacy import Key, Pseudonymiser
from veille.store.tables_reader import TablesReader

WARM_UP = timedelta(days=14)


class BacktestError(VeilleError):
    """What is wrong with the truth or the span: one line."""


@dataclass(frozen=True, kw_only=True)
class SurgeBacktest:
    """What one setting found in [since, until): surges (SURGE_SCHEMA, last versions), drops, insistent accounts."""

    settings: Surges
    since: datetime
    until: datetime
    surges: pl.DataFrame
    drops: pl.DataFrame
    insistent: pl.DataFrame

    @property
    def targets(self) -> pl.DataFrame:
        """Surges of targets: target_id, opened_at, decided_at, closed_at (UTC without a zone)."""
        mine = self.surges.filter(pl.col("series_kind") == "target").rename({"series_key": "target_id"})
        return mine.with_columns(pl.col("opened_at", "decided_at", "closed_at").dt.replace_time_zone(None))

    def summary(self, truth: pl.DataFrame | None = None) -> dict[str, Any]:
        """Openings a day, by kind of series; against the truth also power and precision. JSON-ready."""
        days = (self.until - self.since) / timedelta(days=1)
        kinds = self.surges.group_by("series_kind").len().sort("series_kind")
        daily = self.surges.group_by(pl.col("opened_at").dt.date().cast(pl.String).alias("day")).len().sort("day")
        out: dict[str, Any] = {
            "days": round(days, 3),
            "surges_a_day": {kind: round(n / days, 2) for kind, n in kinds.iter_rows()},
            "target_surges": len(self.targets),
            "insistent_accounts": len(self.insistent),
            "drops": len(self.drops),
            "openings": dict(daily.iter_rows()),
        }
        return out | (self._judged(truth) if truth is not None else {})

    def _judged(self, truth: pl.DataFrame) -> dict[str, Any]:
        here = truth.filter(pl.col("onset").is_between(self.since, self.until, closed="left"))
        planted, asked = here.filter(pl.col("kind") != "insistent"), here.filter(pl.col("kind") == "insistent")
        named = asked.join(self.insistent.select("account_id", "target_id").unique(), on=("account_id", "target_id"))
        matched = match(self.targets, planted)
        other = outside(self.targets, planted)
        return {
            "power": power(matched).to_dicts(),
            "missed": matched.filter(~pl.col("found")).height,
            "outside": len(other),
            "precision": round(1 - len(other) / max(len(self.targets), 1), 3),
            "insistent_found": [len(named), len(asked)],
        }


class PublishedEvents:
    """Events of a published folder by bin."""

    def __init__(self, tables: TablesReader) -> None:
        self._tables = tables
        first, last, platforms = tables.named("detect/surges/published_span").row(0)
        if first is None:
            raise BacktestError("nothing is published in this data folder: start with `veille replay` or `veille run`")
        self.first_at: datetime = first
        self.last_at: datetime = last
        self.platforms: list[str] = platforms

    def pieces(self, since: datetime, until: datetime, classes: tuple[str, ...]) -> Iterator[tuple[int, Piece]]:
        """Every bin from `since` to `until`; of a silence the bins that may still decide something (stream.SETTLED)."""
        feed = Feed(self._tables, classes, since)
        bin_, last, silent = bin_of(since), bin_of(until - timedelta(microseconds=1)), 0
        while bin_ <= last:
            piece = feed.take(bin_)
            silent = 0 if piece.arrived else silent + 1
            yield bin_, piece
            bin_ += 1
            if silent > SETTLED:
                due = feed.next_bin()
                bin_ = last + 1 if due is None else max(bin_, due)


def run_backtest(
    events: PublishedEvents,
    settings: Surges,
    since: datetime,
    until: datetime,
    progress: Callable[[int], None] = lambda bins: None,
) -> SurgeBacktest:
    """Step the stream of surges over published events; two weeks before `since` are learned from and not reported."""
    stream = SurgeStream(stream_params(settings))
    begin = max(events.first_at, since - WARM_UP)
    surges: dict[str, Surge] = {}
    drops: dict[str, Surge] = {}
    insistent: dict[str, InsistentAccount] = {}
    for done, (bin_, piece) in enumerate(
        events.pieces(begin - (begin - datetime.min) % timedelta(minutes=5), until, settings.classes)
    ):
        found = stream.step(bin_, piece)
        surges |= {s.surge_id: s for s in found.surges}
        drops |= {s.surge_id: s for s in found.drops}
        insistent |= {s.finding_id: s for s in found.insistent}
        progress(done + 1)
    opened = pl.col("opened_at").dt.replace_time_zone(None).is_between(since, until, closed="left")
    return SurgeBacktest(
        settings=settings,
        since=since,
        until=until,
        surges=surges_frame(surges.values()).filter(opened),
        drops=surges_frame(drops.values()).filter(opened),
        insistent=insistent_frame(insistent.values()).filter(opened),
    )


def read_truth(path: Path, key: Key, platforms: list[str]) -> pl.DataFrame:
    """Planted rows as target_id and account_id (pseudonyms), kind, onset, end, requests.

    path: a folder of `veille simulate` (attacks.csv, and insistent.csv, traps.csv where they are), or one CSV file with
    target_id, kind, onset, end. Its ids are raw; rows without a target are left out. Raises BacktestError.
    """
    files = [path / name for name in ("attacks.csv", "insistent.csv", "traps.csv")] if path.is_dir() else [path]
    present = [file for file in files if file.is_file()]
    if not present:
        raise BacktestError(f"{path}: no ground truth found (attacks.csv of `veille simulate`, or a CSV file)")
    rows = pl.concat([_truth_rows(file) for file in present], how="diagonal").filter(pl.col("target_id") != "")
    if len(platforms) != 1:
        raise BacktestError("a ground truth can only be compared with the events of one platform")
    names = Pseudonymiser(key)

    def pseudonyms(column: str) -> pl.Series:
        found = [
            None if each is None else str(UUID(bytes=names.one("person", platforms[0], each))) for each in rows[column]
        ]
        return pl.Series(column, found, dtype=pl.String)

    return rows.with_columns(pseudonyms("target_id"), pseudonyms("account_id"))


def _truth_rows(file: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BacktestError(f"{file}: cannot be read as CSV ({type(error).__name__})") from None
    missing = [name for name in ("target_id", "onset", "end") if name not in table.columns]
    if missing:
        raise BacktestError(f"{file}: no column {', '.join(missing)}")
    for name, default in (("kind", file.stem), ("account_id", None), ("requests", None)):
        if name not in table.columns:
            table = table.with_columns(pl.lit(default, pl.String).alias(name))
    table = table.filter(pl.col("target_id").is_not_null())
    times = [
        pl.col(c).str.to_datetime(time_unit="us", time_zone="UTC").dt.replace_time_zone(None) for c in ("onset", "end")
    ]
    return table.with_columns(times).select("target_id", "account_id", "kind", "onset", "end", "requests")
