"""What an adapter is, and what several share."""

import calendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from veille.sources.post import NamedPerson, Post, PostAccount, PostAuthor
from veille.sources.reading.moments import moment, rfc3339
from veille.sources.reading.values import LOST, count_of, flag_of, id_of, text_of

Record = dict[str, Any]
Found = Iterable[Post | PostAuthor | NamedPerson | Record | str]
"""What one record holds: posts; authors of posts seen elsewhere; people named beside them; mentions in the contract's
fields, of formats without text; and the reason why a part of it is none of these."""


class People(StrEnum):
    """How records name people, as the page of formats says it. What shows a number beside a handle teaches an alias."""

    BOTH = "number and handle"
    AUTHORS = "authors by number and handle, others by handle"
    NUMBERS = "number"
    AS_GIVEN = "as the file names them"


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One provider's format. Pure: a record in, posts out.

    fits: whether a record (for tables: a row, of which the names count) is of this format. posts: its posts. shape: the
    type that JSON is decoded into, where not a plain object. document: where the provider describes it. platform: None
    where each post names its own (`platform_of`). people: how its records name people, where they say so.
    """

    name: str
    title: str
    platform: str | None
    people: People
    document: str
    fits: Callable[[Record], bool]
    posts: Callable[[Any], Found]
    shape: Any = None
    platform_of: Callable[[Record], str] | None = None


def has(record: Mapping[str, Any], *names: str) -> bool:
    """Whether a record has all these names."""
    return all(name in record for name in names)


def dig(record: Any, *path: str) -> Any:
    """What stands at a path of names; None where a step is missing or is no object."""
    for name in path:
        if not isinstance(record, dict):
            return None
        record = record.get(name)
    return record


def first(record: Mapping[str, Any], *names: str) -> Any:
    """The first of these names that holds a value."""
    for name in names:
        value = record.get(name)
        if value is not None and value != "":
            return value
    return None


def ident(*values: Any) -> str | None:
    """The first value that is an id with all its digits."""
    for value in values:
        found = id_of(value)
        if found is not None and found is not LOST:
            return str(found)
    return None


def person(identifier: Any, handle: Any = None) -> PostAccount | None:
    """An account by number and handle; None where there is neither."""
    number, name = ident(identifier), ident(handle)
    if number is None and name is None:
        return None
    return PostAccount(number, name.lstrip("@") if name else None)


NOBODY = PostAccount(None)


def text(value: Any) -> str:
    """Text of a post; empty where missing."""
    return text_of(value) or ""


def when(value: Any) -> str | None:
    """A provider's time as RFC 3339 in UTC: ISO, Twitter's form, or Unix time by its size. None where it is none."""
    if isinstance(value, str):
        bare = value.strip()
        if len(bare) == 30 and bare[19:26] == " +0000 ":
            return _twitter(bare)
        if bare.replace(".", "", 1).isdigit():
            return _unix(float(bare))
        return _written(bare)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _unix(float(value))
    return None


_MONTH = {name: f"{number:02d}" for number, name in enumerate(calendar.month_abbr)}


def _twitter(value: str) -> str | None:
    month = _MONTH.get(value[4:7], "00")
    written = f"{value[26:]}-{month}-{value[8:10]}T{value[11:19]}Z" if month != "00" else ""
    return written if written and moment(written) else None


@lru_cache(65_536)
def _written(value: str) -> str | None:
    at = moment(value)
    return rfc3339(at) if at else None


def _unix(value: float) -> str | None:
    size = abs(value)
    seconds = value if size < 1e11 else value / 1e3 if size < 1e14 else value / 1e6 if size < 1e17 else value / 1e9
    if not 0 < seconds < 7e9:
        return None
    return rfc3339(datetime.fromtimestamp(round(seconds, 6), UTC))


def language(value: Any) -> str | None:
    """A language tag that the contract accepts; None for a platform's words for unknown."""
    return _tag(value) if isinstance(value, str) else None


@lru_cache(4_096)
def _tag(value: str) -> str | None:
    found = text_of(value)
    if found is None or found.lower() in ("und", "unknown", "zxx", "qme", "qst", "qht", "qam", "qct"):
        return None
    return found.replace("_", "-") if found.replace("-", "").replace("_", "").isalnum() and len(found) <= 16 else None


def names_in(value: Any) -> list[str]:
    """Names in a list, or in a cell that separates them by commas, semicolons, bars or blanks."""
    if isinstance(value, list):
        return [str(name) for name in value if isinstance(name, str | int)]
    found = text_of(value)
    if found is None:
        return []
    for mark in "[]'\"":
        found = found.replace(mark, "")
    for mark in ";|,":
        found = found.replace(mark, " ")
    return found.split()


yes, count = flag_of, count_of
