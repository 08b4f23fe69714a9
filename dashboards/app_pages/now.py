"""Now: is something happening?"""

from collections.abc import Sequence

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import charts, controls, data, headlines, states, theme, tiles, words
from dashboards.axes import Canvas
from dashboards.controls import View
from dashboards.data import Catalogue
from dashboards.ranges import Span


def page(chosen: View, found: Catalogue) -> None:
    """Everything below the controls, from one state of the catalogue."""
    now = data.now()
    span = chosen.period.span(found, now)
    with st.container():  # always there, so that a notice that comes or goes moves nothing below it
        states.stale(found, now)
        _notes(span, found)
    places = st.columns(4, gap="small")
    _tiles(places, chosen, found, span)
    _timeline(chosen, found, span)
    left, middle, right = st.columns([1, 1, 1], gap="medium")
    with left:
        _answers(chosen, found, span)
    with middle:
        _languages(chosen, found, span)
    with right:
        _feed(found, span)
    with places[3]:  # last, because it alone reads the mentions themselves
        _targets(chosen, found, span)


def _notes(span: Span, found: Catalogue) -> None:
    if span.anchored and found.newest_at is not None:
        st.caption(
            f":material/history: The newest event is of {words.minute(found.newest_at)} UTC: ranges count back from it, not from today."
        )
    if span.coarsened:
        st.caption(
            f":material/zoom_out: That step would make too many bars; shown by {words.STEPS[span.step_seconds]}."
        )


def _tiles(places: Sequence[DeltaGenerator], chosen: View, found: Catalogue, span: Span) -> None:
    compared = span.compared(found.first_at)
    asked = found.ask("headline", **_between(span), request_class=chosen.request_class)
    made = found.ask("production", **_between(span))
    shown = (
        headlines.requests(asked, chosen.request_class, span, compared=compared),
        headlines.answered_rate(asked, chosen.request_class, span, compared=compared),
        headlines.images(made, span, compared=compared),
    )
    for place, tile in zip(places, shown, strict=False):
        with place:
            tiles.show(tile)


def _targets(chosen: View, found: Catalogue, span: Span) -> None:
    compared = span.compared(found.first_at)
    between = _between(span) if compared else {**_between(span), "before": span.since}
    answer = found.ask_large("targets", **between, request_class=chosen.request_class)
    tiles.show(headlines.targets(answer, chosen.request_class, span, compared=compared))


def _timeline(chosen: View, found: Catalogue, span: Span) -> None:
    steps = {"since": span.since, "until": span.until, "step_seconds": span.step_seconds}
    if chosen.by_class:
        rows = found.ask("volume_by_class", **steps).rows
        labels, title = words.REQUEST_CLASSES, "Requests by class"
    else:
        rows = found.ask("volume_by_outcome", **steps, request_class=chosen.request_class).rows
        labels, title = words.OUTCOMES, f"{words.capital(words.requests_of(chosen.request_class))} by answer"
    coverage = found.ask("coverage", since=span.since, until=span.until, event_type="mention").rows
    policy = data.policy_events(data.data_dir())
    canvas = Canvas(span, theme.look(st.context.theme.type), data.now())
    st.header(title, anchor=False)
    chart = charts.volume(rows, canvas, labels, coverage=coverage, policy=policy)
    summary = f"{title} per {words.STEPS[span.step_seconds]}: {words.number(float(rows['requests'].sum()))} in all"
    st.altair_chart(chart, theme=None, width="stretch", key="timeline", alt=summary)
    st.caption(
        "Times are UTC. Requests about oneself are left out. Green lines: when each collection brought events; a gap or a "
        "change there is a change of the collector, not of the world. The step still filling is drawn paler."
    )
    with st.container():
        _dated(policy, span)


