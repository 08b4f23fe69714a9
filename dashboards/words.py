"""Names that people read, in the language of the page: of values of the contract, of languages, of numbers and times."""

import re
from datetime import datetime, timedelta

from dashboards import zones
from dashboards.figures import drew, named
from dashboards.texts import language, names, t, written

number, decimal, minute = written.number, written.decimal, written.minute
STEPS = {60: "minute", 600: "ten_minutes", 3600: "hour", 86_400: "day"}
"""Length of a step in seconds → its key in the texts."""


def step(seconds: int) -> str:
    """A step, in the middle of a sentence: `hour`."""
    return t(f"steps.{STEPS[seconds]}")


def requests_of(request_class: str | None) -> str:
    """What is counted, in the middle of a sentence: `sexualising requests`."""
    return t(f"requests_of.{request_class or 'every'}")


def of_class(request_class: str | None) -> str:
    """The class alone, short: `every class`, `sexualising requests`."""
    return t("words.every_class") if request_class is None else requests_of(request_class)


def spoken(code: str | None) -> str:
    """Name of a language by its code, the code itself where it has none here."""
    return t("words.not_stated") if code is None else names("languages").get(code, code)


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def signed(value: float, digits: int = 1) -> str:
    """12.34 → `+12.3`."""
    text = f"{value:+,.{digits}f}"
    return drew(value, written.punctuated(text if float(text.replace(",", "")) else text[1:]))


def percent(share: float | None, digits: int = 1) -> str:
    """0.1234 → `12.3 %`; a dash where there is nothing to divide by."""
    return "–" if share is None else drew(share, f"{written.digits_of(100 * share, digits)} %")


def size(byte_count: int) -> str:
    """Bytes in the unit a person would choose: `1.2 MB`."""
    amount, unit = float(byte_count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    unit = unit.replace("B", "o") if language() == "fr" else unit
    digits = 0 if byte_count < 1000 or amount >= 100 else 1
    return drew(byte_count, f"{written.digits_of(amount, digits)} {unit}")


def moment(at: datetime | None) -> str:
    """A UTC time to the second, as a clock in the chosen zone shows it, with the zone."""
    return t("words.not_known_yet") if at is None else f"{written.date(at, '%H:%M:%S')} {zones.label(at)}"


def hour(at: datetime) -> str:
    """The time of day alone, in the chosen zone."""
    return f"{zones.local(at):%H:%M}"


def day(at: datetime) -> str:
    """The date alone, in the chosen zone."""
    return written.date(at, "")


def period(since: datetime, until: datetime) -> str:
    """`10 Jan 2026, 12:00 to 11 Jan 2026, 12:00 UTC`."""
    return t("words.period", since=minute(since), until=minute(until), zone=zones.over(since, until))


def ago(span: timedelta) -> str:
    """How long, in the largest unit that fits: `2 s`, `14 min`, `3 h`, `12 days`."""
    seconds = max(0.0, span.total_seconds())
    for limit, length, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / length:.0f} {unit}"
    return t("words.days", n=named(round(seconds / 86_400), "age"))


def escape_markdown(text: str) -> str:
    """Text of others for a place that reads Markdown: every sign of Markdown is shown as itself."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>~:$^=-])", r"\\\1", text).replace("\n", " ")


def short_time_format() -> str:
    """A time to the minute, for frames and charts (strftime)."""
    return t("words.time_format")


def table_time_format() -> str:
    """A time to the minute, for `st.column_config.DatetimeColumn`."""
    return t("words.table_time_format")
