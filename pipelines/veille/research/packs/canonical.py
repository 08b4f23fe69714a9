"""One way to write a result: the same rows are the same bytes, on any machine and in any time zone.

CSV in UTF-8: comma, line feed, a header. Text in quotes, doubled inside; what a spreadsheet would take for a formula gets a leading
apostrophe. Null is nothing at all. Floats are the shortest text that reads back as the same number (Python's repr).
Times are ISO 8601 in UTC with six digits and a Z. Lists and structs are JSON.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl

from veille.times import naive

_ROW_GROUP = 131_072
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(frame: pl.DataFrame) -> bytes:
    """The canonical bytes of a result."""
    lines = [",".join(_text(name) for name in frame.columns)]
    lines += [",".join(map(cell, row)) for row in frame.iter_rows()]
    return ("\n".join(lines) + "\n").encode("utf-8")


def to_parquet(frame: pl.DataFrame) -> bytes:
    """The result as Parquet; its bytes are the same for one version of polars."""
    out = BytesIO()
    frame.rechunk().write_parquet(out, compression="zstd", statistics=False, row_group_size=_ROW_GROUP)
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as the canonical CSV has it."""
    if value is None:
        return ""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return _text(str(value))


def _text(text: str) -> str:
    guarded = f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    return '"' + guarded.replace('"', '""') + '"'


def _time(moment: datetime) -> str:
    return f"{naive(moment).isoformat(timespec='microseconds')}Z"


def _nested(value: Any) -> str:
    return _text(json.dumps(value, default=lambda inner: cell(inner).strip('"'), ensure_ascii=False, sort_keys=True))


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).lower()),
    (int, str),
    (float, repr),
    (Decimal, str),
    (str, _text),
    (datetime, _time),
    (date, lambda value: value.isoformat()),
    (time, lambda value: value.isoformat(timespec="microseconds")),
    (timedelta, lambda value: repr(value.total_seconds())),
    (bytes, lambda value: _text(value.hex())),
    ((list, dict, pl.Series), _nested),
)
