import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.unit.make import KEY, NOW, chunk, mention
from veille.config import Ingest, Store
from veille.events import Place, Position
from veille.ingest import pipeline as pipeline_module
from veille.ingest.decode import Decoded
from veille.ingest.pipeline import Pipeline
from veille.ingest.pool import DecodePool
from veille.ingest.watermark import Watermark
from veille.ingest.writer import Tally, Writer
from veille.sources.base import Chunk
from veille.store.database import Database
from veille.store.errors import StoreFullError


class Scripted:
    """A source of given chunks that notes what was polled and committed."""

    fault: str | None = None
    lost_messages = 0

    def __init__(self, chunks: list[Chunk]) -> None:
        self.chunks = chunks
        self.polled = 0
        self.committed: list[Mapping[Place, Position]] = []

    @property
    def exhausted(self) -> bool:
        return not self.chunks

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        if not self.chunks:
            return []
        self.polled += 1
        return [self.chunks.pop(0)]

    def commit(self, positions: Mapping[Place, Position]) -> None:
        self.committed.append(positions)

    def lag(self) -> Mapping[Place, int]:
        return {}

    def close(self) -> None:
        pass


def chunks(number: int) -> list[Chunk]:
    return [chunk([mention(n)], source="t", partition=n % 2, first=n) for n in range(number)]


def build(source: Scripted, processes: int = 0, **settings: Any) -> tuple[Pipeline, Database]:
    db = Database(None, Store(), KEY)
    options = Ingest(**{"batch_messages": 1, "decode_processes": processes, **settings})
    return Pipeline(source, DecodePool(KEY, None, processes), Writer(db), options, clock=lambda: NOW), db


def test_everything_is_written_and_only_then_committed_outside() -> None:
    source = Scripted(chunks(10))
    pipeline, db = build(source)
    never = threading.Event()
    while not source.exhausted:
        pipeline.step(never)
    pipeline.drain(never)
    assert pipeline.tally == Tally(lines=10, accepted=10, duplicates=0, dead_letters=0, unknown_fields=0)
    assert db.positions() == {("t", 0): Position(9), ("t", 1): Position(10)}
    assert source.committed[-1] == {("t", 1): Position(10)}


def test_worker_processes_keep_the_order_and_survive_a_death() -> None:
    source = Scripted(chunks(6))
    pipeline, db = build(source, processes=1, pending_batches=3)
    never = threading.Event()
    pipeline.step(never)
    for process in list(pipeline._pool._executor._processes.values()):  # type: ignore[union-attr]
        process.kill()
    while not source.exhausted:
        pipeline.step(never)
    pipeline.drain(never)
    pipeline._pool.close()
    assert pipeline.tally.accepted == 6
    assert db.positions() == {("t", 0): Position(5), ("t", 1): Position(6)}


def test_a_full_disk_stops_polling_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_module, "RETRY_SECONDS", 0.01)
    source = Scripted(chunks(3))
    pipeline, _ = build(source)
    write, failures, seen = Writer.write, [5], []

    def failing(self: Writer, decoded: Decoded, positions: Mapping[Place, Position], now: datetime) -> Tally:
        if failures[0]:
            failures[0] -= 1
            seen.append(source.polled)
            raise StoreFullError("the disk is full")
        return write(self, decoded, positions, now)

    monkeypatch.setattr(Writer, "write", failing)
    never = threading.Event()
    while not source.exhausted:
        pipeline.step(never)
    pipeline.drain(never)
    assert set(seen) == {1}
    assert pipeline.tally.accepted == 3
    assert pipeline.blocked is None


def test_a_stop_while_the_disk_is_full_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Scripted(chunks(1))
    pipeline, _ = build(source)

    def full(*_: Any) -> Tally:
        raise StoreFullError("the disk is full")

    monkeypatch.setattr(Writer, "write", full)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(StoreFullError):
        pipeline.step(stop)


def test_calls_run_between_batches() -> None:
    pipeline, _ = build(Scripted([]))
    future, failing = pipeline.call(lambda: 7), pipeline.call(lambda: 1 // 0)
    pipeline.step(threading.Event())
    assert future.result() == 7
    assert isinstance(failing.exception(), ZeroDivisionError)


def test_the_watermark_waits_for_every_partition_but_the_idle() -> None:
    clock = [0.0]
    watermark = Watermark(30, lambda: clock[0])
    assert watermark.value() is None
    early, late = datetime.fromisoformat("2026-01-01T00:00:00Z"), datetime.fromisoformat("2026-01-02T00:00:00Z")
    watermark.observe({("t", 0): early, ("t", 1): late})
    assert watermark.value() == early
    clock[0] = 31.0
    watermark.observe({("t", 1): late})
    assert watermark.value() == late
    watermark.observe({("t", 0): early})
    assert watermark.value() == late, "it never goes back"
