"""What is open now, side by side, in a few lines that lead to the page of each."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import reasons, words
from dashboards.data import QueryRows
from dashboards.shared import links, naming
from dashboards.texts import names, t

_PAGES = {"incident": "incidents", "surge": "surges", "cluster": "coordination"}


def show(answer: QueryRows) -> None:
    """answer: of `sql/dashboards/open_now`."""
    rows = answer.rows
    st.header(t("now.open"), anchor=False)
    if rows.is_empty():
        st.markdown(f":material/check_circle: {t('now.nothing_open')}")
        return
    sorts = [sort for sort in _PAGES if sort in set(rows["sort"])]
    for place, sort in zip(st.columns(len(sorts), gap="medium"), sorts, strict=True):
        some = rows.filter(pl.col("sort") == sort)
        with place, st.container(gap=None):
            st.markdown(f"**{t(f'now.open_{sort}s', n=answer.marked(some.row(0, named=True))['found'])}**")
            for row in answer.each(some):
                links.link(_PAGES[sort], row["found_id"], _line(row))
    st.caption(t("now.open_note"))


def _line(row: dict[str, Any]) -> str:
    if row["sort"] == "incident":
        severity = names("severities").get(row["kind"], row["kind"])
        return f"{severity}: {words.escape_markdown(reasons.kept(row['title'], row['at']))}"
    if row["sort"] == "surge":
        series = words.escape_markdown(naming.series(row["kind"], row["detail"], row["target_id"]))
        return f"{series} · {t('now.requests_since', n=row['amount'], at=row['at'])}"
    tier = names("mark_tiers").get(row["kind"], row["kind"])
    return f"{links.cluster(row['found_id'])}, {tier} · {t('now.accounts_since', n=row['amount'], at=row['at'])}"
