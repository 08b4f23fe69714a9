"""The time zone in which a page shows times. What is stored and asked for stays UTC without a zone."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from veille.times import naive_now

DEFAULT = "UTC"
SESSION_KEY = "chosen_zone"
_CLOCKS_LOOKED_AT = timedelta(days=28)
"""Clocks that change stay so for longer than this, but for a few of Ramadan."""


def name() -> str:
    """The chosen zone, by its IANA name; UTC outside of a running page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    return str(st.session_state.get(SESSION_KEY, DEFAULT))


def label(at: datetime | None = None, zone: str | None = None) -> str:
    """The zone as it stands beside times, such as `UTC`, `CET` or `UTC+03`. at: a UTC time at which it holds; without one it stands for
    any time of a year."""
    if at is None:
        now = naive_now()
        return over(now - timedelta(days=365), now, zone)
    short = local_aware(at, zone).tzname() or DEFAULT
    return f"UTC{short}" if short[:1] in "+-" else short


def over(since: datetime, until: datetime, zone: str | None = None) -> str:
    """The zone as it stands beside times of a period (UTC): its place, such as `Europe/Paris`, where the clocks change in it."""
    steps = -((since - until) // _CLOCKS_LOOKED_AT)
    found = {label(min(since + n * _CLOCKS_LOOKED_AT, until), zone) for n in range(steps + 1)}
    return found.pop() if len(found) == 1 else (zone or name()).replace("_", " ")


def local_aware(at: datetime, zone: str | None = None) -> datetime:
    """A UTC time without a zone, in the chosen zone."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone or name()))


def local(at: datetime, zone: str | None = None) -> datetime:
    """What a clock on the wall shows at this UTC time."""
    return local_aware(at, zone).replace(tzinfo=None)


def utc(at: datetime, zone: str | None = None) -> datetime:
    """The UTC time at which the clock on the wall shows this."""
    return at.replace(tzinfo=ZoneInfo(zone or name())).astimezone(UTC).replace(tzinfo=None)


def column(at: pl.Expr, zone: str | None = None) -> pl.Expr:
    """A column of UTC times as a clock on the wall shows them. In the hour that autumn repeats, times meet."""
    chosen = zone or name()
    if chosen == DEFAULT:
        return at
    return at.dt.replace_time_zone("UTC").dt.convert_time_zone(chosen).dt.replace_time_zone(None)


def frame(rows: pl.DataFrame) -> pl.DataFrame:
    """A table with all its times in the chosen zone, for the screen."""
    times: list[Any] = [key for key, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    return rows.with_columns(column(pl.col(times))) if times and name() != DEFAULT else rows


@cache
def choices() -> tuple[str, ...]:
    """Names to choose from: UTC, then places in order."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return (DEFAULT, *sorted(zone for zone in available_timezones() if zone.partition("/")[0] in areas))
