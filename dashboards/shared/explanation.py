"""The explanation of a surge, from the JSON that the detector wrote: who, what, and where the excess comes from. Pure.

Whatever is missing or malformed is left out: a page must open on what an older version wrote.
"""

import json
from typing import Any

import polars as pl

SCHEMA = {
    "dimension": pl.String,
    "value": pl.String,
    "observed": pl.Int64,
    "expected": pl.Float64,
    "excess": pl.Float64,
    "share_of_excess": pl.Float64,
}
WHO, WHAT, WHERE = (
    ("accounts", "top_accounts"),
    ("request_class", "outcome"),
    ("language", "generator", "surface", "plan", "jurisdiction"),
)
MOST_VALUES = 6
"""Rows shown of one dimension; the rest are in the table."""


def loaded(text: str | None) -> dict[str, Any]:
    """The JSON object, empty where there is none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"parts": found} if isinstance(found, list) else {}


def table(explanation: dict[str, Any]) -> pl.DataFrame:
    """Its contributions: columns of SCHEMA, largest excess first within a dimension, as the detector ranked them."""
    rows: list[Any] = next(
        (explanation[k] for k in ("parts", "rows", "table", "contributions") if isinstance(explanation.get(k), list)),
        [],
    )
    kept = [row for row in rows if isinstance(row, dict) and isinstance(row.get("dimension"), str)]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in kept], schema=SCHEMA, strict=False)


def dimensions(contributions: pl.DataFrame, among: tuple[str, ...]) -> list[str]:
    """Those of `among` that say something: more than one value, or one that is known."""
    said = []
    for name in among:
        values = contributions.filter(pl.col("dimension") == name)["value"].to_list()
        if len(values) > 1 or (values and values[0] not in (None, "unknown")):
            said.append(name)
    return said


def largest(contributions: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The few values of a dimension that weigh most, in the detector's order."""
    return contributions.filter(pl.col("dimension") == dimension).head(MOST_VALUES)
