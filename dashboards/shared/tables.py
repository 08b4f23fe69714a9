"""How columns of tables look, the same on every page."""

from typing import Any

import streamlit as st

from dashboards import words
from dashboards.data import QueryRows
from dashboards.shared import naming
from dashboards.texts import t


def at(key: str) -> Any:
    """A time in the chosen zone; the text `key` names the zone."""
    return st.column_config.DatetimeColumn(naming.zoned(key), format=words.table_time_format())


def count(label: str, help_text: str | None = None) -> Any:
    return st.column_config.NumberColumn(label, format="localized", help=help_text)


def decimal(label: str, help_text: str | None = None, *, digits: int = 1) -> Any:
    return st.column_config.NumberColumn(label, format=f"%.{digits}f", help=help_text)


def text(label: str, help_text: str | None = None) -> Any:
    return st.column_config.TextColumn(label, help=help_text)


def height(rows: int, most: int = 430) -> int:
    """Of a table of so many rows, in pixels: as high as they are, up to `most`."""
    return min(38 + 35 * max(rows, 1), most)


def left_out(answer: QueryRows) -> None:
    """Say below a table how many rows are not listed. answer: with `found`, all there are."""
    more = answer.derived(int(answer.rows["found"][0]) - answer.rows.height, "left_out")
    if more:
        st.caption(t("surges.left_out", n=more))
