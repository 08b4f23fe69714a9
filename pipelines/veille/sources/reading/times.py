"""A column of times: every unambiguous form is read, and what was decided about the column is said."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl

from veille.sources.base import SourceError
from veille.sources.reading.moments import YEARS, moment, names_zone, order_of

_UNITS = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0), (float("inf"), 1e-3))
"""Numbers whose size is below the first → microseconds that one of them is worth."""
_EXCEL_DAYS = (20_000, 80_000)
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_LEAST_IN_TEXT = 1e8
"""A smaller number among written times is no time."""
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
_UNIT_NAMES = {1e6: "Unix seconds", 1e3: "Unix milliseconds", 1.0: "Unix microseconds", 1e-3: "Unix nanoseconds"}


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How a column writes its times. day_first: None where no date needs it. said: what to tell, once a column."""

    day_first: bool | None = None
    excel: bool = False
    said: tuple[str, ...] = ()


class AmbiguousTimes(SourceError):  # noqa: N818  the name is what it says
    """Dates whose day and month cannot be told apart."""


def decide(
    values: Sequence[object],
    ids: Sequence[object] = (),
    *,
    column: str = "occurred_at",
    semicolons: bool = False,
    day_first: bool | None = None,
) -> TimeForm:
    """How the times of a column are written, from a sample of it.

    ids: post ids of the same rows; X's carry the time and settle the order of day and month. semicolons: the file
    separates cells by `;`, as spreadsheets do in places that write the day first. day_first: what the user says.
    Raises AmbiguousTimes where nothing settles it.
    """
    texts = [value.strip() if isinstance(value, str) else "" for value in values]
    numbers = [number for number in map(_number, values) if number is not None]
    given = sum(1 for value in values if value is not None and value != "")
    said: list[str] = []
    excel = bool(numbers) and len(numbers) == given and all(_EXCEL_DAYS[0] <= n <= _EXCEL_DAYS[1] for n in numbers)
    if excel:
        said.append(f"{column} is read as Excel's serial dates")
    elif numbers:
        units = Counter(_UNIT_NAMES[_worth(number)] for number in numbers if abs(number) >= _LEAST_IN_TEXT)
        said += [f"{column} is read as {' and '.join(sorted(units))}"] if units else []
    form = TimeForm(excel=excel, said=tuple(said))
    orders = Counter(order for text in texts if text and (order := order_of(text)))
    if orders:
        form = _ordered(form, orders, texts, ids, column, semicolons, day_first)
    if any(text and text[0].isalnum() and _number(text) is None and not names_zone(text) for text in texts):
        form = replace(form, said=(*form.said, f"{column} has no time zone and is read as UTC"))
    return form


def _ordered(
    form: TimeForm,
    orders: Counter[str],
    texts: Sequence[str],
    ids: Sequence[object],
    column: str,
    semicolons: bool,
    told: bool | None,
) -> TimeForm:
    why = "as told"
    if told is None:
        told, why = _evidence(orders, texts, ids, semicolons)
    if told is None:
        both = orders["day"] and orders["month"]
        cause = "both orders occur" if both else "no date has a day above 12"
        raise AmbiguousTimes(
            f"{column}: day and month of dates such as 01/02/2026 cannot be told apart ({cause})",
            ("give --dates day-first or --dates month-first, or write them as 2026-02-01"),
        )
    order = "day first" if told else "month first"
    return replace(form, day_first=told, said=(*form.said, f"{column} is read {order} ({why})"))


def _evidence(
    orders: Counter[str], texts: Sequence[str], ids: Sequence[object], semicolons: bool
) -> tuple[bool | None, str]:
    if orders["day"] and not orders["month"]:
        return True, "some days are above 12, or dates have dots"
    if orders["month"] and not orders["day"]:
        return False, "some days are above 12"
    if orders["month"]:
        return None, ""
    votes = Counter(vote for text, number in zip(texts, ids, strict=False) if (vote := _by_id(text, number)))
    if len(votes) == 1:
        return votes.most_common(1)[0][0] == "day", "the post IDs contain the same time"
    if semicolons and not votes:
        return True, "the file uses semicolons, as spreadsheets do in regions that write the day first"
    return None, ""


