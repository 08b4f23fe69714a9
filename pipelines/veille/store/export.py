"""Result frames as text for people and other programs."""

import json
from typing import Any

import polars as pl

_FORMULA = r"^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹢﹣﹦﹫]|^[\t\r\n]"
"""What a spreadsheet may read as a formula: its first sign, also full width, also behind blanks, line breaks and what nobody sees."""
_BREAKS = r"[\p{Cc}\x{061c}\x{2028}\x{2029}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
"""Control characters and marks that reorder text: in a table on a terminal they forge rows or are obeyed."""


def to_csv(frame: pl.DataFrame, *, header: bool = True, spreadsheet: bool = False) -> str:
    """CSV with every value as it is; nested and binary columns are written as JSON.

    header: False for a further part of the same table. spreadsheet: a leading apostrophe before text that starts like a formula
    (OWASP, CSV injection), in names of columns and in cells of String, Categorical and Enum. It changes the data.
    """
    cells = frame.with_columns(
        *(as_text(frame[name]) for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary),
        pl.col(pl.Categorical, pl.Enum).cast(pl.String),
    )
    if not spreadsheet:
        return cells.write_csv(include_header=header)
    guarded = cells.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${0}"))
    names = pl.Series(frame.columns, dtype=pl.String).str.replace(_FORMULA, "'${0}")
    return guarded.rename(dict(zip(frame.columns, names, strict=True))).write_csv(include_header=header)


def as_text(column: pl.Series) -> pl.Series:
    """Each value as JSON text, null as null; bytes as hex."""
    texts = [
        None if value is None else json.dumps(value, default=_plain, ensure_ascii=False) for value in column.to_list()
    ]
    return pl.Series(column.name, texts, dtype=pl.String)


def to_json(frame: pl.DataFrame) -> str:
    """An array of objects; times as ISO 8601 in UTC."""
    return json.dumps(frame.to_dicts(), default=_plain, ensure_ascii=False) + "\n"


def to_table(frame: pl.DataFrame, rows: int = 100) -> str:
    """Aligned columns for a terminal, with a last line that counts the rows; no cell can break a row or the terminal."""
    frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).with_columns(
        pl.col(pl.String).str.replace_all(_BREAKS, "\N{REPLACEMENT CHARACTER}")
    )
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
