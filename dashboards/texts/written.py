"""Numbers and times as a language writes them; times in the zone of the page."""

from datetime import datetime

from dashboards import zones
from dashboards.figures import drew
from dashboards.texts.catalogues import find, language

_THIN = "\u202f"


def number(value: float) -> str:
    """12345 → `12,345`, in French `12 345`."""
    return drew(value, digits_of(value, 0))


def decimal(value: float, digits: int = 1) -> str:
    """1234.56 → `1,234.6`, in French `1 234,6`."""
    return drew(value, digits_of(value, digits))


def digits_of(value: float, digits: int) -> str:
    """As `decimal`, for a text of which the number is a part; who draws the text tells `drew`."""
    return punctuated(_unsigned_zero(f"{value:,.{digits}f}"))


def _unsigned_zero(text: str) -> str:
    """What rounds to nothing has no sign."""
    return text.removeprefix("-") if not text.strip("-0.,") else text


def minute(at: datetime) -> str:
    """A UTC time to the minute, in the chosen zone, without its name."""
    return date(at, "%H:%M")


def date(at: datetime, clock: str) -> str:
    """The date in the chosen zone, followed by the time in the form `clock` (strftime); empty for the date alone."""
    wall = zones.local(at)
    month = find("words.months").split()[wall.month - 1]
    return (
        f"{wall.day:02d} {month} {wall.year}, {wall.strftime(clock)}"
        if clock
        else f"{wall.day:02d} {month} {wall.year}"
    )


def punctuated(english: str) -> str:
    """A number written in English with its signs replaced by those of the language."""
    if language() != "fr":
        return english
    return english.replace(",", _THIN).replace(".", ",")
