"""Surges of a period: how many, when, about whom; drops apart, insistent accounts beside, odd targets ranked."""

import json

import polars as pl
import streamlit as st

from dashboards import data, figures, states, theme, tiles, words, zones
from dashboards.axes import Canvas
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared import left_out, links, naming, tables
from dashboards.shared.findings import of_findings
from dashboards.surges import charts as surge_charts
from dashboards.texts import names, t

MOST = 2_000
"""Lines that can still be told apart, and rows that a person might read."""


def draw(period: ChosenPeriod, found: PublishedData) -> None:
    """Everything below the controls."""
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found)
        left_out.notice(found, span)
    known = of_findings(found)
    if found.shared:
        _series_only(known, span)
        return
    _tiles(known, span)
    surges = known.ask("surges_list", direction="up", since=span.since, until=span.until, top=MOST)
    drops = known.ask("surges_list", direction="down", since=span.since, until=span.until, top=MOST)
    _timeline(surges.rows, drops.rows, span)
    _say_not_drawn(surges.rows, drops.rows)
    if surges.rows.is_empty() and drops.rows.is_empty():
        states.instead(found, span, "surges")
    _table(surges, "surges.all", "surges.none", key="surges")
    left, right = st.columns([5, 7], gap="medium")
    with left:
        _table(drops, "surges.drops", "surges.no_drops", key="drops")
        st.caption(t("surges.drops_note"))
    with right:
        _insistent(known, span)
    _odd(known)


def _series_only(known: PublishedData, span: Span) -> None:
    """Surges and drops of series, to the hour, for who does not see people: nothing opens, nobody is named."""
    for direction, title, empty in (
        ("up", "surges.all", "surges.none"),
        ("down", "surges.drops", "surges.no_drops"),
    ):
        st.header(t(title), anchor=False)
        rows = known.ask("surges_list", direction=direction, since=span.since, until=span.until, top=MOST).rows
        if rows.is_empty():
            st.caption(t(empty))
            continue
        shown = rows.select(
            naming.series_column(rows), "opened_at", "closed_at", "observed", pl.col("expected").round(2)
        )
        st.dataframe(zones.frame(shown), hide_index=True, placeholder="–", key=f"surges_{direction}", alt=t(title), column_config={
            "label": tables.text(t("surges.about")),
            "opened_at": tables.at("surges.opened"),
            "closed_at": tables.at("surges.closed"),
            "observed": tables.count(t("surges.observed")),
            "expected": tables.decimal(t("surges.expected"), t("surges.expected_help"), digits=2),
        })  # fmt: skip


def _tiles(known: PublishedData, span: Span) -> None:
    answer = known.ask("surges_counts", **span.between)
    surge, drop = answer.row(finding="surge"), answer.row(finding="drop")
    compared = span.compared(known.first_at)
    changed = tiles.change(surge["opened"], surge["earlier"]) if compared else None
    shown = (
        ("open_now", surge["open_now"], None, t("surges.open_now_note")),
        ("opened", surge["opened"], changed, t("surges.opened_note", n=surge["earlier"])),
        ("targets", surge["targets"], None, t("surges.targets_note")),
        ("dropped", drop["opened"], None, t("surges.dropped_note", n=drop["open_now"])),
    )
    for place, (key, value, delta, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place:
            _tile(key, value, delta, note, answer)


def _tile(key: str, value: int, delta: str | None, note: str, answer: QueryRows) -> None:
    label = t(f"surges.{key}_tile")
    with st.container(border=True, height="stretch", gap="small", vertical_alignment="distribute"):
        with st.container(gap="small"):
            st.metric(label, words.number(value), delta=delta, delta_color="off")
            st.caption(note)
        with st.popover(t("tiles.about"), icon=":material/info:", type="tertiary", key=f"about_{key}"):
            tiles.about(answer, label, t(f"surges.{key}_definition"), t("surges.counted_basis"))


def _timeline(surges: pl.DataFrame, drops: pl.DataFrame, span: Span) -> None:
    st.header(t("surges.timeline"), anchor=False)
    if surges.is_empty() and drops.is_empty():
        st.caption(t("surges.none"))
        return
    kinds = names("surge_series")
    rows = pl.concat([_drawn(surges, drop=False), _drawn(drops, drop=True)]).with_columns(
        pl.col("series").replace_strict(kinds, return_dtype=pl.String).alias("kind")
    )
    canvas = Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())
    chart = surge_charts.timeline(rows, canvas, kinds)
    turn = st.session_state.setdefault("surge_timeline_turn", 0)
    name = f"surge_timeline_{turn}"

    def picked() -> None:
        points = st.session_state[name].selection.get(surge_charts.PICKED) or []
        if points and points[0].get("surge_id"):
            links.choose("surge", points[0]["surge_id"])
            st.session_state["surge_timeline_turn"] = turn + 1

    listed = {
        "surges": figures.named(surges.height, "surges_listed"),
        "drops": figures.named(drops.height, "drops_listed"),
    }
    st.altair_chart(chart, theme=None, width="stretch", key=name, on_select=picked,
                    alt=t("surges.timeline_alt", **listed))  # fmt: skip
    st.caption(naming.zoned("surges.timeline_note"))


