"""Linking attack on the research catalogue: who knows the exact times of 20 events each about 20 targets, finds how many?

A target is singled out where exactly one pseudonym, or one group of rows smaller than `small`, fits all that is known.
Tried on the analyst catalogue (exact times), on designs that were weighed, and on what is published: there, on every
view whose rows are of one target or one event.
"""

import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from tests.bench.report import line
from veille.config import load
from veille.privacy import Key
from veille.service.replay import Replay
from veille.service.research import publish_research
from veille.simulate import scenario, write
from veille.sources.files import FileSource
from veille.store.reader import Reader

TARGETS, EVENTS, SMALL = 20, 20, 8
PRECISIONS = ("hour", "day")
DESIGNS = (
    ("before: exact times, one pseudonym for ever", "1us", "100y"),
    ("weighed: hours, a pseudonym a month", "1h", "1mo"),
    ("weighed: hours, a pseudonym a week", "1h", "1w"),
    ("weighed: hours, a pseudonym a day", "1h", "1d"),
    ("weighed: days, a pseudonym a month", "1d", "1mo"),
)
Known = dict[str, list[datetime]]


def known_times(mentions: pl.DataFrame, seed: int = 1) -> Known:
    """20 exact times of each of 20 random targets that have as many."""
    rng = random.Random(seed)
    busy = mentions.group_by("target_id").len().filter(pl.col("len") >= EVENTS)["target_id"].sort().to_list()
    chosen = rng.sample(busy, TARGETS)
    times = mentions.filter(pl.col("target_id").is_in(chosen)).group_by("target_id").agg("occurred_at")
    return {target: rng.sample(sorted(found), EVENTS) for target, found in times.sort("target_id").iter_rows()}


def fitting_pseudonyms(mentions: pl.DataFrame, times: list[datetime], grain: str, scope: str) -> int:
    """Fewest pseudonyms, over all scopes of one, that have as many events in each known stretch of time as are known.

    grain: how exactly times are published; scope: how long a pseudonym stays the same (both as polars durations).
    """
    known = _stretches(pl.DataFrame({"occurred_at": times}), grain, scope).group_by("scope", "stretch").len("needed")
    there = _stretches(mentions, grain, scope).join(known, on=["scope", "stretch"], how="semi")
    counts = there.group_by("scope", "stretch", "target_id").len("found").join(known, on=["scope", "stretch"])
    hits = counts.filter(pl.col("found") >= pl.col("needed")).group_by("scope", "target_id").len("stretches")
    wanted = known.group_by("scope").len("stretches")
    fits = hits.join(wanted, on=["scope", "stretches"]).group_by("scope").len("fitting")
    return int(fits["fitting"].min() or 0)  # type: ignore[arg-type]


def _stretches(frame: pl.DataFrame, grain: str, scope: str) -> pl.DataFrame:
    at = pl.col("occurred_at")
    return frame.with_columns(scope=at.dt.truncate(scope), stretch=at.dt.truncate(grain))


class Published:
    """What the research catalogue says of known events; `mentions` (the truth) only counts who hides with whom."""

    def __init__(self, research: Reader, mentions: pl.DataFrame) -> None:
        self._research = research
        times = research.query('SELECT DISTINCT occurred_at, "precision" FROM requests')
        published = {kind: times.filter(pl.col("precision") == kind)["occurred_at"] for kind in PRECISIONS}
        at = pl.col("occurred_at")
        hour, day = at.dt.truncate("1h"), at.dt.truncate("1d")
        place = (
            pl.when(hour.is_in(published["hour"].implode()))
            .then(hour)
            .when(day.is_in(published["day"].implode()))
            .then(day)
            .otherwise(at.dt.truncate("1mo"))
        )
        self._placed = mentions.with_columns(place=place)

    def targets_sharing_a_time(self, times: list[datetime], *also: str, target: str | None = None) -> list[int]:
        """For each known event: how many targets have events of the same published time (and the same `also`)."""
        rows = self._placed.filter(pl.col("occurred_at").is_in(times))
        rows = rows if target is None else rows.filter(pl.col("target_id") == target)
        shared = self._placed.join(rows.select("place", *also).unique(), on=["place", *also], nulls_equal=True)
        return shared.group_by("place", *also).agg(pl.col("target_id").n_unique())["target_id"].to_list()

    def fitting_rows(self, times: list[datetime]) -> int:
        """Rows of `targets` that fit what is known of a month: so many requests at least. Fewest over the months."""
        months = pl.DataFrame({"occurred_at": times}).group_by(pl.col("occurred_at").dt.truncate("1mo")).len()
        sql = "SELECT count(*) FROM targets WHERE month = $month AND coalesce(requests_to, 1e9) >= $needed"
        return min(int(self._research.query(sql, {"month": m, "needed": n}).item()) for m, n in months.iter_rows())


def singled_out(sizes: list[int]) -> int:
    return sum(size == 1 for size in sizes)


def publish(folder: Path) -> tuple[Reader, Reader]:
    """A simulated winter, published both ways."""
    made = write(scenario("grok-winter-2026"), folder / "events")
    files = sorted(made.folder.glob("*.ndjson.zst"))
    settings = load(data_dir=folder / "data", research={"small": SMALL})
    with Replay(settings, FileSource(files)) as run:
        for _ in run.steps():
            pass
        run.publish()
    publish_research(settings, Key(bytes(32)), datetime.now(UTC).replace(tzinfo=None))
    return Reader(settings.analyst), Reader(settings.research_folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        analyst, research = publish(Path(name))
        columns = 'target_id, occurred_at, request_class, "language"'
        mentions = analyst.query(f"SELECT {columns} FROM mentions WHERE target_id IS NOT NULL")
        known = known_times(mentions)
        for design, grain, scope in DESIGNS:
            sizes = [fitting_pseudonyms(mentions, times, grain, scope) for times in known.values()]
            line(
                f"singled out of {TARGETS} targets, {design}",
                f"{singled_out(sizes)}",
                beside=f"fewest fitting {min(sizes)}",
            )
        report_published(Published(research, mentions), known)


def report_published(published: Published, known: Known) -> None:
    """What is published: event rows, and rows of targets."""
    rows = [min(published.targets_sharing_a_time(times, target=who)) for who, times in known.items()]
    people = [published.fitting_rows(times) for times in known.values()]
    found = singled_out([min(pair) for pair in zip(rows, people, strict=True)])
    line(
        f"singled out of {TARGETS} targets, after: as published",
        f"{found}",
        beside=f"an event shares its time with at least {min(rows)} targets; at least {min(people)} rows of targets fit",
        target="at most 1",
        met=found <= 1,
    )


if __name__ == "__main__":
    main()
