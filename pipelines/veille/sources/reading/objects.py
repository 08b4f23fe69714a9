"""A record as an object, whoever wrote its JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from veille.sources.reading.sections import Record

_decode = msgspec.json.Decoder().decode
_HALVES = re.compile(r"[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def dict_of(record: Record) -> Mapping[str, Any] | str:
    """A record as an object; a text is the reason why it is none.

    NaN and Infinity, which JSON does not know, are null. Half a character, as a text that was cut within one has at its
    end, is U+FFFD.
    """
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
        return _whole(json.loads(record, parse_constant=lambda _: None))
    except (ValueError, RecursionError):
        return None


def _whole(value: Any) -> Any:
    """The value without halves of characters, which no encoding can write."""
    if isinstance(value, str):
        return value if value.isascii() else _HALVES.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value
