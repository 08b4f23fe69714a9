"""What a person chooses: time range, step, request class. The choice stands in the URL, so a link reopens the same view."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

import streamlit as st

from dashboards import data, ranges, words
from dashboards.data import Catalogue
from dashboards.ranges import Span

_STEP_LABELS = {"auto": "Automatic", "60": "Minute", "600": "10 minutes", "3600": "Hour", "86400": "Day"}
_CLASS_LABELS = {"all": "All classes", **words.REQUEST_CLASSES}
_BY = {"answer": "Answer", "class": "Request class"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period:
    """A chosen range, not yet resolved against the clock."""

    name: str
    since: datetime | None
    until: datetime | None
    step: int

    def span(self, found: Catalogue, now: datetime) -> Span:
        if self.name == "custom" and self.since and self.until:
            return ranges.absolute(self.since, self.until, self.step, now)
        name = "24h" if self.name == "custom" else self.name
        return ranges.relative(name, self.step, now, found.first_at, found.newest_at)


@dataclass(frozen=True, slots=True)
class View:
    """What the page Now shows. request_class: None counts every class. by_class: whether bars are stacked by request class."""

    period: Period
    request_class: str | None
    by_class: bool
    live: bool


def view() -> View:
    """The controls of the page Now."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = _range("24h")
        chosen = _select("Requests counted", "class", _CLASS_LABELS, "sexualising", width=150)
        by = _segments("Bars by", "by", _BY, "answer")
        step = _step()
        live = _live()
    period = _period(name, step)
    return View(period, None if chosen == "all" else chosen, by == "class", live)


def feed_period() -> tuple[Period, bool]:
    """The controls of the page Feed: a range and whether the page follows the stream."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = _range("6h")
        step = _step()
        live = _live()
    return _period(name, step), live


def _range(default: str) -> str:
    return _segments("Period", "range", ranges.LABELS, default)


def _step() -> int:
    chosen = _select("Step", "step", _STEP_LABELS, "auto", width=128)
    return ranges.AUTO if chosen == "auto" else int(chosen)


def _live() -> bool:
    _from_url("live", {"on", "off"}, "on", lambda text: text == "on")
    on = st.toggle("Live", key="live", help="Follow the stream: the numbers renew themselves every two seconds.")
    return _to_url("live", on, "on", "on" if on else "off")


def _period(name: str, step: int) -> Period:
    if name != "custom":
        return Period(name, None, None, step)
    today = datetime.combine(data.now().date(), time())
    with st.container(horizontal=True, gap="small"):
        since = _moment("From (UTC)", "since", today - timedelta(days=7))
        until = _moment("To (UTC)", "until", today + timedelta(days=1))
    return Period(name, since, until, step)


def _segments(label: str, key: str, labels: dict[str, str], default: str) -> str:
    _from_url(key, labels, default)
    chosen = (
        st.segmented_control(label, list(labels), required=True, format_func=labels.__getitem__, key=key) or default
    )
    return _to_url(key, chosen, default, chosen)


def _select(label: str, key: str, labels: dict[str, str], default: str, *, width: int) -> str:
    _from_url(key, labels, default)
    chosen = st.selectbox(label, list(labels), format_func=labels.__getitem__, key=key, width=width) or default
    return _to_url(key, chosen, default, chosen)


def _moment(label: str, key: str, default: datetime) -> datetime:
    text = st.query_params.get(key, "")
    try:
        given = datetime.fromisoformat(text)
        given = given.astimezone(UTC).replace(tzinfo=None) if given.tzinfo else given
    except ValueError:
        given = default
    st.session_state.setdefault(key, given)
    chosen = st.datetime_input(label, key=key, width=230) or default
    return _to_url(key, chosen, None, chosen.isoformat(timespec="minutes"))


def _from_url(key: str, allowed: Container[str], default: str, read: Callable[[str], Any] = str) -> None:
    """Give the widget `key` its first value: the URL's, where that is one of `allowed`. Values, not labels, stand in the URL: a link
    means the same in every language."""
    text = st.query_params.get(key, default)
    st.session_state.setdefault(key, read(text if text in allowed else default))


def _to_url(key: str, chosen: T, default: str | None, text: str) -> T:
    """Write a choice to the URL, or take it from there where it is the default."""
    if text != default:
        st.query_params[key] = text
    elif key in st.query_params:
        del st.query_params[key]
    return chosen
