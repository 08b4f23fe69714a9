"""Uniqueness attack on the research catalogue: who sees the public post, finds how many rows that only that post can be?

What the public shows of a request is known exactly: its time, class, language, length, the account's age and followers, jurisdiction,
whether its target is a public figure, and the public answer. A published row is *unique* where no other row says the same of these
columns, as far as the relation has them. Measured at the whole simulated winter, a tenth and a hundredth of its mentions (by
target), beside what research loses: events held back, and the answers of the worked examples against the analyst catalogue's.

    python -m tests.bench research_uniqueness                    the whole, minutes; VEILLE_BENCH_DATA names a replayed data folder
"""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from tests.bench.report import line
from tests.bench.research_linking import SMALL, publish
from veille.config import Research, load
from veille.privacy import Key
from veille.research.examples import bind, examples
from veille.store.publish.research import ResearchPublisher
from veille.store.reader import Reader

PUBLIC = (
    *("occurred_at", "precision", "platform", "generator", "request_class", "is_self", "language", "jurisdiction"),
    *("prompt_length", "account_age", "account_followers", "target_is_public_figure", "target_gender", "target_basis"),
    *(
        "outcome",
        "answered_within",
        "media_type",
        "sexualised",
        "answers",
        "answer_views",
        "linked",
        "surface",
        "model",
        "views",
    ),
)
RELATIONS = ("requests", "exchanges", "mentions", "production", "generations")
MOST = 0.001
SPAN = {"since": "2025-12-26", "until": "2026-01-30", "policy_at": "2026-01-09"}
SHARES = (1, 10, 100)


def unique_share(frame: pl.DataFrame) -> float:
    """Share of the rows that are alone with what they say in public columns."""
    known = [name for name in PUBLIC if name in frame.columns]
    if not frame.height:
        return 0.0
    return float(frame.group_by(known).len().filter(pl.col("len") == 1).height) / frame.height


def thinned(analyst: Path, one_in: int, place: Path) -> Path:
    """A copy of the published folder with one in so many targets, and what belongs to their mentions."""
    if one_in == 1:
        return analyst
    copy = place / f"one-in-{one_in}"
    shutil.copytree(analyst, copy)
    for relation, condition in (
        ("mentions", "hash(coalesce(target_id, event_id)) % $n = 0"),
        ("generations", "hash(coalesce(mention_id, target_id, account_id, event_id)) % $n = 0"),
        ("moderations", "hash(coalesce(mention_id, subject_id)) % $n = 0"),
    ):
        for file in (copy / "segments" / relation).rglob("*.parquet"):
            _keep(file, condition.replace("$n", str(one_in)))
    return copy


def _keep(path: Path, condition: str) -> None:
    """Replace a segment by its rows that meet the condition."""
    part = path.with_suffix(".part")
    with duckdb.connect(config={"threads": "1"}) as connection:
        rows = f"SELECT * FROM read_parquet('{path}') WHERE {condition}"
        connection.execute(f"COPY ({rows}) TO '{part}' (FORMAT parquet)")
    part.replace(path)


def measure(analyst: Path, place: Path, one_in: int) -> None:
    """One scale: publish for research, attack every relation of rows."""
    folder = place / f"research-{one_in}"
    source = thinned(analyst, one_in, place)
    publisher = ResearchPublisher(source, folder, place / "work", Research(small=SMALL), Key(bytes(32)))
    publisher.publish(datetime.now(UTC).replace(tzinfo=None))
    research = Reader(folder)
    events = 0
    for relation in RELATIONS:
        frame = research.query(f"SELECT * FROM {relation}")
        events += frame.height
        share = unique_share(frame)
        line(
            f"1/{one_in}: unique rows of {relation}",
            f"{100 * share:.3f} %",
            beside=f"{frame.height:,} rows",
            target=f"below {100 * MOST} %",
            met=share < MOST,
        )
    held = int(research.query("SELECT sum(held_back) FROM releases").item())
    share = held / max(1, events // 2)
    line(
        f"1/{one_in}: events held back, at most",
        f"{held:,}",
        beside=f"{100 * share:.2f} %",
        target="at most 1 % at 1/1",
        met=share <= 0.01 or one_in > 1,
    )
    if one_in == 1:  # the rollups of a thinned copy are those of the whole
        answers(Reader(source), research)


def answers(analyst: Reader, research: Reader) -> None:
    """The sums of every worked example that runs on both, on either."""
    for each in examples():
        if "research" not in each.catalogues:
            continue
        values = bind(each.parameters, {k: v for k, v in SPAN.items() if k in {p.name for p in each.parameters}})
        told = [totals(reader.query(each.sql, values)) for reader in (analyst, research)]
        line(each.name, told[1], beside=f"on the analyst catalogue: {told[0]}")


def totals(frame: pl.DataFrame) -> str:
    """Sums of the counts, means of the rates, on one line."""
    parts = []
    for name, kind in frame.schema.items():
        if kind.is_integer() and name not in ("weekday", "weekday_hour", "hours", "languages"):
            parts.append(f"{name} {frame[name].sum():,}")
        elif kind.is_float() and name in ("share", "answered_rate", "images_per_request"):
            mean = frame[name].mean()
            parts.append(f"{name} {mean:.4f}" if isinstance(mean, float) else f"{name} –")
    return ", ".join(parts)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        given = os.environ.get("VEILLE_BENCH_DATA")
        analyst = load(data_dir=Path(given)).analyst if given else publish(place)[0].path.parent
        for one_in in SHARES:
            measure(analyst, place, one_in)


if __name__ == "__main__":
    main()
