"""What a pack holds besides the SQL and the result."""

import hashlib
from datetime import datetime

import msgspec

FORMAT = 1
SQL, PACK, SNAPSHOT, CSV, PARQUET, README, SUMS = (
    "query.sql",
    "pack.json",
    "snapshot.json",
    "result.csv",
    "result.parquet",
    "README.md",
    "SHA256SUMS",
)
FILES = (README, PACK, SQL, CSV, PARQUET, SNAPSHOT)
"""Files that SHA256SUMS lists."""


class PackedParameter(msgspec.Struct, frozen=True):
    """A value of the query as text. type: TIMESTAMP (ISO 8601, UTC), BIGINT, DOUBLE, BOOLEAN or VARCHAR; null: no value."""

    name: str
    type: str
    value: str | None


class PackedColumn(msgspec.Struct, frozen=True):
    """A column of the result; type as polars names it."""

    name: str
    type: str


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """`pack.json`. Times are ISO 8601 in UTC. sql: the same text as `query.sql`. snapshot: its identity (SHA-256 over all files)."""

    format: int
    name: str
    made_at: str
    sql: str
    parameters: tuple[PackedParameter, ...]
    snapshot_name: str
    snapshot: str
    catalogue: str
    as_of: str | None
    simulated: bool
    dictionary_version: str
    engine: str
    veille: str
    polars: str
    rows: int
    columns: tuple[PackedColumn, ...]
    csv_sha256: str
    parquet_sha256: str


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def value(parameter: PackedParameter) -> str | int | float | bool | datetime | None:
    """The value as the query takes it. Raises ValueError."""
    text = parameter.value
    if text is None:
        return None
    if parameter.type == "TIMESTAMP":
        return datetime.fromisoformat(text.removesuffix("Z"))
    if parameter.type == "BOOLEAN":
        return text == "true"
    if parameter.type == "BIGINT":
        return int(text)
    return float(text) if parameter.type == "DOUBLE" else text


def packed(name: str, given: str | float | bool | datetime | None) -> PackedParameter:
    """The reverse of `value`; the type follows from the value."""
    if given is None or isinstance(given, str):
        return PackedParameter(name, "VARCHAR", given)
    if isinstance(given, bool):
        return PackedParameter(name, "BOOLEAN", str(given).lower())
    if isinstance(given, datetime):
        return PackedParameter(name, "TIMESTAMP", f"{given.isoformat(timespec='microseconds')}Z")
    return PackedParameter(name, "BIGINT" if isinstance(given, int) else "DOUBLE", repr(given))
