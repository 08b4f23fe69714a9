"""Result frames as text for people and other programs."""

import json
from typing import Any

import polars as pl

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(frame: pl.DataFrame, *, header: bool = True) -> str:
    """CSV that a spreadsheet cannot take for formulas: text that starts like one gets a leading apostrophe (OWASP, CSV injection).

    header: False for a further part of the same table.
    """
    guarded = [
        pl.when(pl.col(name).str.head(1).is_in(_FORMULA_STARTS))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    ]
    return frame.with_columns(guarded).write_csv(include_header=header)


def to_json(frame: pl.DataFrame) -> str:
    """An array of objects; times as ISO 8601 in UTC."""
    return json.dumps(frame.to_dicts(), default=_plain, ensure_ascii=False) + "\n"


def to_table(frame: pl.DataFrame, rows: int = 100) -> str:
    """Aligned columns for a terminal, with a last line that counts the rows."""
    with pl.Config(
        tbl_rows=rows,
        tbl_cols=-1,
        tbl_width_chars=10_000,
        fmt_str_lengths=80,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_formatting="ASCII_MARKDOWN",
        thousands_separator=False,
    ):
        body = str(frame)
    shown = f" (the first and last {rows // 2} shown)" if frame.height > rows else ""
    return f"{body}\n{frame.height} row{'' if frame.height == 1 else 's'}{shown}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value.hex() if isinstance(value, bytes) else str(value)
