"""Tables to take away: CSV that no spreadsheet takes for formulas, and Parquet. Times stay in UTC."""

import io
import json

import polars as pl
import streamlit as st

from dashboards.texts import t
from veille.store.export import to_csv

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv(rows: pl.DataFrame) -> bytes:
    """CSV with a byte order mark, as Excel wants it. Lists and structs stand as JSON.

    Text that starts like a formula, in cells and in names of columns, gets an apostrophe before it (OWASP, CSV injection).
    """
    flat = rows.with_columns(
        _json(rows[name]) for name, kind in rows.schema.items() if kind.is_nested() or kind == pl.Binary
    )
    named = flat.rename({name: f"'{name}" for name in flat.columns if name.startswith(_FORMULA_STARTS)})
    return b"\xef\xbb\xbf" + to_csv(named).encode()


def parquet(rows: pl.DataFrame) -> bytes:
    """The frame as it is."""
    file = io.BytesIO()
    rows.write_parquet(file, compression="zstd")
    return file.getvalue()


def buttons(rows: pl.DataFrame, name: str, *, key: str) -> None:
    """Two buttons that download the table. name: of the file, without its ending. Nothing is made before the click."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("exports.csv"), lambda: csv(rows), f"{name}.csv", "text/csv", key=f"csv_{key}", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("exports.parquet"), lambda: parquet(rows), f"{name}.parquet", "application/vnd.apache.parquet",
            key=f"parquet_{key}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def _json(column: pl.Series) -> pl.Series:
    texts = [
        None if value is None else json.dumps(value, default=str, ensure_ascii=False) for value in column.to_list()
    ]
    return pl.Series(column.name, texts, dtype=pl.String)
