"""Values of a query's parameters, from what a person typed."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import get_args

from veille.events import RequestClass
from veille.research.errors import ResearchError
from veille.research.examples.header import Parameter
from veille.times import naive

Value = str | int | float | bool | datetime | None


def bind(parameters: Sequence[Parameter], given: Mapping[str, str | None]) -> dict[str, Value]:
    """Every parameter's value: what was given as text, else its default. `null` is no value.

    Times are ISO 8601, UTC where they name no zone, and come out naive in UTC. Raises ResearchError that names the
    parameter: unknown, missing, unreadable, outside of the range in the header, or a value that can select nothing.
    """
    known = {parameter.name for parameter in parameters}
    unknown = sorted(name for name, text in given.items() if text is not None and name not in known)
    if unknown:
        takes = ", ".join(sorted(known)) or "none"
        raise ResearchError(f"unknown parameter {', '.join(unknown)}; this query has: {takes}")
    bound: dict[str, Value] = {}
    for parameter in parameters:
        text = given.get(parameter.name)
        text = parameter.default if text is None else text
        if text is None:
            raise ResearchError(f"{parameter.name} ({parameter.type}) is required: {_option(parameter.name)}")
        bound[parameter.name] = _value(parameter, text)
    _refuse_empty(bound)
    return bound


def guess(text: str) -> Value:
    """A value whose type no header declares: a whole number, a number, a time, or text."""
    for read in (int, float, utc_time):
        try:
            return read(text)
        except ValueError:
            continue
    return None if text == "null" else text


def _value(parameter: Parameter, text: str) -> Value:
    if text == "null":
        return None
    try:
        value = _READERS.get(parameter.type, str)(text)
    except ValueError:
        raise ResearchError(f"{parameter.name}={text} is not a {_WORDS[parameter.type]}") from None
    limits = _RANGE.fullmatch(parameter.unit)
    if limits and isinstance(value, int | float) and not _within(value, limits):
        raise ResearchError(f"{parameter.name}={text} is out of range: it takes {parameter.unit}")
    return value


def _within(value: float, limits: re.Match[str]) -> bool:
    if limits["only_least"]:
        return value >= float(limits["only_least"])
    return float(limits["least"]) <= value <= float(limits["most"])


def _refuse_empty(bound: Mapping[str, Value]) -> None:
    since, until, asked = bound.get("since"), bound.get("until"), bound.get("request_class")
    if isinstance(since, datetime) and isinstance(until, datetime) and since >= until:
        raise ResearchError(f"since={since} is not before until={until}: nothing lies between them")
    if asked is not None and asked not in get_args(RequestClass):
        raise ResearchError(
            f"request_class={asked} is not a class; it takes one of: {', '.join(get_args(RequestClass))}"
        )


def utc_time(text: str) -> datetime:
    """ISO 8601 → naive UTC; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return naive(moment)


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _option(name: str) -> str:
    return f"--{name} VALUE" if name in ("since", "until") else f"--param {name}=VALUE"


_RANGE = re.compile(r"from (?P<only_least>-?[\d.]+)|(?P<least>-?[\d.]+) to (?P<most>-?[\d.]+)")
"""The unit of a number in a header, where it states a range: `from 1`, `0 to 1`."""

_READERS: Mapping[str, Callable[[str], Value]] = {
    "TIMESTAMP": utc_time,
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": _truth,
}
_WORDS = {
    "TIMESTAMP": "time such as 2026-01-05 or 2026-01-05T12:00:00Z",
    "BIGINT": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "truth value (true or false)",
}
