"""Running the SQL of a pack: locked in, in UTC, on one thread, so that sums of floats have one order."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from veille.research.errors import ResearchError
from veille.research.gateway import GatewayError, Limits, run_locked

LIMITS = Limits(seconds=1800.0, memory_mib=1024, threads=1, temp_mib=4096, rows=1_000_000, result_mib=256)
_IGNORED = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
_VOLATILE = re.compile(
    r"\b(?:(now|today|random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|get_current_time|get_current_timestamp"
    r"|transaction_timestamp|txid_current|current_query_id|current_connection_id|current_transaction_id|nextval|currval"
    r"|current_setting|getvariable|version|age)\s*\(|(current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
    r"|(USING\s+SAMPLE|TABLESAMPLE)\b)",
    re.IGNORECASE,
)


def execute(folder: Path, sql: str, parameters: Mapping[str, Any], threads: int = 1) -> pl.DataFrame:
    """The rows of untrusted SQL over a published folder. Raises ResearchError with the gateway's words."""
    limits = Limits(LIMITS.seconds, LIMITS.memory_mib, threads, LIMITS.temp_mib, LIMITS.rows, LIMITS.result_mib)
    try:
        answer = run_locked(folder, sql, dict(parameters), limits)
    except GatewayError as error:
        raise ResearchError(f"the query did not run: {error}") from None
    if answer.truncated:
        raise ResearchError(f"the result has more than {LIMITS.rows:,} rows or {LIMITS.result_mib} MiB: aggregate more")
    return answer.frame


def require_repeatable(sql: str) -> None:
    """Raises ResearchError where the SQL asks for the time, for chance or for the session: it can have no second answer alike."""
    found = _VOLATILE.search(_IGNORED.sub(" ", sql))
    if found:
        word = next(filter(None, found.groups()))
        raise ResearchError(
            f"a packed query gives the same answer everywhere; {word} does not: "
            "give the time as a parameter, and draw a sample by md5 of an id"
        )
