"""Release files: what they hide, that it stays hidden under subtraction, and what goes with them."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dashboards.published import history, publish
from tests.unit.make import mention
from veille.research.errors import ResearchError
from veille.research.packs.model import sha256
from veille.research.releases import ReleasePeriod, export, protect
from veille.research.releases.protect import ALL, MINIMUM, REST, Cell, Key, published, rounded, safe
from veille.research.releases.tables import MEANINGS, TABLES
from veille.research.snapshots import create

NOW = datetime(2026, 1, 20, tzinfo=UTC)
WEEK = ReleasePeriod(datetime(2026, 1, 5), datetime(2026, 1, 12))
Record = tuple[Key, int, int]  # keys of a leaf, account, target


def exact(records: list[Record]) -> dict[Key, Cell]:
    """Cells of every depth, from single requests."""
    members: dict[Key, list[Record]] = defaultdict(list)
    for record in records:
        for depth in range(len(record[0])):
            members[record[0][: depth + 1]].append(record)
    return {key: measured(found) for key, found in members.items()}


def measured(records: list[Record]) -> Cell:
    targets = Counter(target for _, _, target in records)
    return Cell(len(records), len({account for _, account, _ in records}), len(targets), max(targets.values()))


def truly_safe(records: list[Record]) -> bool:
    cell = measured(records)
    return cell.targets >= MINIMUM and cell.accounts >= MINIMUM and 2 * cell.top_target <= cell.amount


KEYS = st.tuples(st.sampled_from("AB"), st.sampled_from("123"), st.sampled_from("xyz"))


def crowd(seed: int, size: int) -> list[Record]:
    """So many requests, unevenly over the cells: some cells large, most small."""
    random = np.random.default_rng(seed)
    cells = list(product("AB", "123", "xyz"))
    places = random.choice(len(cells), size, p=random.dirichlet([0.6] * len(cells)))
    return [
        (cells[place], int(account), int(target))
        for place, account, target in zip(places, *random.integers(0, 13, (2, size)), strict=True)
    ]


RECORDS = st.builds(crowd, st.integers(0, 2**32), st.integers(0, 400))
HEAVY = st.lists(st.tuples(KEYS, st.integers(1, 60)), max_size=4)  # one target, asked about again and again


@settings(max_examples=150, deadline=None)
@given(RECORDS, HEAVY)
def test_subtracting_what_is_published_below_a_sum_never_shows_a_small_group(
    records: list[Record], heavy: list[tuple[Key, int]]
) -> None:
    """The attack: a published sum less every published cell below it. What remains must be empty or a group that meets the rules."""
    records += [(key, n % 13, 99) for key, times in heavy for n in range(times)]
    cells = exact(records)
    shown = published(cells)
    for key in shown:
        inside = [record for record in records if record[0][: len(key)] == key]
        assert truly_safe(inside)
        below = [other for other in shown if len(other) == len(key) + 1 and other[: len(key)] == key]
        left = [record for record in inside if not any(record[0][: len(other)] == other for other in below)]
        assert not left or truly_safe(left)
    assert all(key[:-1] in shown for key in shown if len(key) > 1)


@settings(max_examples=60, deadline=None)
@given(RECORDS, HEAVY)
def test_no_combination_of_published_sums_gives_an_unsafe_cell(
    records: list[Record], heavy: list[tuple[Key, int]]
) -> None:
    """Linear algebra over all tables together: no unsafe cell lies in the span of what two tables publish of the same requests."""
    records += [(key, n % 13, 99) for key, times in heavy for n in range(times)]
    atoms = list(product("AB", "123", "xyz"))
    trees = ([0, 1], [0, 2])  # class by day, class by language
    vectors, unsafe = [], []
    for places in trees:
        cells = exact([(tuple(key[place] for place in places), account, target) for key, account, target in records])
        shown = published(cells)
        for key, cell in cells.items():
            vector = [all(atom[place] == part for place, part in zip(places, key, strict=False)) for atom in atoms]
            if key in shown:
                vectors.append(vector)
            elif not cell.safe:
                unsafe.append(vector)
    if vectors:
        rank = np.linalg.matrix_rank(np.array(vectors, float))
        for vector in unsafe:
            assert np.linalg.matrix_rank(np.array([*vectors, vector], float)) == rank + 1


def table(cells: dict[Key, Cell], keys: list[str]) -> pl.DataFrame:
    rows = [
        {"depth": len(key) - 1, **dict(zip(keys, key, strict=False)), **asdict(cell)} for key, cell in cells.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def test_a_single_small_cell_takes_the_smallest_neighbour_with_it() -> None:
    cells = {
        ("A",): Cell(1000, 300, 200, 20),
        ("A", "1"): Cell(500, 200, 100, 10),
        ("A", "2"): Cell(300, 100, 90, 8),
        ("A", "3"): Cell(193, 80, 70, 9),
        ("A", "4"): Cell(7, 5, 3, 4),
    }
    found = protect(table(cells, ["k", "d"]), ["k", "d"]).rows()
    assert found == [
        ("A", ALL, 1000, 300, 200),
        ("A", REST, 200, None, None),
        ("A", "1", 500, 200, 100),
        ("A", "2", 300, 100, 90),
    ]


def test_a_large_cell_of_one_target_takes_enough_with_it_to_hide_her() -> None:
    """400 requests about one woman: the smallest neighbour alone would leave her above half of what is hidden."""
    cells = {
        ("A",): Cell(2000, 900, 500, 400),
        ("A", "1"): Cell(900, 400, 300, 10),
        ("A", "2"): Cell(500, 300, 100, 10),
        ("A", "3"): Cell(200, 80, 70, 5),
        ("A", "4"): Cell(400, 380, 1, 400),
    }
    assert [row[1] for row in protect(table(cells, ["k", "d"]), ["k", "d"]).rows()] == [ALL, REST, "1"]


def test_below_a_suppressed_cell_everything_is_suppressed_and_roots_stand_alone() -> None:
    cells = {
        ("A",): Cell(7, 7, 7, 1),
        ("A", "1"): Cell(7, 7, 7, 1),
        ("B",): Cell(100, 50, 40, 3),
        ("B", "1"): Cell(50, 50, 40, 2),
        ("B", "2"): Cell(50, 50, 40, 1),
    }
    assert {row[:2] for row in protect(table(cells, ["k", "d"]), ["k", "d"]).rows()} == {
        ("B", ALL),
        ("B", "1"),
        ("B", "2"),
    }


def test_numbers_are_rounded_and_half_is_not_above_half() -> None:
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]
    assert Cell(16, 8, 8, 8).safe
    assert not Cell(15, 8, 8, 8).safe
    assert not Cell(16, 7, 8, 2).safe
    assert not safe([Cell(10, 7, 7, 1), Cell(10, 7, 7, 1)])


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fortnight of 60 requests a day by 30 accounts about 25 targets, and on one day 90 more about one of them."""
    events: list[dict[str, Any] | str] = []
    for n in range(14 * 60):
        at = datetime(2026, 1, 5) + timedelta(minutes=24 * n)
        who = {
            "account_id": f"asker_{n % 30}",
            "target_id": f"creator_{n % 25}",
            "language": ("en", "en", "fr", "ja")[n % 4],
        }
        events.append(mention(n, event_type="mention", occurred_at=f"{at.isoformat()}Z", **who))
    for n in range(90):
        at = datetime(2026, 1, 7, 12) + timedelta(minutes=n)
        who = {"account_id": f"asker_{n % 30}", "target_id": "creator_1", "language": "en"}
        events.append(mention(5000 + n, event_type="mention", occurred_at=f"{at.isoformat()}Z", **who))
    return publish(tmp_path_factory.mktemp("releases") / "data", events)


