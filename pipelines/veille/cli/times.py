"""Times as people write them: what `veille surges` and `veille coordination` read as occurred_at or timestamp."""

import polars as pl

TIMES = "2026-01-31T13:05:00Z, 2026-01-31 13:05:00 (then UTC) or Unix seconds"  # for messages
_UNITS = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0), (float("inf"), 1e-3))  # numbers below → microseconds each is worth
_YEARS = (1900, 2200)  # what lies outside is a number in another unit or a slip, and no detector ends on it
_PLATFORM = "%a %b %d %H:%M:%S %z %Y"  # "Wed Aug 27 13:08:45 +0000 2008", as one platform's API writes it


def read_times(column: pl.Series) -> pl.Series:
    """Datetime (microseconds, UTC) of each value, null where it cannot be read.

    Datetimes, dates, Unix time in seconds, milliseconds, microseconds or nanoseconds (by the size of most values),
    and text: RFC 3339, date and time with a blank, a date. What names no zone is UTC.
    """
    if column.dtype.is_temporal():
        return _sane(_of_datetimes(column))
    numbers = column.cast(pl.Float64, strict=False)
    if column.dtype.is_numeric() or (len(column) and numbers.null_count() == column.null_count()):
        return _sane(_of_numbers(numbers))
    return _sane(_of_text(column.cast(pl.String, strict=False)))


def _of_datetimes(column: pl.Series) -> pl.Series:
    if column.dtype in (pl.Time, pl.Duration):
        return pl.Series(column.name, [None] * len(column), pl.Datetime("us", "UTC"))
    moment = column.cast(pl.Datetime("us")) if column.dtype == pl.Date else column
    zone = getattr(moment.dtype, "time_zone", None)
    moment = moment.dt.convert_time_zone("UTC") if zone else moment.dt.replace_time_zone("UTC")
    return moment.dt.cast_time_unit("us")


def _of_numbers(numbers: pl.Series) -> pl.Series:
    usual = numbers.filter(numbers.is_finite()).abs().median()
    size = float(usual) if isinstance(usual, int | float) else 0.0
    factor = next(worth for most, worth in _UNITS if size < most)
    micro = (numbers * factor).round()
    known = micro.is_finite() & (micro.abs() < 2**62)
    whole = pl.select(pl.when(known).then(micro).otherwise(None)).to_series().cast(pl.Int64)
    return whole.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias(numbers.name)


def _of_text(column: pl.Series) -> pl.Series:
    text = column.str.strip_chars().str.replace(r"\s*(?:UTC|GMT)$", "Z")
    text = text.str.replace(r"^(\d{4}-\d\d-\d\d)Z?$", "${1}T00:00:00").str.replace(" ", "T", literal=True)
    text = text.str.replace(r"(:\d\d(?:\.\d+)?[+-]\d\d)$", "${1}:00")
    zoned = text.str.contains(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
    full = pl.select(pl.when(zoned).then(text).otherwise(text + "Z")).to_series()
    found = full.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    if found.null_count() == len(found) > column.null_count():
        found = column.str.to_datetime(_PLATFORM, time_unit="us", time_zone="UTC", strict=False)
    return found.alias(column.name)


def _sane(times: pl.Series) -> pl.Series:
    year = times.dt.year()
    known = (year >= _YEARS[0]) & (year < _YEARS[1])
    return pl.select(pl.when(known).then(times).otherwise(None)).to_series().alias(times.name)