def _by_id(text: str, identifier: object) -> str | None:
    """Which order agrees, within a day, with the time inside a post id of X."""
    digits = str(identifier or "")
    if order_of(text) != "either" or not (digits.isdigit() and 17 <= len(digits) <= 19):
        return None
    posted = datetime.fromtimestamp(((int(digits) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC)
    agree = {
        name
        for name, first in (("day", True), ("month", False))
        if (read := moment(text, day_first=first)) and abs(read - posted) < timedelta(hours=36)
    }
    return agree.pop() if len(agree) == 1 else None


def read_times(column: pl.Series, form: TimeForm | None = None) -> pl.Series:
    """Datetime (microseconds, UTC) of each value, null where it cannot be read.

    Datetimes, dates, Unix time in seconds, milliseconds, microseconds or nanoseconds (each by its size), Excel's serial
    dates where `form` says so, and text in the forms of `moments`. What names no zone is UTC. `form`: what `decide`
    found; without it, it is decided over this column.
    """
    if column.dtype.is_temporal():
        return _sane(_of_datetimes(column))
    known = decide(column.to_list()) if form is None else form
    numbers = column.cast(pl.Float64, strict=False)
    if column.dtype.is_numeric() or (len(column) and numbers.null_count() == column.null_count()):
        return _sane(_of_numbers(numbers, known.excel))
    return _sane(_of_text(column.cast(pl.String, strict=False), numbers, known))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e30 else None


def _worth(number: float) -> float:
    return next(worth for most, worth in _UNITS if abs(number) < most)


def _of_datetimes(column: pl.Series) -> pl.Series:
    if column.dtype in (pl.Time, pl.Duration):
        return pl.Series(column.name, [None] * len(column), pl.Datetime("us", "UTC"))
    at = column.cast(pl.Datetime("us")) if column.dtype == pl.Date else column
    zone = getattr(at.dtype, "time_zone", None)
    at = at.dt.convert_time_zone("UTC") if zone else at.dt.replace_time_zone("UTC")
    return at.dt.cast_time_unit("us")


def _of_numbers(numbers: pl.Series, excel: bool) -> pl.Series:
    size = pl.lit(numbers).abs()
    if excel:
        micro = (pl.lit(numbers) * 86_400_000).round() * 1_000 + pl.lit(_EXCEL_EPOCH.timestamp() * 1e6)
    else:
        worth: pl.Expr = pl.lit(_UNITS[-1][1])
        for most, value in reversed(_UNITS[:-1]):
            worth = pl.when(size < most).then(value).otherwise(worth)
        micro = (pl.lit(numbers) * worth).round()
    whole = pl.select(pl.when(micro.is_finite() & (micro.abs() < 2**62)).then(micro).otherwise(None)).to_series()
    return whole.cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias(numbers.name)


def _of_text(column: pl.Series, numbers: pl.Series, form: TimeForm) -> pl.Series:
    found = _of_iso(column)
    digits = numbers.is_not_null() & (numbers.abs() >= _LEAST_IN_TEXT)
    if digits.any():
        found = pl.select(pl.when(digits).then(_of_numbers(numbers, excel=False)).otherwise(found)).to_series()
    left = found.is_null() & column.is_not_null()
    if left.any():
        texts = column.filter(left).unique()
        read = {text: moment(text, day_first=form.day_first) for text in texts}
        rest = pl.Series([read.get(text) for text in column], dtype=pl.Datetime("us", "UTC"))
        found = pl.select(pl.when(left).then(rest).otherwise(found)).to_series()
    return found.alias(column.name)


def _of_iso(column: pl.Series) -> pl.Series:
    text = column.str.strip_chars().str.replace(r"\s*(?:UTC|GMT)$", "Z")
    text = text.str.replace(r"^(\d{4}-\d\d-\d\d)Z?$", "${1}T00:00:00").str.replace(" ", "T", literal=True)
    text = text.str.replace(r"(:\d\d(?:\.\d+)?[+-]\d\d)$", "${1}:00")
    zoned = text.str.contains(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
    full = pl.select(pl.when(zoned).then(text).otherwise(text + "Z")).to_series()
    return full.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)


def _sane(times: pl.Series) -> pl.Series:
    year = times.dt.year()
    known = (year >= YEARS[0]) & (year < YEARS[1])
    return pl.select(pl.when(known).then(times).otherwise(None)).to_series().alias(times.name)