def _say_not_drawn(surges: pl.DataFrame, drops: pl.DataFrame) -> None:
    """What the chart leaves out, and that this is the older part."""
    found = sum(int(rows["found"][0]) for rows in (surges, drops) if rows.height)
    drawn = surges.height + drops.height
    if drawn < found:
        st.caption(f":material/visibility_off: {t('surges.not_drawn', drawn=drawn, found=found)}")


def _drawn(rows: pl.DataFrame, *, drop: bool) -> pl.DataFrame:
    series = (
        pl.lit("drop")
        if drop
        else pl.when(pl.col("series_kind") == "target").then(pl.lit("target")).otherwise(pl.lit("whole"))
    )
    return rows.select(
        "surge_id",
        series.alias("series"),
        naming.series_column(rows),
        "opened_at",
        "closed_at",
        "observed",
        "expected",
        "accounts",
    )


def _table(answer: QueryRows, title: str, empty: str, *, key: str) -> None:
    st.header(t(title), anchor=False)
    rows = answer.rows
    if rows.is_empty():
        st.caption(t(empty))
        return
    ratio = pl.Series(
        "times", [naming.times(row["observed"], row["expected"]) for row in answer.each()], dtype=pl.String
    )
    shown = rows.select(
        "surge_id",
        pl.when(pl.col("closed_at").is_null()).then(pl.lit(f"● {t('surges.open')}")).otherwise(pl.lit(t("surges.over"))).alias("state"),
        naming.series_column(rows), "opened_at", "closed_at", "observed", pl.col("expected").round(2), ratio, "accounts",
    )  # fmt: skip
    if key == "drops":
        shown = shown.drop("state", "times", "accounts", "closed_at")
    links.pick_from(zones.frame(shown), key, "surge", "surge_id", height=tables.height(shown.height), alt=t(title), column_config={
        "state": tables.text(t("surges.state")),
        "label": tables.text(t("surges.about")),
        "opened_at": tables.at("surges.opened"),
        "closed_at": tables.at("surges.closed"),
        "observed": tables.count(t("surges.observed")),
        "expected": tables.decimal(t("surges.expected"), t("surges.expected_help"), digits=2),
        "times": tables.text(t("surges.times")),
        "accounts": tables.count(t("surges.accounts")),
    })  # fmt: skip
    left_out = answer.derived(int(rows["found"][0]) - rows.height, "left_out")
    st.caption(t("surges.click") if not left_out else f"{t('surges.click')} {t('surges.left_out', n=left_out)}")


def _insistent(known: PublishedData, span: Span) -> None:
    st.header(t("surges.insistent"), anchor=False)
    rows = known.ask(
        "surges_insistent", since=span.since, until=span.until, target_id=None, account_id=None, top=200
    ).rows
    insistent_table(rows, key="insistent")
    st.caption(t("surges.insistent_note"))


def insistent_table(rows: pl.DataFrame, *, key: str) -> None:
    """Insistent accounts, one row a finding. rows: as `surges_insistent`."""
    if rows.is_empty():
        st.caption(t("surges.no_insistent"))
        return
    shown = zones.frame(rows.select(
        "account_id", pl.Series("account", [links.account(i) for i in rows["account_id"]], dtype=pl.String),
        pl.Series("target", [links.person(i) for i in rows["target_id"]], dtype=pl.String),
        "requests", "fulfilled", "last_at", "other_targets",
    ))  # fmt: skip
    high = tables.height(shown.height)
    links.open_from(shown, key, "account", "account_id", height=high, alt=t("surges.insistent"), column_config={
        "account": tables.text(t("surges.account")),
        "target": tables.text(t("surges.target")),
        "requests": tables.count(t("charts.requests")),
        "fulfilled": tables.count(t("surges.fulfilled")),
        "other_targets": tables.count(t("surges.other_targets")),
        "last_at": tables.at("surges.last"),
    })  # fmt: skip


def _odd(known: PublishedData) -> None:
    with st.expander(t("surges.odd"), icon=":material/search_insights:", key="odd_targets"):
        st.caption(t("surges.odd_note"))
        rows = known.ask("surges_odd_targets", top=30).rows
        if rows.is_empty():
            st.caption(t("surges.no_odd"))
            return
        shown = rows.select(
            "position",
            pl.Series("target", [links.person(i) for i in rows["target_id"]], dtype=pl.String),
            "score",
            pl.Series("why", [_why(text) for text in rows["contributions"]], dtype=pl.String),
        )
        st.dataframe(shown, hide_index=True, placeholder="–", height=tables.height(shown.height), alt=t("surges.odd"), column_config={
            "position": tables.count(t("surges.position")),
            "target": tables.text(t("surges.target")),
            "score": st.column_config.ProgressColumn(t("surges.score"), min_value=0.0, max_value=1.0, format="%.2f"),
            "why": tables.text(t("surges.why_odd")),
        })  # fmt: skip
        st.caption(t("surges.odd_as_of", at=words.moment(rows["decided_at"][0])))


def _why(contributions: str) -> str:
    """The features that make a target odd, most first."""
    try:
        parts = {str(k): float(v) for k, v in json.loads(contributions).items() if v is not None}
    except (ValueError, AttributeError, TypeError):
        return ""
    known = names("odd_features")
    first = sorted((k for k in parts if parts[k] > 0), key=lambda k: (-parts[k], k))[:3]
    return ", ".join(known.get(k.removeprefix("contribution_"), k) for k in first)
