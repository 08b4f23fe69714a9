"""Every usual way to write a time is the same moment; what is none is null, never a guess."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from veille.sources.reading.times import read_times

MOMENT = datetime(2026, 1, 31, 13, 5, tzinfo=UTC)
SECONDS = int(MOMENT.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31T13:05:00Z",
        "2026-01-31 13:05:00",
        "2026-01-31 13:05",
        " 2026-01-31T13:05:00.000 ",
        "2026-01-31T14:05:00+01:00",
        "2026-01-31 13:05:00+00",
        "2026-01-31 13:05:00 UTC",
        "Sat Jan 31 13:05:00 +0000 2026",
        str(SECONDS),
        f"{SECONDS}.0",
        SECONDS,
        float(SECONDS),
        SECONDS * 1_000,
        SECONDS * 1_000_000,
        SECONDS * 1_000_000_000,
        MOMENT,
        MOMENT.replace(tzinfo=None),
    ],
)
def test_one_moment_however_it_is_written(value: object) -> None:
    assert read_times(pl.Series([value, None], strict=False)).to_list() == [MOMENT, None]


def test_a_date_is_its_midnight() -> None:
    midnight = [datetime(2026, 1, 31, tzinfo=UTC)]
    assert read_times(pl.Series(["2026-01-31"])).to_list() == midnight
    assert read_times(pl.Series([date(2026, 1, 31)])).to_list() == midnight


def test_forms_may_differ_from_row_to_row() -> None:
    column = pl.Series(["2026-01-31T13:05:00+00:00", "2026-01-31T13:05:00.500000+00:00", "2026-01-31", "soon", None])
    found = read_times(column).to_list()
    assert found[0] == MOMENT
    assert found[1] == MOMENT.replace(microsecond=500_000)
    assert found[2] == MOMENT.replace(hour=0, minute=0)
    assert found[3:] == [None, None]


@pytest.mark.parametrize("value", ["32.01.2026 13:05", "13/13/2026", "yesterday", "", "NaN", "1e300", "9999-01-01"])
def test_what_is_no_time_is_null(value: str) -> None:
    assert read_times(pl.Series([value])).to_list() == [None]
