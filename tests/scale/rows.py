"""Rows of two engines as one can compare them: floats to nine digits, decimals as numbers, in any order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl


def comparable(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    return sorted(tuple(map(_plain, row)) for row in frame.iter_rows())


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float | Decimal):
        return str(value) if isinstance(value, int) and abs(value) > 10**8 else f"{float(value):.9g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return value.replace(tzinfo=None).isoformat() if isinstance(value, datetime) else str(value)
