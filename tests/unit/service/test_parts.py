import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from veille.api import OperationError
from veille.events import EventType
from veille.service.http import ApiServer, folder_token
from veille.service.live import LiveSource
from veille.service.loops import Loop, StepLimits
from veille.store.errors import StoreInUseError
from veille.store.owner import Owner


def test_a_loop_outlives_failures_and_tells_the_last_one() -> None:
    turns, failures = [0], list[str]()

    def step() -> None:
        turns[0] += 1
        if turns[0] < 3:
            raise RuntimeError("no room")

    loop = Loop("publish", step, 0.01, failures.append)
    loop.turn()
    assert loop.fault == "RuntimeError: no room"
    loop.start()
    deadline = time.monotonic() + 5
    while turns[0] < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    loop.stop()
    assert turns[0] >= 5
    assert loop.fault is None
    assert failures == ["publish", "publish"]


def test_a_loop_that_hangs_is_stalled_and_one_that_waits_for_others_is_failing() -> None:
    release, entered = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        release.wait(30)

    own = Loop("publish", hang, 0.01, limits=StepLimits(0.01))
    other = Loop("raw", hang, 0.01, limits=StepLimits(0.01, waits_for_others=True))
    assert not own.stalled, "a loop that was never started is not expected to turn"
    own.start()
    other.start()
    assert entered.wait(30)
    deadline = time.monotonic() + 30
    while not (own.stalled and other.stalled) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert own.stalled
    assert not own.failing
    assert other.failing
    release.set()
    own.stop()
    other.stop()
    assert not own.stalled


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_whose_thread_has_ended_is_stalled() -> None:
    def end() -> None:
        raise SystemExit

    loop = Loop("watch", end, 0.01)
    loop.start()
    deadline = time.monotonic() + 30
    while not loop.stalled and time.monotonic() < deadline:
        time.sleep(0.005)
    assert loop.stalled


def test_the_live_source_never_runs_ahead_of_the_clock() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = [start]
    arrivals = [(start + timedelta(seconds=n), EventType.MENTION, [b"%d" % n]) for n in range(5)]
    source = LiveSource(arrivals, lambda: clock[0])
    assert [chunk.messages for chunk in source.poll(10, 0)] == [[b"0"]]
    assert source.poll(10, 0) == []
    clock[0] += timedelta(seconds=2.5)
    chunks = source.poll(10, 0)
    assert [list(chunk.messages) for chunk in chunks] == [[b"1"], [b"2"]]
    assert [list(chunk.positions) for chunk in chunks] == [[2], [3]]


def test_one_owner_a_folder_and_the_second_is_told_who(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "data", "veille run")
    owner.announce(api="http://127.0.0.1:1")
    refused: list[str] = []

    def second() -> None:
        try:
            Owner(tmp_path / "data", "veille replay")
        except StoreInUseError as error:
            refused.append(str(error))

    second()
    assert len(refused) == 1
    assert "`veille run` (process" in refused[0]
    assert json.loads((tmp_path / "data" / "owner.json").read_text())["api"] == "http://127.0.0.1:1"
    owner.release()
    Owner(tmp_path / "data", "veille replay").release()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    from fastapi import FastAPI

    first = ApiServer(FastAPI(), "127.0.0.1", 0)
    first.start()
    port = int(first.address.rsplit(":", 1)[1])
    with pytest.raises(OperationError, match=f"127.0.0.1:{port}.*VEILLE_API__PORT"):
        ApiServer(FastAPI(), "127.0.0.1", port)
    first.stop()
    assert threading.active_count() >= 1


def test_the_folder_token_is_private_and_new_at_each_start(tmp_path: Path) -> None:
    first, second = folder_token(tmp_path), folder_token(tmp_path)
    assert first != second
    assert (tmp_path / "api.token").read_text() == second
    assert (tmp_path / "api.token").stat().st_mode & 0o077 == 0
