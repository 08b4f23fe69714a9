"""What of a query's text stays on record: enough to say what was asked, never so much that the record itself is an attack."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from veille.research.gateway.model import QueryRecord

KEPT_CHARACTERS = 10_000
"""Of a query that gave rows or met a limit."""
_KEPT = {"refused": 500, "wrong": 2_000}
"""Of a query that did not run: these cost next to nothing, so anybody may send many."""


def ended(
    record: QueryRecord,
    *,
    outcome: str,
    seconds: float,
    rows: int | None = None,
    as_of: datetime | None = None,
) -> QueryRecord:
    """The record of a query that is over."""
    most = _KEPT.get(outcome, KEPT_CHARACTERS)
    return msgspec.structs.replace(
        record, outcome=outcome, seconds=seconds, rows=rows, as_of=as_of, sql=shortened(record.sql, most)
    )


def shortened(sql: str, most: int) -> str:
    """The begin of a text, and of one that is longer its length and SHA-256, by which it is known again."""
    if len(sql) <= most:
        return sql
    digest = sha256(sql.encode("utf-8", "replace")).hexdigest()
    return f"{sql[:most]}\n-- cut on record: {len(sql):,} characters, sha256 {digest}"


def spoken(text: str) -> str:
    """Text with halves of characters (lone surrogates) written out, so that every program can keep it."""
    return text.encode("utf-8", "backslashreplace").decode()


def whole(value: Any) -> bool:
    """Whether every text in a value is made of whole characters, at any depth."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if not _encodable(found):
                return False
        elif isinstance(found, Mapping):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list | tuple):
            waiting += found
    return True


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
