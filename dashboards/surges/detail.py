"""One surge or drop: what was seen against what the past explains, where the excess comes from, and what stands around it."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, ranges, theme, words, zones
from dashboards.axes import Canvas
from dashboards.data import PublishedData
from dashboards.shared import explanation, links, naming, tables
from dashboards.shared.findings import of_findings
from dashboards.surges import band
from dashboards.surges import charts as surge_charts
from dashboards.texts import names, t

_AROUND = timedelta(hours=6)


def draw(surge_id: str, found: PublishedData) -> None:
    """The whole page of one finding, from one state of the catalogue."""
    known = of_findings(found)
    links.back("surge", t("surges.back"))
    answer = known.ask("surges_one", surge_id=surge_id)
    if answer.rows.is_empty():
        st.info(t("surges.unknown", surge=links.surge(surge_id)), icon=":material/help:")
        return
    one = answer.row()
    _head(one)
    told = explanation.loaded(one["explanation"])
    _facts(one)
    _against(one, found)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _changed(told)
        _explained(explanation.table(told), one)
    with right:
        _incidents(known, one)
        _neighbours(known, one)
        _said(known, surge_id)


def _head(one: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(
            words.escape_markdown(naming.series(one["series_kind"], one["series_key"], one["target_id"])),
            anchor=False,
            width="content",
        )
        is_open = one["closed_at"] is None
        st.badge(t("surges.open") if is_open else t("surges.over"), color="orange" if is_open else "gray")
        finding = "storm" if one["storm"] else one["finding"]
        st.badge(names("surge_findings")[finding], color="violet" if finding == "drop" else "blue")
        st.caption(links.surge(one["surge_id"]), width="content")
    if one["target_id"] is not None:
        links.link("target", one["target_id"], t("surges.to_target", target=links.person(one["target_id"])))


def _facts(one: dict[str, Any]) -> None:
    ended = one["closed_at"] or one["decided_at"]
    q = naming.chance(one["q_value"])
    by_steps = (
        one["finding"] == "surge" and one["target_id"] is None
    )  # a series with volume: judged step by step, then added up
    chance = "chance_note_storm" if one["storm"] else "chance_note_steps" if by_steps else "chance_note"
    shown = (
        ("observed", words.number(one["observed"]), t("surges.observed_note", since=one["since"], until=ended)),
        (
            "expected",
            naming.expected(one["expected"]),
            _usual(one),
        ),
        ("times", naming.times(one["observed"], one["expected"]), t("surges.times_note", n=one["accounts"])),
        ("chance", q, t(f"surges.{chance}", p=naming.chance(one["p_value"]))),
    )
    for place, (key, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(t(f"surges.{key}"), value)
            st.caption(note)


def _usual(one: dict[str, Any]) -> str:
    """The interval of what is expected; of a storm also its level now."""
    if not one["storm"] or one["level"] is None:
        return t("surges.expected_note", low=one["low"], high=one["high"])
    level = naming.times(one["level"], 1.0)
    return t("surges.expected_note_storm", low=one["low"], high=one["high"], level=level)


def _against(one: dict[str, Any], found: PublishedData) -> None:
    st.header(t("surges.against"), anchor=False)
    ended = one["closed_at"] or max(one["decided_at"], found.newest_at or one["decided_at"])
    since, until, step = band.window(one["opened_at"], one["since"], ended)
    until = max(min(until, band.floor(found.newest_at or until, step)), since + timedelta(seconds=step))
    seen = found.ask_large(
        "surges_observed", since=since, until=until, step_seconds=step, series_kind=one["series_kind"],
        series_key=one["series_key"], target_id=one["target_id"], classes=list(data.settings().surges.classes),
    ).rows  # fmt: skip
    usual = band.Usual(
        since=one["since"],
        until=one["closed_at"] or one["decided_at"],
        expected=one["expected"],
        low=one["low"],
        high=one["high"],
    )
    steps = band.steps(seen, usual, since, until, step)
    span = ranges.absolute(since, until, 60, data.now())
    canvas = Canvas(_stepped(span, step), theme.look(st.context.theme.type), data.now(), zones.name())
    marks = {
        t("surges.mark_opened"): one["opened_at"],
        t("surges.mark_peak"): one["peak_at"],
        t("surges.mark_closed"): one["closed_at"],
    }
    chart = surge_charts.held_against(steps, canvas, marks)
    above = int(steps["above"].sum())
    alt = t(
        "surges.against_alt", n=figures.named(above, "steps_above"), observed=one["observed"], expected=one["expected"]
    )
    st.altair_chart(chart, theme=None, width="stretch", key="held_against", alt=alt)
    st.caption(t("surges.against_note", step=naming.seconds(step), zone=zones.label(until)))


def _stepped(span: ranges.Span, step: int) -> ranges.Span:
    return ranges.Span(
        before=span.before,
        since=span.since,
        until=span.until,
        step_seconds=step,
        anchored=span.anchored,
        coarsened=False,
        live=span.live,
        origin=span.since,
    )


def _changed(told: dict[str, Any]) -> None:
    """Collections that changed around then: the finding may say no more than that."""
    coverage = told.get("coverage")
    if isinstance(coverage, list) and coverage:
        st.warning(
            t("surges.coverage", names=words.escape_markdown(", ".join(map(str, coverage[:10])))),
            icon=":material/sensors_off:",
        )


def _explained(contributions: pl.DataFrame, one: dict[str, Any]) -> None:
    st.header(t("surges.explained"), anchor=False)
    if contributions.is_empty():
        st.caption(t("surges.not_explained"))
        return
    canvas = Canvas(
        ranges.absolute(one["since"], one["since"] + timedelta(hours=1), 60, data.now()),
        theme.look(st.context.theme.type),
        data.now(),
    )
    for title, among in (("who", explanation.WHO), ("what", explanation.WHAT), ("where", explanation.WHERE)):
        said = explanation.dimensions(contributions, among)
        if not said:
            continue
        st.markdown(f"**{t(f'surges.{title}')}**")
        for place, dimension in zip(st.columns(2, gap="medium") * len(said), said, strict=False):
            with place:
                _part(explanation.largest(contributions, dimension), dimension, canvas)
    st.caption(t("surges.explained_note"))
    with st.expander(t("surges.explained_table"), icon=":material/table_rows:", key="explained_table"):
        _contributions(contributions)


def _part(rows: pl.DataFrame, dimension: str, canvas: Canvas) -> None:
    label = names("dimensions").get(dimension, dimension)
    shown = rows.with_columns(
        pl.Series("value", [naming.value(dimension, v) for v in rows["value"]], dtype=pl.String),
        pl.Series(
            "note",
            [_note(r["observed"], r["share_of_excess"]) for r in figures.rows("explanation", rows)],
            dtype=pl.String,
        ),
    )
    st.caption(label)
    st.altair_chart(surge_charts.parts(shown, canvas, label), theme=None, width="stretch", key=f"part_{dimension}",
                    alt=f"{label}: " + ", ".join(f"{v} {n}" for v, n in shown.select("value", "note").iter_rows()))  # fmt: skip


def _note(observed: int, share: float | None) -> str:
    return (
        words.number(observed)
        if share is None or share < 0
        else f"{words.number(observed)} · {words.percent(share, 0)}"
    )


def _contributions(contributions: pl.DataFrame) -> None:
    known = names("dimensions")
    shown = contributions.filter(pl.col("dimension") != "all").select(
        pl.Series("dimension", [known.get(d, d) for d in contributions.filter(pl.col("dimension") != "all")["dimension"]], dtype=pl.String),
        pl.Series(
            "value",
            [naming.value(d, v) for d, v in contributions.filter(pl.col("dimension") != "all").select("dimension", "value").iter_rows()],
            dtype=pl.String,
        ),
        "observed", "expected", "excess", ((pl.col("share_of_excess") * 100).round(0) + 0.0).alias("share"),  # no -0
    )  # fmt: skip
    st.dataframe(shown, hide_index=True, placeholder="–", height=tables.height(shown.height), key="contributions", column_config={
        "dimension": tables.text(t("surges.dimension")),
        "value": tables.text(t("surges.value")),
        "observed": tables.count(t("surges.observed")),
        "expected": tables.decimal(t("surges.expected")),
        "excess": tables.decimal(t("surges.excess")),
        "share": st.column_config.NumberColumn(t("surges.share"), format="%.0f %%"),
    })  # fmt: skip


def _incidents(known: PublishedData, one: dict[str, Any]) -> None:
    st.header(t("surges.incident"), anchor=False)
    rows = known.ask("incidents_of_finding", finding_kind=one["finding"], finding_id=one["surge_id"]).rows
    if rows.is_empty():
        st.caption(t("surges.no_incident"))
    incident_links(rows)


def incident_links(rows: pl.DataFrame) -> None:
    """A link an incident. rows: incident_id, rule, state, opened_at."""
    states, rules = names("incident_states"), names("rules")
    for row in rows.iter_rows(named=True):
        links.link("incidents", row["incident_id"], f"{links.incident(row['incident_id'])} · {states[row['state']]}")
        st.caption(f"{rules.get(row['rule'], words.escape_markdown(row['rule']))} · {words.minute(row['opened_at'])}")


def _neighbours(known: PublishedData, one: dict[str, Any]) -> None:
    st.header(t("surges.neighbours"), anchor=False)
    ended: datetime = one["closed_at"] or one["decided_at"]
    rows = known.ask(
        "surges_neighbours", since=one["opened_at"] - _AROUND, until=ended + _AROUND,
        surge_id=one["surge_id"], target_id=one["target_id"], top=12,
    ).rows  # fmt: skip
    if rows.is_empty():
        st.caption(t("surges.no_neighbours"))
        return
    for row in figures.rows("surges_neighbours", rows):
        _neighbour(row)
    st.caption(t("surges.neighbours_note"))


def _neighbour(row: dict[str, Any]) -> None:
    when = words.minute(row["at"])
    same = f" · {t('surges.same_target')}" if row["same_target"] else ""
    if row["finding"] == "cluster":
        label = t(
            "surges.near_cluster",
            cluster=links.cluster(row["finding_id"]),
            event=names("cluster_events").get(row["detail"], ""),
            n=row["size"],
        )
        links.link("coordination", row["finding_id"], f"{label} · {when}{same}")
    elif row["finding"] == "insistent":
        st.markdown(
            f":material/repeat: {t('surges.near_insistent', target=links.person(row['target_id']), n=row['size'])} · {when}{same}"
        )
    else:
        series = words.escape_markdown(naming.series(row["series_kind"], row["series_key"], row["target_id"]))
        label = t("people.about", name=names("surge_findings")[row["finding"]], value=series)
        label = f"{label} · {words.number(row['size'])} · {when}{same}"
        links.link("surges", row["finding_id"], label)


def _said(known: PublishedData, surge_id: str) -> None:
    rows = known.ask("surges_versions", surge_id=surge_id).rows
    with st.expander(
        t("surges.versions", n=figures.named(rows.height, "versions")), icon=":material/history:", key="surge_versions"
    ):
        st.caption(t("surges.versions_note"))
        st.dataframe(
            zones.frame(rows), hide_index=True, placeholder="–", key="versions", height=tables.height(rows.height, 300), column_config={
            "version": tables.count(t("surges.version")),
            "decided_at": tables.at("surges.decided"),
            "known_at": tables.at("surges.known"),
            "observed": tables.count(t("surges.observed")),
            "expected": tables.decimal(t("surges.expected")),
            "accounts": tables.count(t("surges.accounts")),
            "closed_at": tables.at("surges.closed"),
        })  # fmt: skip
