"""Now: is something happening?"""

from collections.abc import Sequence

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import (
    charts,
    controls,
    data,
    figures,
    headlines,
    menu,
    notes,
    open_findings,
    sampling,
    situation,
    states,
    theme,
    tiles,
    words,
    zones,
)
from dashboards.axes import Canvas
from dashboards.controls import OverviewChoice
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.shared.findings import of_findings
from dashboards.texts import names, t

PAIRS = 24  # steps of time that a change's interval rests on
MOST_MARKS, MOST_OPEN = 200, 5
# From so many requests on, different targets are counted in one of so many (0.25 % off at two million; 0.4 s instead of 1.7 s).
MOST_EXACT, ONE_TARGET_IN = 500_000, 16


def page(chosen: OverviewChoice, found: PublishedData) -> None:
    """Everything below the controls, from one state of the catalogue."""
    now = data.now()
    span = chosen.period.span(found, now)
    with st.container():  # always there, so that a notice that comes or goes moves nothing below it
        states.stale(found, now)
        states.notes(span, found, chosen.request_class)
        sampling.notice(found, span, chosen.request_class)
        reaches_back = span.compared(found.first_at)
        compared = reaches_back and sampling.comparable(found, span)
        if reaches_back and not compared:
            st.caption(f":material/compare_arrows: {t('sampling.not_comparable')}")
    if not found.shared:
        situation.show(found, chosen.request_class, now)
        end = found.newest_at if span.anchored else now
        open_findings.show(of_findings(found).ask("open_now", now=end, history=not found.live, top=MOST_OPEN))
    places = st.columns(3 if found.shared else 4, gap="small")
    asked = _tiles(places, chosen, found, span, compared=compared)
    _timeline(chosen, found, span)
    left, right = st.columns(2, gap="medium")
    with left:
        _answers(chosen, found, span)
    with right:
        _languages(chosen, found, span)
    if found.shared:
        return
    _feed(found, span)
    with places[3]:  # last, because it alone reads the mentions themselves
        _targets(chosen, found, span, asked, compared=compared)


def _tiles(
    places: Sequence[DeltaGenerator], chosen: OverviewChoice, found: PublishedData, span: Span, *, compared: bool
) -> int:
    """Draws all but the last; returns how many requests the two periods hold."""
    asked = found.ask("headline", **span.same_hours, request_class=chosen.request_class)
    made = found.ask("production", **span.same_hours)
    step = {"before_since": span.earlier[0], "since": span.since, "until": span.until, "pairs": PAIRS}
    pairs = found.ask("headline_pairs", **step, request_class=chosen.request_class)
    shown = (
        headlines.requests(asked, pairs, chosen.request_class, span, compared=compared),
        headlines.answered_rate(asked, chosen.request_class, span, compared=compared),
        headlines.images(made, span, compared=compared),
    )
    for place, tile in zip(places, shown, strict=False):
        with place:
            tiles.show(tile)
    return int(asked.rows["requests"].sum())


def _targets(chosen: OverviewChoice, found: PublishedData, span: Span, asked: int, *, compared: bool) -> None:
    earlier = (
        span.same_hours if compared else {**span.same_hours, "before_since": span.since, "before_until": span.since}
    )
    one_in = 1 if asked <= MOST_EXACT else ONE_TARGET_IN
    answer = found.ask_large("targets", **earlier, request_class=chosen.request_class, one_in=one_in)
    tiles.show(headlines.targets(answer, chosen.request_class, span, compared=compared))


def _timeline(chosen: OverviewChoice, found: PublishedData, span: Span) -> None:
    if chosen.by_class:
        counted = found.ask("volume_by_class", **span.steps)
        labels, title = names("request_classes"), t("now.by_class")
    else:
        counted = found.ask("volume_by_outcome", **span.steps, request_class=chosen.request_class)
        labels, title = (
            names("outcomes"),
            t("now.by_answer", what=words.capital(words.requests_of(chosen.request_class))),
        )
    coverage = found.ask("coverage", since=span.since, until=span.until, event_type="mention").rows
    policy = data.policy_events(data.data_dir())
    canvas = Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())
    st.header(title, anchor=False)
    marks = of_findings(found).ask("marks", since=span.since, until=span.until, top=MOST_MARKS).rows
    chart = charts.volume(counted.rows, canvas, labels, coverage=coverage, policy=policy, marks=marks)
    summary = t("now.timeline_alt", title=title, step=words.step(span.step_seconds), n=counted.total("requests"))
    st.altair_chart(chart, theme=None, width="stretch", key="timeline", alt=summary)
    st.caption(t("now.timeline_note", zone=zones.over(span.since, span.until)))
    with st.container():
        _dated(policy, span)
        noted = marks.filter(pl.col("lane") == "annotation")
        if noted.height:
            notes.listed(noted)


