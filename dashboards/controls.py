"""What a person chooses: time range, step, request class, filters. A choice stands in the URL, so a link reopens the same view, and it is
taken along to other pages."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import data, feed_state, notes, preferences, ranges, zones
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.texts import names, t
from veille.times import naive

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChosenPeriod:
    """A chosen range, not yet resolved against the clock."""

    name: str
    since: datetime | None
    until: datetime | None
    step: int

    def span(self, found: PublishedData, now: datetime) -> Span:
        if self.name == "custom" and self.since and self.until:
            return ranges.absolute(self.since, self.until, self.step, now, zones.name())
        name = "24h" if self.name == "custom" else self.name
        return ranges.relative(name, self.step, now, found.first_at, found.newest_at, zones.name(), live=found.live)


@dataclass(frozen=True, slots=True)
class OverviewChoice:
    """What the page Now shows. request_class: None counts every class. by_class: whether bars are stacked by request class."""

    period: ChosenPeriod
    request_class: str | None
    by_class: bool
    live: bool


def view() -> OverviewChoice:
    """The controls of the page Now."""
    with toolbar():
        name = range_choice()
        chosen = request_class()
        by = segments(t("controls.bars_by"), "by", names("bars_by"), "answer")
        step = step_choice()
        live = live_toggle()
        notes.form()
    return OverviewChoice(period(name, step), chosen, by == "class", live)


def feed_period() -> tuple[ChosenPeriod, bool]:
    """A range, its step, and whether the page follows the stream: the controls of the page Feed."""
    with toolbar():
        name = range_choice()
        step = step_choice()
        live = live_toggle()
    return period(name, step), live


def toolbar() -> DeltaGenerator:
    """The row in which controls stand."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")


def range_choice(default: str = "24h") -> str:
    """A name of `ranges.NAMES`, for `period`. default: of a live feed."""
    return segments(t("controls.period"), "range", names("ranges"), feed_state.present().period(default))


def step_choice() -> int:
    """Length of a step in seconds, or `ranges.AUTO`, for `period`."""
    chosen = select(t("controls.step"), "step", names("step_choices"), "auto", width=132)
    return ranges.AUTO if chosen == "auto" else int(chosen)


def request_class() -> str | None:
    """The request class that is counted; None counts every class."""
    default = feed_state.present().counted
    labels = {"all": t("controls.all_classes"), **names("request_classes")}
    chosen = select(t("controls.requests_counted"), "class", labels, default, width=145)
    return None if chosen == "all" else chosen


def live_toggle() -> bool:
    """Whether the page follows the stream."""
    default = feed_state.present().following
    _from_url("live", {"on", "off"}, default, lambda text: text == "on")
    on = st.toggle(t("controls.live"), key="live", help=t("controls.live_help"))
    return _to_url("live", on, default, "on" if on else "off")


def period(name: str, step: int = ranges.AUTO) -> ChosenPeriod:
    """What was chosen by `range_choice` and `step_choice`; draws the two fields of a custom range in a row of their own."""
    if name != "custom":
        return ChosenPeriod(name, None, None, step)
    now = data.now()
    with st.container(horizontal=True, gap="small"):
        since = _moment("controls.since", "since", now - timedelta(days=7))
        until = _moment("controls.until", "until", now)
    return ChosenPeriod(name, since, until, step)


def segments(label: str, key: str, labels: dict[str, str], default: str) -> str:
    """One of a few values, all in sight. key: its name in the URL. labels: value → what is shown."""
    _from_url(key, labels, default)
    chosen = (
        st.segmented_control(label, list(labels), required=True, format_func=labels.__getitem__, key=key) or default
    )
    return _to_url(key, chosen, default, chosen)


def select(label: str, key: str, labels: dict[str, str], default: str, *, width: int | None = None) -> str:
    """One of many values. key: its name in the URL. labels: value → what is shown."""
    _from_url(key, labels, default)
    chosen = (
        st.selectbox(label, list(labels), format_func=lambda value: labels.get(value, value), key=key, width=width or "stretch")
        or default
    )  # fmt: skip
    return _to_url(key, chosen, default, chosen)


def typed(label: str, key: str, *, most: int = 80, width: int | None = None, help_text: str | None = None) -> str:
    """A line of text, empty by default, that stands in the URL too. Never for a person's handle."""
    if preferences.arrived() or key not in st.session_state:
        st.session_state[key] = preferences.recalled(key, _Anything(), "")[:most]
    text = st.text_input(label, key=key, max_chars=most, width=width or "stretch", help=help_text) or ""
    return _to_url(key, text, "", text)


def _moment(label: str, key: str, default: datetime) -> datetime:
    """A moment in UTC, shown and taken in the chosen zone. In the URL it stands in UTC, so a link means the same to everybody."""
    given, shown = _given(key, default), f"{key}_{zones.name()}"
    if preferences.arrived() or shown not in st.session_state:
        st.session_state[shown] = zones.local(given)
    at = st.datetime_input(t(label, zone=zones.label(given)), key=shown, width=230) or zones.local(default)
    chosen = zones.utc(at)
    return _to_url(key, chosen, None, chosen.isoformat(timespec="minutes"))


def _given(key: str, default: datetime) -> datetime:
    try:
        given = datetime.fromisoformat(preferences.recalled(key, _Anything(), ""))
    except ValueError:
        return default.replace(second=0, microsecond=0)
    return naive(given)


class _Anything:
    """A set that holds every text."""

    def __contains__(self, _text: object) -> bool:
        return True


def _from_url(key: str, allowed: Container[str], default: str, read: Callable[[str], Any] = str) -> None:
    """Give the widget `key` its first value: the URL's, or what was chosen on another page, where that is one of `allowed`. Values, not
    labels, stand in the URL: a link means the same in every language."""
    if preferences.arrived() or key not in st.session_state:
        st.session_state[key] = read(preferences.recalled(key, allowed, default))


def _to_url(key: str, chosen: T, default: str | None, text: str) -> T:
    """Write a choice to the URL, or take it from there where it is the default."""
    preferences.keep(key, None if text == default else text)
    return chosen
