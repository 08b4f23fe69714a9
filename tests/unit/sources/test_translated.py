"""Topics of providers' records, envelopes and framed messages arrive as events; poison and outages cost what they must."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.memory_broker import MemoryBroker, MemorySource
from tests.unit.sources.adapters.stories import STORIES, STORY
from tests.unit.sources.test_following import by_id, drained, events_of, mention, start
from veille.config import Kafka, Posts, Registry, Topic
from veille.sources.base import SourceError
from veille.sources.cloud_events import with_attributes
from veille.sources.live_records import LiveTranslator
from veille.sources.registry import SchemaRegistry
from veille.sources.translated import TranslatedStream, topic_options, translated

ALONE: dict[str, Any] = {"mentions_topic": "", "generations_topic": "", "moderations_topic": ""}
Answer = Callable[[httpx.Request], httpx.Response]
POISON = [b"", b"{", b"null", b"\x00\x00\x00\x00\x63poison", b'{"id": "1", "text": "x"}', b"\xff\xff", None]


def arrived(
    messages: list[bytes | None], topic: Topic | None = None, answer: Answer | None = None
) -> tuple[list[dict[str, Any]], TranslatedStream]:
    """Events of a topic with these messages, and the stream that read them."""
    settings = Kafka(**ALONE, topics={"feed": topic or Topic()}, registry=Registry(url="http://registry"))
    broker = MemoryBroker()
    broker.create_topic("feed")
    broker.send("feed", 0, messages)
    registry = SchemaRegistry(settings.registry, httpx.Client(transport=httpx.MockTransport(answer or _unknown)))
    translators = {
        name: LiveTranslator(name, topic_options(name, each, Posts())) for name, each in settings.topics.items()
    }
    stream = TranslatedStream(MemorySource(broker, settings, start()), translators, registry)
    chunks = drained(stream, 3)
    assert [chunk.source for chunk in chunks] == ["feed"] * len(chunks)
    return events_of(chunks), stream


def _unknown(request: httpx.Request) -> httpx.Response:
    return httpx.Response(404, json={"error_code": 40403})


def encoded(*records: object) -> list[bytes | None]:
    return [json.dumps(record).encode() for record in records]


def cloud_event(event: dict[str, Any]) -> dict[str, Any]:
    return {"specversion": "1.0", "type": "veille.mention", "id": event["event_id"], "source": "s", "data": event}


def debezium(event: dict[str, Any]) -> dict[str, Any]:
    return {"op": "c", "before": None, "after": event, "source": {"table": "mentions"}, "ts_ms": 1}


def connect(value: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"type": "struct", "fields": []}, "payload": value}


@pytest.mark.parametrize("wrap", [cloud_event, debezium, connect, lambda each: connect(debezium(each)), dict])
@pytest.mark.parametrize("poisoned", [False, True])
def test_envelopes_are_opened_whatever_stands_between(wrap: Callable[[Any], Any], poisoned: bool) -> None:
    events = [mention(number) for number in range(6)]
    messages = encoded(*map(wrap, events))
    if poisoned:
        messages = [each for message in messages for each in (*POISON, message)]
    found, stream = arrived(messages)
    assert by_id(found) == by_id(events)
    assert stream.left_out["deleted"] == (6 if poisoned else 0)
    assert stream.left_out["not_its_schema"] == (6 if poisoned else 0)
    assert sum(stream.lag().values()) == 0


@pytest.mark.parametrize("name", ["bluesky", "x-zeeschuimer", "mastodon", "x-api-v2"])
def test_a_providers_records_need_no_converter(name: str) -> None:
    records = STORIES[name](list(STORY))
    found, _ = arrived([each for message in encoded(*records) for each in (*POISON, message)])
    assert {each["event_type"] for each in found} == {"mention", "generation"}
    assert by_id(found) == by_id(arrived(encoded(*records), Topic(format=name))[0])


def test_a_deleted_row_is_no_event() -> None:
    found, stream = arrived(encoded({"op": "d", "before": mention(1), "after": None, "source": {}}))
    assert found == []
    assert stream.left_out == {"deleted": 1}


def test_a_mapping_may_stand_in_the_settings() -> None:
    sources = [
        "account_id=who",
        "target_id=whom",
        "event_id=n",
        "post_id=n",
        "occurred_at=at",
        "platform=:x",
        "generator=:grok",
    ]
    topic = Topic(type="mention", map=dict(each.split("=") for each in sources))
    found, _ = arrived(encoded({"who": "a", "whom": "b", "n": "1", "at": "2026-01-03T09:00:00Z"}), topic)
    assert [(each["account_id"], each["target_id"], each["platform"]) for each in found] == [("a", "b", "x")]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (Topic(format="nonsense"), "kafka.topics.feed: unknown format nonsense"),
        (Topic(map={"nonsense": "a"}), r"kafka\.topics\.feed\.map nonsense"),
    ],
)
def test_wrong_settings_name_the_key(topic: Topic, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        topic_options("feed", topic, Posts())


def test_without_topics_the_stream_is_the_clients_own() -> None:
    broker, settings = MemoryBroker(), Kafka()
    source = MemorySource(broker, settings, start())
    assert translated(source, settings, Posts()) is source


def test_binary_cloud_events_are_read_by_their_headers() -> None:
    headers: list[tuple[str, bytes | None]] = [
        ("ce_specversion", b"1.0"),
        ("ce_type", b"veille.mention"),
        ("ce_id", b"e1"),
    ]
    event = mention(1)
    del event["event_type"], event["event_id"]
    message = with_attributes(json.dumps(event).encode(), headers)
    (found,) = arrived([message])[0]
    assert (found["event_type"], found["event_id"]) == ("mention", "e1")
    assert with_attributes(b"{}", [("other", b"1")]) == b"{}"
    assert with_attributes(None, headers) is None


# -- framed messages ---------------------------------------------------------------------------------------------------


AVRO = {
    "type": "record",
    "name": "Mention",
    "fields": [
        {"name": name, "type": ["null", "string"], "default": None}
        for name in ("event_type", "event_id", "platform", "account_id", "target_id", "generator", "post_id", "prompt")
    ]
    + [{"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}],
}


def framed_avro(event: dict[str, Any], number: int = 7) -> bytes:
    fastavro = pytest.importorskip("fastavro")
    buffer = io.BytesIO()
    row = {**event, "occurred_at": 1_767_430_800_000}
    fastavro.schemaless_writer(buffer, fastavro.parse_schema(AVRO), row)
    return b"\0" + number.to_bytes(4, "big") + buffer.getvalue()


class RegistryStandIn:
    """Answers as a schema registry; away: how many calls it refuses first."""

    def __init__(self, schemas: dict[str, dict[str, Any]], away: int = 0) -> None:
        self.schemas, self.away, self.asked = schemas, away, list[str]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.asked.append(path)
        if self.away:
            self.away -= 1
            raise httpx.ConnectError("refused")
        found = self.schemas.get(path)
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)


def test_avro_is_read_by_the_schema_of_the_registry_asked_once() -> None:
    registry = RegistryStandIn({"/schemas/ids/7": {"schema": json.dumps(AVRO)}})
    messages: list[bytes | None] = [framed_avro(mention(number)) for number in range(5)]
    found, stream = arrived([each for message in messages for each in (*POISON, message)], answer=registry)
    assert by_id(found) == by_id([mention(number) for number in range(5)])
    assert {each["occurred_at"] for each in found} == {"2026-01-03T09:00:00Z"}
    assert sorted(registry.asked) == ["/schemas/ids/7", "/schemas/ids/99"]
    assert stream.left_out["not_its_schema"] == 5


def test_a_schema_may_refer_to_others() -> None:
    inner = {"type": "record", "name": "Who", "fields": [{"name": "id", "type": "string"}]}
    outer = {"type": "record", "name": "Row", "fields": [{"name": "who", "type": "Who"}, {"name": "n", "type": "long"}]}
    fastavro = pytest.importorskip("fastavro")
    named: dict[str, Any] = {}
    fastavro.parse_schema(inner, named_schemas=named)
    buffer = io.BytesIO()
    fastavro.schemaless_writer(
        buffer, fastavro.parse_schema(outer, named_schemas=named), {"who": {"id": "a"}, "n": 1 << 60}
    )
    reference = {"name": "Who", "subject": "who", "version": 1}
    registry = RegistryStandIn(
        {
            "/schemas/ids/1": {"schema": json.dumps(outer), "references": [reference]},
            "/subjects/who/versions/1": {"schema": json.dumps(inner)},
        }
    )
    client = SchemaRegistry(Registry(url="http://r/"), httpx.Client(transport=httpx.MockTransport(registry)))
    assert client.unframed(b"\0\0\0\0\x01" + buffer.getvalue()) == b'{"who":{"id":"a"},"n":1152921504606846976}'


def test_protobuf_is_read_by_its_descriptor() -> None:
    descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
    file = descriptor_pb2.FileDescriptorProto(name="default", syntax="proto3")
    file.message_type.add(name="Other")
    row = file.message_type.add(name="Row")
    for number, name in enumerate(
        ("event_type", "event_id", "platform", "account_id", "target_id", "generator", "post_id", "occurred_at"), 1
    ):
        row.field.add(name=name, number=number, type=9, label=1)
    serialized = base64.b64encode(file.SerializeToString()).decode()
    registry = RegistryStandIn(
        {
            "/schemas/ids/3": {"schema": 'syntax = "proto3"; …', "schemaType": "PROTOBUF"},
            "/schemas/ids/3?format=serialized": {"schema": serialized},
        }
    )
    event = {name: value for name, value in mention(4).items() if name != "prompt"}
    content = b"".join(
        bytes([number << 3 | 2, len(event[field.name])]) + event[field.name].encode()
        for number, field in enumerate(row.field, 1)
    )
    found, _ = arrived([b"\0\0\0\0\x03\x02\x02" + content], answer=registry)  # one index, the second type
    assert by_id(found) == by_id([event])


def test_a_registry_that_is_away_is_waited_for_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.sources.translated.RETRY_SECONDS", 0.0)
    registry = RegistryStandIn({"/schemas/ids/7": {"schema": json.dumps(AVRO)}}, away=2)
    found, stream = arrived([framed_avro(mention(number)) for number in range(3)], answer=registry)
    assert len(found) == 3
    assert stream.fault is None
    assert stream.left_out["not_its_schema"] == 0
    registry.away = 1_000
    found, stream = arrived([framed_avro(mention(1))], answer=RegistryStandIn({}, away=1_000))
    assert found == []
    assert stream.fault == "waiting for the schema registry at kafka.registry.url: ConnectError"
    assert sum(stream.lag().values()) == 1


@pytest.mark.parametrize(
    ("settings", "status", "cure"),
    [
        (Registry(), 200, "set kafka.registry.url"),
        (Registry(url="http://r"), 401, "PASSWORD"),
        (Registry(url="http://r"), 200, "check the address"),
    ],
)
def test_what_does_not_pass_by_itself_names_its_cure(settings: Registry, status: int, cure: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, text="<html>")))
    with pytest.raises(SourceError) as error:
        SchemaRegistry(settings, client).unframed(b"\0\0\0\0\x07content")
    assert cure in f"{error.value} {error.value.cure or ''}"
