"""What no rule has foreseen: one dead letter, and nothing else suffers."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.shared_data import shared_case
from tests.unit.ingest.test_pipeline import Scripted, build
from tests.unit.make import KEY, NOW, chunk, mention
from veille.events import EventType, Position
from veille.ingest.cleaning import Cleaner
from veille.ingest.decode import Decoder
from veille.privacy import Pseudonymiser, unseal, vault_keypair
from veille.sources.files import FileSource

OUT_OF_THE_CALENDAR = {"collected_at": "0001-01-01T00:00:00+14:00"}


def fails_for(word: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(owner: Pseudonymiser | Cleaner, *arguments: Any) -> Any:
        if word in str(arguments):
            raise ZeroDivisionError(f"what nobody foresaw: {word}")
        return real(owner, *arguments)

    return call


@pytest.mark.parametrize("method", ["column", "unique_column", "texts"])
def test_a_fault_in_a_column_costs_one_message(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    owner = Cleaner if method == "texts" else Pseudonymiser
    monkeypatch.setattr(owner, method, fails_for("poison", getattr(owner, method)))
    events = [mention(number, prompt="please") for number in range(1, 40)]
    for at in (7, 8, 30):
        events[at] |= {"event_id": f"poison{at}", "account_id": f"poison{at}", "prompt": f"poison{at}"}
    private, public = vault_keypair()
    decoded = Decoder(KEY, public)([chunk(events[:20], first=1), chunk(events[20:], first=21)], NOW)
    assert [letter.position for letter in decoded.letters] == [8, 9, 31]
    field = {"column": "account_id", "unique_column": "event_id", "texts": "prompt"}[method]
    assert {(letter.violation.path, letter.violation.rule) for letter in decoded.letters} == {(f"$.{field}", "row")}
    assert "poison" not in str([letter.violation for letter in decoded.letters])
    assert decoded.tables[EventType.MENTION].num_rows == 36
    assert decoded.messages == 39
    originals = [unseal(private, seal.sealed) for seal in decoded.sealed]
    assert "x\tasker_1" in originals
    assert not any("poison" in original for original in originals)


def test_a_fault_while_sealing_seals_later(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = vault_keypair()
    decoder = Decoder(KEY, public)
    with monkeypatch.context() as patch:
        patch.setattr("veille.ingest.decode.seal", lambda *_: 1 / 0)
        assert len(decoder([chunk([mention(1)])], NOW).letters) == 1
    sealed = decoder([chunk([mention(1)])], NOW).sealed
    assert "x\tasker_1" in {unseal(private, seal.sealed) for seal in sealed}


@pytest.mark.parametrize("processes", [0, 1])
def test_the_pipeline_goes_on_behind_it(processes: int) -> None:
    events = [mention(1), mention(2, **OUT_OF_THE_CALENDAR), mention(3, platform=None), mention(4)]
    source = Scripted([chunk(events, source="t", partition=0, first=0)])
    pipeline, db = build(source, processes=processes)
    try:
        pipeline.step(threading.Event())
        pipeline.drain(threading.Event())
    finally:
        pipeline._pool.close()
    assert (pipeline.tally.accepted, pipeline.tally.dead_letters) == (3, 1)
    assert db.positions() == {("t", 0): Position(4)}
    letter = db.frame("letters/list", rule=None, replayed=False, limit=9).row(0, named=True)
    assert (letter["path"], letter["rule"], letter["position"]) == ("$.collected_at", "datetime", 1)


def test_memory_that_ran_out_is_no_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(Pseudonymiser, "column", fail)
    with pytest.raises(MemoryError):
        Decoder(KEY)([chunk([mention(1)])], NOW)


@pytest.mark.parametrize("name", ["null_platform_poison/events.ndjson", "parquet_null_default/nulls.ndjson"])
def test_a_file_as_data_frames_write_it(name: str) -> None:
    source = FileSource([shared_case(name)], EventType.MENTION)
    decoded = Decoder(KEY)(source.poll(100, 0), NOW)
    assert not decoded.letters
    assert decoded.tables[EventType.MENTION].num_rows == 3


def test_a_date_before_the_setting_is_refused() -> None:
    events = [
        mention(number, occurred_at=at)
        for number, at in enumerate(
            ["1970-01-01T00:00:00Z", "2011-12-31T23:59:59Z", "2012-01-01T01:00:00+02:00", "2012-01-01T00:00:00Z"], 1
        )
    ]
    decoded = Decoder(KEY, earliest=date(2012, 1, 1))([chunk(events)], NOW)
    assert [(letter.position, letter.violation.rule) for letter in decoded.letters] == [(n, "past") for n in (1, 2, 3)]
    assert decoded.tables[EventType.MENTION].num_rows == 1
    assert [letter.position for letter in Decoder(KEY)([chunk(events)], NOW).letters] == [1]
