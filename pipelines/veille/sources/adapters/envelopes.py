"""Envelopes around a record: CloudEvents, Debezium, Kafka Connect with schema."""

import base64
import binascii
from typing import Any

import msgspec

from veille.events import EventType
from veille.sources.adapters.base import Record, has

_DAY = 86_400
_DATES = ("io.debezium.time.Date", "org.apache.kafka.connect.data.Date")


def is_envelope(record: Record) -> bool:
    """Whether a record wraps another one."""
    return has(record, "specversion", "type") or _is_change(record) or _is_connect(record)


def _is_change(record: Record) -> bool:
    return has(record, "op", "after") and ("source" in record or "before" in record)


def _is_connect(record: Record) -> bool:
    return has(record, "schema", "payload") and len(record) == 2


def unwrap(record: Record) -> Record | str:
    """The record inside, through any nesting; a text is the reason why there is none."""
    for _ in range(4):
        if has(record, "specversion", "type"):
            inner = _cloud_event(record)
        elif _is_connect(record):
            inner = _dated(record["payload"], record["schema"])
        elif _is_change(record):
            inner = record["after"]
        else:
            return record
        if inner is None:
            return "deleted"
        if not isinstance(inner, dict):
            return "not_an_object"
        record = inner
    return record


def _cloud_event(record: Record) -> Any:
    data = record.get("data")
    try:
        if isinstance(record.get("data_base64"), str):
            data = msgspec.json.decode(base64.b64decode(record["data_base64"]))
        elif isinstance(data, str):
            data = msgspec.json.decode(data)
    except (ValueError, binascii.Error):
        return "unreadable"
    if not isinstance(data, dict) or "event_type" in data:
        return data
    words = str(record["type"]).lower().replace("/", ".").split(".")
    named = next((kind for kind in EventType if kind.value in words or kind.table in words), None)
    if named is None or not {"account_id", "outcome", "subject_id"} & data.keys():
        return data
    return {"event_type": named.value, "event_id": record.get("id"), "occurred_at": record.get("time")} | data


def _dated(payload: Any, schema: Any) -> Any:
    """Days since 1970 as dates: alone a number of days cannot be told from seconds."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(payload, dict) or not isinstance(fields, list):
        return payload
    found = dict(payload)
    for field in fields:
        name = field.get("field") if isinstance(field, dict) else None
        if name not in found:
            continue
        if field.get("name") in _DATES and isinstance(found[name], int):
            found[name] *= _DAY
        elif field.get("type") == "struct":
            found[name] = _dated(found[name], field)
    return found
