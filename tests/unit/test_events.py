import json
from typing import Any

import jsonschema
import msgspec
import pytest

from tests.unit.make import generation, mention, moderation
from veille.events import CLASSES, EventType, json_schema
from veille.violations import RULES, explain

SECRET = "zorkmid_secret_value"


def broken(event_type: EventType, message: Any) -> tuple[str, str]:
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    with pytest.raises(ValueError) as caught:  # noqa: PT011  msgspec raises several kinds
        msgspec.json.decode(raw, type=CLASSES[event_type])
    found = explain(caught.value)
    assert found.rule in RULES
    assert SECRET not in f"{found.path}{found.rule}{found.detail}"
    return found.path, found.rule


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"event_id": ""}, "$.event_id", "length"),
        ({"event_id": "x" * 129}, "$.event_id", "length"),
        ({"event_id": 5}, "$.event_id", "type"),
        ({"account_id": None}, "$.account_id", "type"),
        ({"occurred_at": "yesterday " + SECRET}, "$.occurred_at", "datetime"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "$.occurred_at", "datetime"),
        ({"occurred_at": 1767225600}, "$.occurred_at", "type"),
        ({"target_gender": SECRET}, "$.target_gender", "enum"),
        ({"request_class": SECRET}, "$.request_class", "enum"),
        ({"account_followers": 2**70}, "$.account_followers", "range"),
        ({"account_followers": -1}, "$.account_followers", "range"),
        ({"sampling_probability": 0}, "$.sampling_probability", "range"),
        ({"sampling_probability": 1.01}, "$.sampling_probability", "range"),
        ({"language": "not a language " + SECRET}, "$.language", "pattern"),
        ({"jurisdiction": "france"}, "$.jurisdiction", "pattern"),
        ({"source_media_hash": "ff"}, "$.source_media_hash", "pattern"),
        ({"minor_suspected": "yes"}, "$.minor_suspected", "type"),
        ({"event_type": SECRET}, "$.event_type", "event_type"),
        ({"event_type": "generation"}, "$.event_type", "event_type"),
    ],
)
def test_a_broken_mention_names_path_and_rule(change: dict[str, Any], path: str, rule: str) -> None:
    assert broken(EventType.MENTION, mention(**change)) == (path, rule)


def test_missing_fields_are_named() -> None:
    for event_type, event in (
        (EventType.MENTION, mention()),
        (EventType.GENERATION, generation()),
        (EventType.MODERATION, moderation()),
    ):
        for name in json_schema(event_type)["required"]:
            without = {key: value for key, value in event.items() if key != name}
            assert broken(event_type, without) == (f"$.{name}", "required")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [(b"{", "json"), (b"[1]", "json"), (b"null", "json"), (b'{"event_id": "\xff\xfe"}', "utf8"), (b"{} {}", "json")],
)
def test_what_is_no_json_object_is_refused(raw: bytes, rule: str) -> None:
    assert broken(EventType.MENTION, raw)[1] in {rule, "required", "json"}


def test_a_repeated_key_takes_its_last_value() -> None:
    raw = json.dumps(mention())[:-1] + ', "request_class": "question"}'
    assert msgspec.json.decode(raw, type=CLASSES[EventType.MENTION]).request_class == "question"  # type: ignore[attr-defined]


@pytest.mark.parametrize("event_type", list(EventType))
def test_the_json_schema_is_valid_and_agrees_with_the_decoder(event_type: EventType) -> None:
    schema = json_schema(event_type)
    jsonschema.Draft202012Validator.check_schema(schema)
    event = {"mention": mention(), "generation": generation(), "moderation": moderation()}[event_type.value]
    jsonschema.validate(event, schema)
    assert schema["schema_version"] == 2
    for name in schema["required"]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({key: value for key, value in event.items() if key != name}, schema)
