"""Running the SQL of a pack: locked in, in UTC, on one thread, so that sums of floats have one order."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from veille.config import KernelLock
from veille.research.errors import ResearchError
from veille.research.gateway import GatewayError, QueryLimits, run_locked
from veille.store.sql import statement

LIMITS = QueryLimits(seconds=1800.0, memory_mib=1024, threads=1, temp_mib=4096, rows=1_000_000, result_mib=256)
_IGNORED = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
_VOLATILE = re.compile(
    r"\b(?:(now|today|random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|get_current_time|get_current_timestamp"
    r"|transaction_timestamp|txid_current|current_query_id|current_connection_id|current_transaction_id|nextval|currval"
    r"|current_setting|getvariable|version|age)\s*\(|(current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
    r"|(USING\s+SAMPLE|TABLESAMPLE)\b)",
    re.IGNORECASE,
)


def execute(
    folder: Path, sql: str, parameters: Mapping[str, Any], threads: int = 1, kernel_lock: KernelLock = "required"
) -> pl.DataFrame:
    """The rows of untrusted SQL over a published folder. Raises ResearchError with the gateway's words."""
    limits = replace(LIMITS, threads=threads, kernel_lock=kernel_lock)
    try:
        answer = run_locked(folder, sql, dict(parameters), limits)
    except GatewayError as error:
        raise ResearchError(f"the query did not run: {error}") from None
    if answer.truncated:
        raise ResearchError(
            f"the result has more than {LIMITS.rows:,} rows or {LIMITS.result_mib} MiB", "aggregate more"
        )
    return answer.frame


class LockedReader:
    """Questions to a published folder that may come from somebody else, whose views are SQL too: each runs locked in."""

    def __init__(self, folder: Path, kernel_lock: KernelLock = "required") -> None:
        self._folder, self._kernel_lock = folder, kernel_lock

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Its rows; values by `$name`. Raises ResearchError."""
        return execute(self._folder, sql, parameters or {}, kernel_lock=self._kernel_lock)

    def named(self, name: str, **parameters: Any) -> pl.DataFrame:
        """The rows of `sql/<name>.sql`."""
        return self.query(statement(name), parameters)


def require_repeatable(sql: str) -> None:
    """Raises ResearchError where the SQL asks for the time, for chance or for the session: it can have no second answer alike."""
    found = _VOLATILE.search(_IGNORED.sub(" ", sql))
    if found:
        word = next(filter(None, found.groups()))
        raise ResearchError(
            f"a packed query must give the same answer everywhere, which {word} does not: "
            "pass the time as a parameter, and sample by md5 of an ID"
        )