@pytest.fixture
def folder(data_dir: Path) -> Path:
    (data_dir / "releases.json").unlink(missing_ok=True)
    return data_dir


def test_a_release_is_complete_and_hides_the_day_of_one_target(folder: Path, tmp_path: Path) -> None:
    release = export(folder, folder / "published/analyst", WEEK, tmp_path / "out", NOW)
    names = {path.name for path in release.folder.iterdir()}
    assert names == {f"{each.name}.{end}" for each in TABLES for end in ("csv", "parquet")} | {
        "collections.csv", "collections.parquet", "DICTIONARY.md", "METHODS.md", "SHA256SUMS",
    }  # fmt: skip
    for line in (release.folder / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert sha256((release.folder / name).read_bytes()) == digest
    days = pl.read_parquet(release.folder / "requests_by_day.parquet")
    assert days.columns == ["request_class", "made_on", "outcome", "requests", "accounts", "targets"]
    shown = set(days["made_on"].to_list())
    assert "2026-01-07" not in shown  # one target is above half of it
    assert REST in shown
    assert days.filter(pl.col("made_on") == ALL).rows() == [("sexualising", ALL, ALL, 510, 30, 25)]
    assert all(
        number % 5 == 0 for column in ("requests", "accounts", "targets") for number in days[column].drop_nulls()
    )


def test_everything_in_a_release_is_explained(folder: Path, tmp_path: Path) -> None:
    out = export(folder, folder / "published/analyst", WEEK, tmp_path / "out", NOW).folder
    columns = {column for file in out.glob("*.parquet") for column in pl.read_parquet(file).columns}
    assert columns == MEANINGS.keys()
    text = (out / "METHODS.md").read_text()
    assert "2026-01-05 to 2026-01-12 (excluded)" in text
    assert "168 of 168 hours" in text
    dictionary = (out / "DICTIONARY.md").read_text()
    assert all(f"`{column}`" in dictionary for column in columns)


def test_simulated_events_are_called_so(tmp_path: Path) -> None:
    folder = publish(tmp_path / "data", history(72, datetime(2026, 1, 13, tzinfo=UTC), simulated=True))
    period = ReleasePeriod(datetime(2026, 1, 11), datetime(2026, 1, 12))
    out = export(folder, folder / "published/analyst", period, tmp_path / "out", NOW).folder
    assert "**Some or all events are simulated.**" in (out / "METHODS.md").read_text()


def test_no_pseudonym_leaves(folder: Path, tmp_path: Path) -> None:
    out = export(folder, folder / "published/analyst", WEEK, tmp_path / "out", NOW).folder
    text = "".join(file.read_text() for file in out.glob("*.csv"))
    assert not any(len(part) >= 32 for part in text.replace("\n", ",").replace('"', "").split(","))


@pytest.mark.slow
def test_releases_that_could_be_subtracted_from_one_another_are_refused(folder: Path, tmp_path: Path) -> None:
    analyst = folder / "published/analyst"
    export(folder, analyst, WEEK, tmp_path / "a", NOW)
    longer = ReleasePeriod(WEEK.since, WEEK.until + timedelta(days=1))
    with pytest.raises(ResearchError, match="overlaps the release of 2026-01-05 to 2026-01-12"):
        export(folder, analyst, longer, tmp_path / "b", NOW)
    assert not (tmp_path / "b").exists()
    export(folder, analyst, WEEK, tmp_path / "again", NOW)  # the same data: the same files
    assert (tmp_path / "again/requests_by_day.csv").read_bytes() == (tmp_path / "a/requests_by_day.csv").read_bytes()
    export(folder, analyst, ReleasePeriod(WEEK.until, WEEK.until + timedelta(days=6)), tmp_path / "next", NOW)
    export(folder, analyst, longer, tmp_path / "b", NOW, "a court asked for it")
    assert "the reason given: a court asked for it" in (tmp_path / "b/METHODS.md").read_text()


@pytest.mark.slow
def test_a_release_from_a_snapshot_is_that_of_its_moment(folder: Path, tmp_path: Path) -> None:
    snapshot = create(folder, f"for-{tmp_path.name}", "analyst", NOW)
    export(folder, snapshot.folder, WEEK, tmp_path / "a", NOW)
    export(folder, folder / "published/analyst", WEEK, tmp_path / "b", NOW)
    for file in (tmp_path / "a").glob("*.csv"):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (ReleasePeriod(datetime(2026, 1, 5, 1), datetime(2026, 1, 12)), "whole days"),
        (ReleasePeriod(datetime(2026, 1, 5), datetime(2026, 1, 5)), "whole days"),
        (ReleasePeriod(datetime(2026, 1, 5), datetime(2026, 3, 1)), "complete only up to 2026-01-19T00:00:00"),
    ],
)
def test_periods_are_whole_days_and_complete(folder: Path, tmp_path: Path, period: ReleasePeriod, message: str) -> None:
    with pytest.raises(ResearchError, match=message):
        export(folder, folder / "published/analyst", period, tmp_path / "out", NOW)


def test_the_last_day_of_history_can_be_released(folder: Path, tmp_path: Path) -> None:
    """Nothing more comes into history, so the day of its newest event is complete."""
    last = ReleasePeriod(datetime(2026, 1, 18), datetime(2026, 1, 19))
    export(folder, folder / "published/analyst", last, tmp_path / "last", NOW, "another test exported these days")
    assert (tmp_path / "last/requests_by_day.csv").is_file()
