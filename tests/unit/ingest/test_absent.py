"""null means absent, in every optional field, whichever path a message takes."""

import json

import pytest

from tests.unit.ingest.messages import BASES
from tests.unit.make import KEY, NOW, chunk
from veille.events import CLASSES, DEFAULTS, EventType, json_schema
from veille.ingest.decode import Decoded, Decoder
from veille.sources.base import Chunk

CASES = [
    (event_type, field)
    for event_type, kind in CLASSES.items()
    for field in (*kind.__struct_fields__, "event_type")
    if field not in json_schema(event_type)["required"]
]


def decode(event_type: EventType, event: object, *, lax: bool = False) -> Decoded:
    part = chunk([event], event_type)
    return Decoder(KEY)(
        [
            Chunk(
                source=part.source,
                partition=-1,
                event_type=event_type,
                messages=part.messages,
                positions=part.positions,
                lax=lax,
            )
        ],
        NOW,
    )


@pytest.mark.parametrize("lax", [False, True])
@pytest.mark.parametrize("unusual", [{}, {"zork": None}])
@pytest.mark.parametrize(("event_type", "field"), CASES)
def test_null_is_absent(event_type: EventType, field: str, unusual: dict[str, None], lax: bool) -> None:
    event = BASES[event_type](1) | unusual
    without = {name: value for name, value in event.items() if name != field}
    given = decode(event_type, event | {field: None}, lax=lax)
    assert not given.letters
    assert given.tables == decode(event_type, without, lax=lax).tables
    column = given.tables[event_type]
    if field in DEFAULTS[event_type]:
        assert column[field].to_pylist() == [DEFAULTS[event_type][field]]


@pytest.mark.parametrize("event_type", EventType)
def test_all_at_once_as_a_data_frame_writes_them(event_type: EventType) -> None:
    event = BASES[event_type](1)
    required = {name: event[name] for name in json_schema(event_type)["required"]}
    nulls = dict.fromkeys((*CLASSES[event_type].__struct_fields__, "event_type"))
    given = decode(event_type, nulls | required)
    assert not given.letters
    assert given.tables == decode(event_type, required).tables


@pytest.mark.parametrize("event_type", EventType)
def test_null_in_a_required_field_is_a_missing_field(event_type: EventType) -> None:
    for field in json_schema(event_type)["required"]:
        (letter,) = decode(event_type, BASES[event_type](1) | {field: None}).letters
        assert (letter.violation.path, letter.violation.rule) == (f"$.{field}", "required")


def test_null_after_a_value_is_absent_too() -> None:
    repeated = json.dumps(BASES[EventType.MENTION](1)).encode()[:-1] + b', "platform": null}'
    assert decode(EventType.MENTION, repeated).tables[EventType.MENTION]["platform"].to_pylist() == ["unknown"]


@pytest.mark.parametrize("event_type", EventType)
def test_the_schema_allows_it(event_type: EventType) -> None:
    schema = json_schema(event_type)
    for field in set(CLASSES[event_type].__struct_fields__) - set(schema["required"]):
        assert {"type": "null"} in schema["properties"][field]["anyOf"]
