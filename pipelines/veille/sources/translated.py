"""Topics that do not hold events of the contract: their messages are translated between the client and ingest."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from veille.config import Kafka, Posts, Topic
from veille.events import EventType, Place, Position
from veille.sources import mapping
from veille.sources.base import Chunk, NeighbourSighting, SourceError, Stream, StreamChange
from veille.sources.chunk_queue import ChunkQueue
from veille.sources.live_records import LiveTranslator
from veille.sources.registry import RegistryAwayError, SchemaRegistry, is_framed
from veille.sources.translate import Options, check_format
from veille.sources.waiting import AwaitedResource

RETRY_SECONDS = 2.0


def translated(stream: Stream, settings: Kafka, posts: Posts) -> Stream:
    """The stream with the topics of `[kafka.topics]` translated. Raises SourceError for settings that cannot work."""
    if not settings.topics:
        return stream
    translators = {
        name: LiveTranslator(name, topic_options(name, topic, posts)) for name, topic in settings.topics.items()
    }
    return TranslatedStream(stream, translators, SchemaRegistry(settings.registry))


def topic_options(name: str, topic: Topic, posts: Posts) -> Options:
    """What the settings say about one topic. Raises SourceError that names the key."""
    where = f"kafka.topics.{name}"
    pairs = [
        *(mapping.load(Path(topic.map_file)) if topic.map_file else ()),
        *(f"{k}={v}" for k, v in topic.map.items()),
    ]
    try:
        check_format(topic.format)
        return Options(
            event_type=EventType(topic.type) if topic.type else None,
            mapping=mapping.parse(pairs, f"{where}.map") if pairs else None,
            format=topic.format,
            posts=posts,
            day_first=None if topic.dates is None else topic.dates == "day-first",
            wait=False,
        )
    except SourceError as error:
        raise SourceError(str(error) if where in str(error) else f"{where}: {error}") from None


class TranslatedStream:
    """A stream of which some topics are translated; positions stay those of the topics."""

    on_broker = True

    def __init__(self, stream: Stream, translators: Mapping[str, LiveTranslator], registry: SchemaRegistry) -> None:
        self._stream, self._translators, self._registry = stream, translators, registry
        self._queue = ChunkQueue()
        self._held: list[Chunk] = []
        self._away = AwaitedResource("the schema registry answers")
        self._retry_at = 0.0
        self._own: Counter[str] = Counter()

    @property
    def fault(self) -> str | None:
        """See `Source.fault`."""
        return self._away.reason or self._stream.fault

    @property
    def lost_messages(self) -> int:
        """See `Source.lost_messages`."""
        return self._stream.lost_messages

    @property
    def left_out(self) -> Mapping[str, int]:
        """See `Stream.left_out`."""
        return sum((each.left_out for each in self._translators.values()), Counter(self._own))

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """See `Source.poll`. While the registry is away nothing more is polled: the topics keep it."""
        if self._held:
            if time.monotonic() < self._retry_at:
                time.sleep(timeout)
                return []
        elif not self._queue.messages:
            self._held = self._stream.poll(max_messages, timeout)
        while self._held:
            try:
                self._queue.put(self._passed_on(self._held[0]))
            except RegistryAwayError as error:
                self._away.because(f"waiting for the schema registry at kafka.registry.url: {error}")
                self._retry_at = time.monotonic() + RETRY_SECONDS
                break
            del self._held[0]
            self._away.is_over()
        return self._queue.take(max_messages)

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """See `Source.commit`."""
        self._stream.commit(positions)

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        return self._stream.changes()

    def sighting(self) -> NeighbourSighting | None:
        """See `Stream.sighting`."""
        return self._stream.sighting()

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`. What was polled and waits here counts too."""
        lag = Counter(dict(self._stream.lag()))
        lag.update({chunk.place: len(chunk.messages) for chunk in self._held})
        return lag

    def close(self) -> None:
        """See `Source.close`."""
        self._registry.close()
        self._stream.close()

    def _passed_on(self, chunk: Chunk) -> list[Chunk]:
        translator = self._translators.get(chunk.source)
        if translator is None:
            return [chunk]
        records, positions, own = list[bytes](), list[int](), Counter[str]()
        for message, position in zip(chunk.messages, chunk.positions, strict=True):
            content = message
            if message is not None and is_framed(message):
                content = self._registry.unframed(message)
                if content is None:
                    own["not_its_schema"] += 1
                    continue
            if content is None:
                own["deleted"] += 1
                continue
            records.append(content)
            positions.append(position)
        whole = replace(chunk, messages=records, positions=positions, after=chunk.next_position.offset)
        found = translator.chunks(whole, records)
        self._own += own
        return found
