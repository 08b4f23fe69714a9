"""What passes between the gateway and the process of a query: one job in, frames out.

A frame is one letter (KIND), eight bytes of length (big endian) and so many bytes: `S` the query begins, `A` bytes of an
Arrow stream, `E` the end. `S` and `E` are JSON.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

import msgspec

HEADER_BYTES = 9
CATALOGUE = "catalog.duckdb"


class SandboxJob(msgspec.Struct, frozen=True):
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


class Begin(msgspec.Struct, frozen=True):
    """as_of: ingest time of the newest event in the catalogue that the query sees (ISO 8601, UTC), where it says so."""

    as_of: str | None


class End(msgspec.Struct, frozen=True):
    """outcome: ok, refused, wrong, memory, temp or lost. cut: rows or bytes where the result was cut short there."""

    outcome: str
    message: str = ""
    rows: int = 0
    cut: str | None = None


def write_frame(out: BinaryIO, kind: bytes, body: bytes | memoryview) -> None:
    """One frame; flushed, so that a reader sees it at once."""
    out.write(kind + len(body).to_bytes(8, "big"))
    out.write(body)
    out.flush()


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
    raise TypeError(f"a parameter may be text, a number, a time, a list or nothing, not {type(value).__name__}")


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    return [_unpack(each) for each in value] if isinstance(value, list) else value
