"""Whatever happens to the fake broker and its readers, messages come in order and none is skipped."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.sources.backends import folder, starting
from tests.memory_broker import MemoryBroker, MemorySource
from veille.config import Kafka
from veille.events import Place, Position
from veille.sources.base import Start

SETTINGS = Kafka()
TOPIC = SETTINGS.mentions_topic
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 2)),
        st.tuples(st.just("poll"), st.integers(1, 5)),
        st.tuples(st.just("crash"), st.booleans()),
        st.tuples(st.just("outage"), st.booleans()),
        st.tuples(st.just("elsewhere"), st.integers(1, 5)),
    ),
    max_size=40,
)


class World:
    """A broker, a reader with the database that outlives it, and another folder that reads the same topics."""

    def __init__(self) -> None:
        self.broker = MemoryBroker()
        for topic in (TOPIC, SETTINGS.generations_topic, SETTINGS.moderations_topic):
            self.broker.create_topic(topic, 3)
        self.database: dict[Place, Position] = {}
        self.folder = folder()
        self.read: dict[Place, list[int]] = {}
        self.reader = self.open()
        self.second = MemorySource(self.broker, SETTINGS, starting())

    def open(self) -> MemorySource:
        return MemorySource(self.broker, SETTINGS, Start(self.database.get, self.folder))

    def send(self, partition: int) -> None:
        self.broker.send(TOPIC, partition, [b"%d" % self.broker.end_offsets(TOPIC)[partition]])

    def poll(self, most: int) -> None:
        for chunk in self.reader.poll(most, 0):
            assert [int(message or b"") for message in chunk.messages] == list(chunk.positions)
            self.read.setdefault(chunk.place, []).extend(chunk.positions)
            self.database[chunk.place] = chunk.next_position

    def crash(self, _: int) -> None:
        self.reader = self.open()

    def outage(self, over: int) -> None:
        self.broker.outage(over=bool(over))

    def elsewhere(self, most: int) -> None:
        self.second.poll(most, 0)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_nothing_is_skipped(steps: list[tuple[str, int]]) -> None:
    world = World()
    for step, value in steps:
        getattr(world, step)(value)
    world.outage(over=True)
    world.poll(1000)
    for partition, end in world.broker.end_offsets(TOPIC).items():
        assert world.read.get((TOPIC, partition), []) == list(range(end))


def test_polls_wait_for_the_first_message_only() -> None:
    broker = MemoryBroker()
    broker.create_topic(TOPIC)
    source = MemorySource(broker, SETTINGS, starting())
    sender = threading.Timer(0.05, broker.send, (TOPIC, 0, [b"late"]))
    sender.start()
    (chunk,) = source.poll(10, 30)
    assert chunk.messages == [b"late"]
    assert source.poll(10, 0) == []


def test_polls_respect_their_limit_over_all_partitions() -> None:
    broker = MemoryBroker()
    broker.create_topic(TOPIC, 3)
    for partition in range(3):
        broker.send(TOPIC, partition, [b"x"] * 5)
    source = MemorySource(broker, SETTINGS, starting())
    assert [sum(len(chunk.messages) for chunk in source.poll(7, 0)) for _ in range(3)] == [7, 7, 1]
    assert source.lag() == {(TOPIC, partition): 0 for partition in range(3)}
