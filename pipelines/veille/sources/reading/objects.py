"""A record as an object, whoever wrote its JSON."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from veille.sources.reading.sections import Record

_decode = msgspec.json.Decoder().decode


def dict_of(record: Record) -> Mapping[str, Any] | str:
    """A record as an object; a text is the reason why it is none. NaN and Infinity, which JSON does not know, are null."""
    if not isinstance(record, bytes):
        return record
    try:
        value = _decode(record)
    except RecursionError:
        return "unreadable"
    except ValueError:
        value = _lenient(record)
    return value if isinstance(value, dict) else "unreadable" if value is None else "not_an_object"


def _lenient(record: bytes) -> Any:
    try:
        return json.loads(record, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
