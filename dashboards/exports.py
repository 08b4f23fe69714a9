"""Tables to take away: CSV that no spreadsheet takes for formulas, and Parquet. Times stay in UTC."""

import io

import polars as pl
import streamlit as st

from dashboards.texts import t
from veille.store.export import to_csv


def csv(rows: pl.DataFrame) -> bytes:
    """CSV with a byte order mark, as Excel needs it; formulas are guarded."""
    return b"\xef\xbb\xbf" + to_csv(rows, spreadsheet=True).encode()


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
