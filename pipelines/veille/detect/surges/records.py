"""What a surge is once found: identity, times, counts, interval and error rates."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import polars as pl

MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Surge:
    """One version of one surge. Times are microseconds since 1970 (UTC); see SURGE_SCHEMA for the frame's columns.

    opened_at    the mention that tripped the rule (never later than the bin in which it was decided)
    decided_at   end of the bin, or the early look, in which it was decided
    since        start of the window that tripped it: observed and expected are counted from here
    closed_at    end of the last bin above the closing level; None while open
    low, high    99 % prediction interval of `expected`
    score        -log10 of the calibrated p-value
    q_value      Benjamini-Hochberg adjusted over all series of that step
    reason       how it closed: quiet, or new_level (lasted so long that it is the new normal)
    storm        whether it is one of hours to weeks, told against usual days
    level        of a series with volume that is known for two weeks: events of the last 24 hours over those of a usual day
    """

    surge_id: str
    series_kind: str
    series_key: str
    opened_at: int
    decided_at: int
    since: int
    peak_at: int
    closed_at: int | None
    observed: int
    expected: float
    low: float
    high: float
    accounts: int
    score: float
    p_value: float
    q_value: float
    window_seconds: int
    version: int = 1
    reason: str | None = None
    storm: bool = False
    level: float | None = None


@dataclass(frozen=True, kw_only=True)
class InsistentAccount:
    """One account that asks again and again about one target. Times in microseconds since 1970."""

    finding_id: str
    account_id: str
    target_id: str
    opened_at: int  # the request that made it insistent
    first_at: int
    last_at: int
    requests: int
    other_targets: int  # that the account mentioned in the last day, when it was found
    expected: float  # requests about this target by anybody in that time
    closed: bool = False
    version: int = 1


_TIMES = {"opened_at", "decided_at", "since", "peak_at", "closed_at", "first_at", "last_at"}
_TYPES = {
    "str": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "str | None": pl.String,
    "int | None": pl.Int64,
    "float | None": pl.Float64,
}


def _schema(record: type[Surge] | type[InsistentAccount]) -> dict[str, pl.DataType]:
    def dtype(name: str, annotation: object) -> pl.DataType:
        label = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
        return pl.Datetime("us", "UTC") if name in _TIMES else _TYPES[label]()

    return {field.name: dtype(field.name, field.type) for field in fields(record)}


SURGE_SCHEMA = _schema(Surge)
INSISTENT_SCHEMA = _schema(InsistentAccount)


def surge_id(series_kind: str, series_key: str, opened_bin: int) -> str:
    """The same surge has the same id live and in replay: 128 bits of SHA-256 of what it is and when it opened."""
    return hashlib.sha256(f"{series_kind}\x1f{series_key}\x1f{opened_bin}".encode()).hexdigest()[:32]


def surges_frame(surges: Iterable[Surge]) -> pl.DataFrame:
    """One row a surge, columns of SURGE_SCHEMA."""
    return _frame([asdict(s) for s in surges], SURGE_SCHEMA)


def insistent_frame(findings: Iterable[InsistentAccount]) -> pl.DataFrame:
    """One row a finding, columns of INSISTENT_SCHEMA."""
    return _frame([asdict(f) for f in findings], INSISTENT_SCHEMA)


def _frame(rows: list[dict[str, object]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    plain = {name: pl.Int64() if name in _TIMES else dtype for name, dtype in schema.items()}
    times = [
        pl.from_epoch(n, "us").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias(n)
        for n in schema
        if n in _TIMES
    ]
    return pl.DataFrame(rows, schema=plain).with_columns(times)
