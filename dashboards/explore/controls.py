"""The controls of the page Explore; every choice stands in the URL."""

from dataclasses import dataclass

import streamlit as st

from dashboards import controls, data
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData
from dashboards.explore.question import COMPARISONS, FILTERS, PEOPLE, Question, breakdowns, narrowed_by
from dashboards.shared import naming
from dashboards.texts import names, t
from veille.config import ConfigError
from veille.store.errors import StoreError

VIEWS = ("time", "multiples", "heat", "top", "coding")
SHARED_VIEWS = ("time", "multiples", "top")
"""For who does not see people: what is published for research stands to the day, and names no prompt."""
TOPS = ("5", "7", "10", "20")


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that the page shows."""

    period: ChosenPeriod
    question: Question
    view: str


def chosen() -> Chosen:
    """Draws the controls; what they offer as filters is what the data of the period hold."""
    with controls.toolbar():
        everything = data.sees_people()
        measures = {key: text for key, text in names("measures").items() if everything or key not in PEOPLE}
        measure = controls.select(t("explore.measure"), "measure", measures, "requests", width=200)
        offered_by = breakdowns(measure, everything=everything)
        known = {name: names("breakdowns")[name] for name in offered_by}
        by = controls.select(
            t("explore.breakdown"), f"{'image_' * (measure == 'images')}split", known, "none", width=180
        )
        honoured = narrowed_by(measure, everything=everything)
        request_class = controls.request_class() if "class" in honoured else None
        comparison = controls.select(
            t("explore.comparison"),
            "compare",
            {key: names("comparisons")[key] for key in COMPARISONS},
            "none",
            width=210,
        )
        top = controls.select(t("explore.top"), "top", {key: key for key in TOPS}, "7", width=120)
    with controls.toolbar():
        name = controls.range_choice("7d")
        filters = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
    period = controls.period(name)
    offered = _offered(period)
    with filters:
        picked = tuple((key, _filter(key, offered.get(key, [])) if key in honoured else None) for key in FILTERS)
    _say_unused(measure, honoured)
    views = VIEWS if everything else SHARED_VIEWS
    view = controls.segments(t("explore.view"), "view", {key: names("views")[key] for key in views}, "time")
    by = by if by in offered_by else "none"
    return Chosen(
        period,
        Question(
            measure=measure,
            breakdown=by,
            comparison=comparison,
            top=int(top),
            request_class=request_class,
            filters=picked,
        ),
        view,
    )


def _say_unused(measure: str, honoured: tuple[str, ...]) -> None:
    """What the link narrows by though the measure cannot."""
    names_of = {"class": t("controls.requests_counted"), **{key: t(f"controls.{key}") for key in FILTERS}}
    unused = [
        text for key, text in names_of.items() if key not in honoured and st.query_params.get(key, "all") != "all"
    ]
    if unused:
        st.caption(
            f":material/filter_alt_off: {t('explore.unused', measure=names('measures')[measure], what=', '.join(unused))}"
        )


def _filter(key: str, offered: list[str]) -> str | None:
    labels = {"all": t("explore.any"), **{value: _label(key, value) for value in offered}}
    given = st.query_params.get(key)
    if given and len(given) <= 64 and given not in labels:  # of a link to other days
        labels[given] = given
    found = controls.select(t(f"controls.{key}"), key, labels, "all", width=150)
    return None if found == "all" else found


def _label(key: str, value: str) -> str:
    return names("gender_sources").get(value, value) if key == "gender_source" else naming.value(key, value)


def _offered(period: ChosenPeriod) -> dict[str, list[str]]:
    try:
        found: PublishedData = data.catalogue()
        if found.empty:
            return {}
        span = period.span(found, data.now())
        rows = found.ask("explore_values", since=span.since.replace(hour=0, minute=0), until=span.until).rows
    except (ConfigError, StoreError):  # the page below says what is wrong
        return {}
    offered: dict[str, list[str]] = {}
    for key, value in rows.select("filter", "found").iter_rows():
        offered.setdefault(key, []).append(value)
    return offered
