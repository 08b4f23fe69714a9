"""A query's rows: table, quick chart, downloads. Prompts stay hidden until a person asks for them."""

from typing import Literal, cast

import altair as alt
import polars as pl
import streamlit as st

from dashboards import access, exports, reasons, theme, words
from dashboards.sql_editor import editor
from dashboards.texts import names, t
from dashboards.theme import chart_config
from veille.research.gateway import QueryResult

SHOWN_ROWS = 1_000
CHART_ROWS = 5_000
_SHOWN_PROMPTS = "sql_prompts_of"
Shape = Literal["quantitative", "temporal", "nominal"]
KINDS = ("bar", "line", "point")


def show() -> None:
    """What the last query brought, or why it did not."""
    failure = st.session_state.get(editor.FAILURE)
    _say_outdated()
    if failure:
        st.error(t("sql.failed"), icon=":material/error:")
        st.code(reasons.in_words(failure), language=None, wrap_lines=True)
        return
    result: QueryResult | None = st.session_state.get(editor.RESULT)
    if result is None:
        return
    as_of = t("sql.as_of", at=words.moment(result.as_of)) if result.as_of else ""
    st.markdown(f"**{t('sql.rows', n=result.rows)}** · {words.decimal(result.seconds, 2)} s {as_of}")
    if result.notice:
        st.warning(words.escape_markdown(reasons.in_words(result.notice)), icon=":material/content_cut:")
    rows = _hidden(result)
    table, chart = st.tabs([t("sql.table"), t("sql.chart")], key="sql_shown")
    with table:
        st.dataframe(rows.head(SHOWN_ROWS), hide_index=True, height=420, key="sql_table")
        if rows.height > SHOWN_ROWS:
            st.caption(t("sql.first_rows", n=SHOWN_ROWS))
    with chart:
        _chart(rows)
    exports.buttons(rows, f"veille-query-{result.query_id[:8]}", key="sql")


def _say_outdated() -> None:
    asked = editor.outdated()
    if asked is None or not (st.session_state.get(editor.FAILURE) or st.session_state.get(editor.RESULT)):
        return
    st.warning(t("sql.outdated"), icon=":material/history:")
    with st.expander(t("sql.answered"), key="sql_answered"):
        st.code(asked.sql, language="sql", wrap_lines=True)
        st.caption(names("catalogues")[asked.catalogue])
        for name, value in asked.given:
            st.code(f"${name} = {value}", language=None)


def prompts_of(rows: pl.DataFrame) -> list[str]:
    """Columns of text that may hold prompts, by their name."""
    return [name for name, kind in rows.schema.items() if "prompt" in name.lower() and kind == pl.String]


def _hidden(result: QueryResult) -> pl.DataFrame:
    columns = prompts_of(result.frame)
    if not columns or st.session_state.get(_SHOWN_PROMPTS) == result.query_id:
        return result.frame
    st.button(
        t("sql.show_prompts"), key="sql_show_prompts", icon=":material/visibility:", help=t("reveal.why"),
        on_click=_reveal, args=(result.query_id,),
    )  # fmt: skip
    if st.session_state.pop(f"{_SHOWN_PROMPTS}_refused", False):
        access.not_recorded()
    return result.frame.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.lit("•••")).alias(name) for name in columns
    )


def _reveal(query_id: str) -> None:
    if access.audit("prompt.query", query_id):
        st.session_state[_SHOWN_PROMPTS] = query_id
    else:
        st.session_state[f"{_SHOWN_PROMPTS}_refused"] = True


def _chart(rows: pl.DataFrame) -> None:
    numbers = [name for name, kind in rows.schema.items() if kind.is_numeric()]
    if rows.is_empty() or not numbers:
        st.caption(t("sql.no_chart"))
        return
    first = next((name for name in rows.columns if name not in numbers), rows.columns[0])
    with st.container(horizontal=True, gap="small"):
        x = st.selectbox("x", rows.columns, index=rows.columns.index(first), key="sql_x", width=220)
        y = st.selectbox("y", numbers, key="sql_y", index=len(numbers) - 1, width=220)
        kind = st.segmented_control(
            t("sql.chart_kind"),
            KINDS,
            default="bar",
            required=True,
            key="sql_kind",
            format_func=names("chart_kinds").__getitem__,
        )
    if x in rows.columns and y in rows.columns:
        st.altair_chart(
            drawn(rows, x, y, kind or "bar"), theme=None, width="stretch", key="sql_chart", alt=f"{y} × {x}"
        )


def drawn(rows: pl.DataFrame, x: str, y: str, kind: str) -> alt.Chart:
    """A chart of two columns, whatever they are called."""
    colours = theme.look(st.context.theme.type)
    across = rows.select(pl.col(x).alias("x"), pl.col(y).cast(pl.Float64).alias("y")).head(CHART_ROWS)
    known = across.schema["x"]
    shape: Shape = "quantitative" if known.is_numeric() else "temporal" if known.is_temporal() else "nominal"
    if shape == "nominal":
        across = across.with_columns(pl.col("x").cast(pl.String).fill_null("–"))
    mark = getattr(alt.Chart(across), f"mark_{kind}")(color=colours.blue)
    chart = mark.encode(
        x=alt.X("x", type=shape, title=x, sort=None), y=alt.Y("y:Q", title=y),
        tooltip=[alt.Tooltip("x", type=shape, title=x), alt.Tooltip("y:Q", title=y)],
    )  # fmt: skip
    return cast(alt.Chart, chart.properties(height=360).configure(**chart_config(colours)))
