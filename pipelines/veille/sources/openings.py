"""Ways in which a record may be wrapped, each undone by one function: envelopes, lists inside an object, flattened names."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from veille.sources.adapters.envelopes import is_envelope, unwrap

Opening = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any] | str]]
"""A record → the records in it; a text is the reason why one is left out."""
_LISTS = (
    "data",
    "items",
    "results",
    "posts",
    "tweets",
    "statuses",
    "records",
    "messages",
    "events",
    "comments",
    "hits",
)
_MOST_ITEMS = 10_000


def as_it_is(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any] | str]:
    return (record,)


def enveloped(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any] | str]:
    """CloudEvents, Debezium, Kafka Connect."""
    return (unwrap(dict(record)),)


def listed(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any] | str]:
    """An object around the list of the records, as the pages of many APIs are."""
    inner = _list_in(record)
    return [each if isinstance(each, dict) else "not_an_object" for each in inner] if inner else ("control_message",)


def _list_in(record: Mapping[str, Any]) -> list[Any] | None:
    for name in _LISTS:
        value = record.get(name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return value
    return None


def nested(mark: str, record: Mapping[str, Any]) -> Sequence[Mapping[str, Any] | str]:
    """A row whose column names are paths (`user.id`, `tags/0/name`), as an object. Empty cells are absent."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if value is None or value == "":
            continue
        at = found
        *above, last = str(name).split(mark)
        for step in above:
            inner = at.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            at = inner
        else:
            at[last] = _structured(value)
    return ({name: _with_lists(value) for name, value in found.items()},)


def _structured(value: Any) -> Any:
    """A cell that holds a list or an object, as JSON or as Python writes it."""
    if not isinstance(value, str) or value[:1] not in "[{" or value[-1:] not in "]}":
        return value
    try:
        return msgspec.json.decode(value)
    except ValueError:
        pass
    try:
        return ast.literal_eval(value) if len(value) < 100_000 else value
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value


def _with_lists(value: Any) -> Any:
    """Objects whose names count from 0 are lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(each) for name, each in value.items()}
    if inner and all(name.isdigit() for name in inner) and len(inner) < _MOST_ITEMS:
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def openings(records: Sequence[Mapping[str, Any]]) -> Iterator[Opening]:
    """The ways in which these records may be opened, the likeliest first."""
    if any(map(is_envelope, map(dict, records))):
        yield enveloped
        return
    yield as_it_is
    if any(map(_list_in, records)):
        yield listed
    names = {str(name) for record in records for name in record}
    for mark in "./":
        if any(mark in name for name in names):
            yield partial(nested, mark)
