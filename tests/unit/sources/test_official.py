"""Files of the DSA Transparency Database as counts by day: both forms, and what is refused."""

from datetime import date

import polars as pl
import pytest

from tests.shared_data import shared_data
from veille.sources.base import SourceError
from veille.sources.official import FROM_COUNTS, FROM_STATEMENTS, Official, read_official

BASE = {
    "uuid": "u1",
    "platform_name": "X",
    "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "created_at": "2026-01-09 23:59:59",
    "decision_visibility": '["B", "A", "A"]',
    "automated_detection": "No",
}


def statements(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [BASE | {"uuid": f"u{number}"} | row for number, row in enumerate(rows)], infer_schema_length=None
    )


def counts(*rows: tuple[str, str, str | None, str | None, int]) -> pl.DataFrame:
    given = [
        {"start_date": day, "platform": "X", "column": column, "entity": entity, "variant": variant, "count": count}
        for day, column, entity, variant, count in rows
    ]
    return pl.DataFrame(given, infer_schema_length=None)


def of(found: Official, breakdown: str) -> dict[tuple[date, str | None], int]:
    rows = found.counts.filter(pl.col("breakdown") == breakdown).select("day", "value", "statements").rows()
    return {(day, value): number for day, value, number in rows}


def test_statements_count_once_on_their_day_of_creation() -> None:
    first = statements({}, {"created_at": "2026-01-10 00:00:00"}, {"category": "OTHER", "decision_visibility": None})
    again = statements({})
    found = read_official([first, again])
    ninth, tenth = date(2026, 1, 9), date(2026, 1, 10)
    assert (found.source, found.repeated) == (FROM_STATEMENTS, 1)
    assert of(found, "total") == {(ninth, None): 2, (tenth, None): 1}
    assert of(found, "category") == {(ninth, BASE["category"]): 1, (ninth, "OTHER"): 1, (tenth, BASE["category"]): 1}
    assert of(found, "decision_visibility")[ninth, "A"] == 1
    assert of(found, "decision_visibility")[ninth, None] == 1
    assert of(found, "content_type") == {(ninth, None): 2, (tenth, None): 1}


def test_daily_counts_keep_statements_and_leave_out_the_rest() -> None:
    table = counts(
        ("2026-01-09", "rows", None, None, 3),
        ("2026-01-09", "category", None, "A", 2),
        ("2026-01-09", "category", None, "B", 1),
        ("2026-01-09", "content_type", "elements", None, 9),
        ("2026-01-09", "moderation_delay", None, None, 3),
    )
    found = read_official([table])
    assert found.source == FROM_COUNTS
    assert of(found, "total") == {(date(2026, 1, 9), None): 3}
    assert of(found, "category") == {(date(2026, 1, 9), "A"): 2, (date(2026, 1, 9), "B"): 1}
    assert set(found.counts["breakdown"]) == {"total", "category"}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([], "no rows"),
        (
            [pl.DataFrame({"day": ["2026-01-09"], "count": [1]})],
            "not a file of the DSA Transparency Database: it has day",
        ),
        ([statements({}), counts(("2026-01-09", "rows", None, None, 3))], "read by separate commands"),
        ([statements({"created_at": "yesterday"}, {})], "1 of 2 rows have no date"),
        ([statements({"platform_name": None})], "1 of 1 rows have no platform"),
        ([counts(("", "rows", None, None, 3))], "1 of 1 rows have no date"),
    ],
)
def test_what_cannot_be_counted_is_refused(tables: list[pl.DataFrame], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_official(tables)


@pytest.mark.data
def test_counts_equal_the_file_day_by_day() -> None:
    table = pl.read_parquet(shared_data("dsa/daily_five_platforms.parquet"))
    found = read_official([table]).counts
    own = table.filter(pl.col("column") == "category").select(
        pl.col("start_date").alias("day"),
        "platform",
        pl.col("variant").alias("value"),
        pl.col("count").alias("statements"),
    )
    mine = found.filter(pl.col("breakdown") == "category").select(own.columns)
    assert mine.sort(own.columns).equals(own.sort(own.columns))
    by_category = mine.group_by("day", "platform").agg(pl.col("statements").sum()).sort("day", "platform")
    totals = (
        found.filter(pl.col("breakdown") == "total").select("day", "platform", "statements").sort("day", "platform")
    )
    assert by_category.equals(totals)