def _dated(policy: pl.DataFrame, span: Span) -> None:
    inside = policy.filter((pl.col("at") >= span.since) & (pl.col("at") < span.until))
    if inside.is_empty():
        return
    with st.expander(t("now.dated", n=figures.named(inside.height, "dated_events")), icon=":material/flag:"):
        numbered = zones.frame(inside).with_row_index("number", offset=1)
        st.dataframe(numbered, hide_index=True, column_config={
            "number": st.column_config.NumberColumn(t("now.number"), width=60),
            "at": st.column_config.DatetimeColumn(t("now.time", zone=zones.over(span.since, span.until)), format=words.table_time_format()),
            "label": t("now.what_happened"), "source": t("now.source"),
        })  # fmt: skip


def _answers(chosen: OverviewChoice, found: PublishedData, span: Span) -> None:
    st.header(t("now.answers"), anchor=False)
    outcomes = names("outcomes")
    row = found.ask("headline", **span.same_hours, request_class=chosen.request_class).row(period="now")
    total = row["requests"]
    counts = {key: row["errors" if key == "error" else key] for key in outcomes}
    series = theme.look(st.context.theme.type).of(outcomes)
    shares = {key: figures.derived(n / max(total, 1), "share", n) for key, n in counts.items()}
    counted = {
        "label": list(outcomes.values()),
        "requests": list(counts.values()),
        "share": list(shares.values()),
        "note": [_note(n, shares[key]) for key, n in counts.items()],
        "colour": [series[key] for key in counts],
    }
    _bars(pl.DataFrame(counted), t("now.answer"), "answers")
    st.caption(t("now.answers_note", n=total, what=words.requests_of(chosen.request_class)))


def _languages(chosen: OverviewChoice, found: PublishedData, span: Span) -> None:
    st.header(t("now.languages"), anchor=False)
    answer = found.ask("languages", since=span.since, until=span.until, request_class=chosen.request_class, top=7)
    rows = answer.rows.with_columns(
        note=pl.Series([_note(row["requests"], row["share"]) for row in answer.each()], dtype=pl.String)
    )
    named = pl.Series([words.spoken(code) for code in rows["language"]], dtype=pl.String)
    blue = pl.lit(theme.look(st.context.theme.type).blue)
    _bars(
        rows.select(named.alias("label"), "requests", "share", "note", blue.alias("colour")),
        t("now.language"),
        "languages",
    )
    st.caption(t("now.languages_note", what=words.requests_of(chosen.request_class)))


def _bars(rows: pl.DataFrame, title: str, key: str) -> None:
    if rows["requests"].sum() == 0:
        st.caption(t("now.none"))
        return
    chart = charts.shares(rows, theme.look(st.context.theme.type), title=title)
    st.altair_chart(chart, theme=None, width="stretch", key=f"shares_{key}", alt=f"{title}: " + ", ".join(
        f"{row['label']} {row['note']}" for row in rows.iter_rows(named=True)))  # fmt: skip


def _note(requests: int, share: float) -> str:
    return f"{words.number(requests)} · {words.percent(share)}"


def _feed(found: PublishedData, span: Span) -> None:
    st.header(t("now.data"), anchor=False)
    letters = found.ask("dead_letters", since=span.since, until=span.until)
    facts = (
        (t("now.newest_event"), words.moment(found.newest_at)),
        (t("now.passed"), words.moment(found.watermark)),
        (t("now.taken_in"), words.moment(found.as_of)),
        (t("now.held"), words.number(found.events)),
        (t("now.letters"), words.number(letters.total("letters"))),
    )
    for place, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        place.markdown(f":small[{name}]  \n**{value}**")
    menu.link("feed", t("now.more"), icon=":material/database:")


head = st.container()
chosen = controls.view()
with head:
    states.heading(t("now.title"), follow=chosen.live)
states.body(lambda found: page(chosen, found), follow=chosen.live)