def _dated(policy: pl.DataFrame, span: Span) -> None:
    inside = policy.filter((pl.col("at") >= span.since) & (pl.col("at") < span.until))
    if inside.is_empty():
        return
    with st.expander(f"Dated events in this period ({inside.height})", icon=":material/flag:"):
        numbered = inside.with_row_index("number", offset=1)
        st.dataframe(numbered, hide_index=True, column_config={
            "number": st.column_config.NumberColumn("No.", width=60),
            "at": st.column_config.DatetimeColumn("Time (UTC)", format="DD MMM YYYY, HH:mm"),
            "label": "What happened", "source": "Source",
        })  # fmt: skip


def _answers(chosen: View, found: Catalogue, span: Span) -> None:
    st.header("Answers", anchor=False)
    row = found.ask("headline", **_between(span), request_class=chosen.request_class).row(period="now")
    total = row["requests"]
    counts = {key: row["errors" if key == "error" else key] for key in words.OUTCOMES}
    series = theme.look(st.context.theme.type).series
    counted = {
        "label": list(words.OUTCOMES.values()),
        "requests": list(counts.values()),
        "colour": [series[key] for key in counts],
    }
    _bars(pl.DataFrame(counted).with_columns(share=pl.col("requests") / max(total, 1)), "Answer")
    st.caption(
        f"Final answers of {words.number(total)} {words.requests_of(chosen.request_class)}, unanswered ones included."
    )


def _languages(chosen: View, found: Catalogue, span: Span) -> None:
    st.header("Languages", anchor=False)
    rows = found.ask("languages", since=span.since, until=span.until, request_class=chosen.request_class, top=7).rows
    named = pl.col("language").replace(words.LANGUAGES).fill_null("Not stated")
    blue = pl.lit(theme.look(st.context.theme.type).blue)
    _bars(rows.select(named.alias("label"), "requests", "share", blue.alias("colour")), "Language")
    st.caption(f"Of {words.requests_of(chosen.request_class)}, as declared by the collector.")


def _bars(rows: pl.DataFrame, title: str) -> None:
    if rows["requests"].sum() == 0:
        st.caption("None in this period.")
        return
    noted = rows.with_columns(
        note=pl.Series(
            [f"{words.number(n)} · {words.percent(share)}" for n, share in rows.select("requests", "share").iter_rows()]
        )
    )
    chart = charts.shares(noted, theme.look(st.context.theme.type), title=title)
    st.altair_chart(chart, theme=None, width="stretch", key=f"shares_{title}", alt=f"{title}: " + ", ".join(
        f"{row['label']} {row['note']}" for row in noted.iter_rows(named=True)))  # fmt: skip


def _feed(found: Catalogue, span: Span) -> None:
    st.header("The data", anchor=False)
    letters = found.ask("dead_letters", since=span.since, until=span.until).rows
    received = "none" if letters.is_empty() else words.number(float(letters["letters"].sum()))
    facts = [
        ("Newest event", words.moment(found.newest_at)),
        ("Every source has passed", words.moment(found.watermark)),
        ("Taken in last", words.moment(found.as_of)),
        ("Events held", words.number(found.mentions + found.generations + found.moderations)),
        ("Dead letters received in this period", received),
    ]
    st.markdown("\n".join(f"- {name}: **{value}**" for name, value in facts))
    if not letters.is_empty():
        st.dataframe(
            letters.group_by("rule")
            .agg(pl.col("letters").sum())
            .sort("letters", "rule", descending=[True, False])
            .head(5),
            hide_index=True,
            height="content",
            column_config={
                "rule": "Rule broken",
                "letters": st.column_config.NumberColumn("Letters", format="localized"),
            },
        )
    st.caption("The page *Feed* has the whole of it.")


def _between(span: Span) -> dict[str, object]:
    return {"before": span.before, "since": span.since, "until": span.until}


head = st.container()
chosen = controls.view()
with head:
    states.heading("Now", follow=chosen.live)
states.body(lambda found: page(chosen, found), follow=chosen.live)
