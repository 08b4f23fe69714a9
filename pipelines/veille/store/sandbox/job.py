"""What the process of a query is given: one job. What it answers with: `wire`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from veille.reasons import reason

CATALOGUE = "catalog.duckdb"


class SandboxJob(msgspec.Struct, frozen=True, kw_only=True):
    """One query and its limits.

    folder: holds `catalog.duckdb`; the only thing the process can read. temporary: an empty folder, the only one it can write.
    parameters: as `pack` made them. memory_mib: what DuckDB may take before it spills. seconds: CPU is cut somewhat
    above it should the gateway itself be gone. kernel_lock: whether the query is refused where the kernel cannot lock it in.
    """

    folder: str
    temporary: str
    sql: str
    parameters: dict[str, Any]
    seconds: float
    memory_mib: int
    threads: int
    temp_mib: int
    rows: int
    result_mib: int
    niceness: int
    kernel_lock: bool = True


def pack(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters as JSON: times are tagged, so that they arrive as times. Raises TypeError for what has no JSON."""
    return {name: _pack(value) for name, value in parameters.items()}


def unpack(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `pack`."""
    return {name: _unpack(value) for name, value in parameters.items()}


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_pack(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(reason("query.parameter", kind=type(value).__name__))


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    return [_unpack(each) for each in value] if isinstance(value, list) else value
