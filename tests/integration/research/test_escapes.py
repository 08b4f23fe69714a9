"""Nothing that can be asked reads, writes or stays, whichever way it comes; and each attempt is told why.

In the usual run each attempt comes by one way, in turn; VEILLE_TEST_WAYS=all brings each by all three.

Where Linux has Landlock, the last part shows that a query could not even if DuckDB's own locks failed.
"""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.amounts import in_turn
from tests.integration.research.attempts import ATTEMPTS, RUNAWAYS, Attempt
from tests.integration.research.conftest import (
    BAIT,
    WAYS,
    Ask,
    Installation,
    as_page,
    children,
    last_record,
    seconds_of_newest,
)
from veille.research.gateway import Gateway, GatewayError, QueryRequest

STRANGER = "5f" * 16


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def filled(attempt: Attempt, at: Installation, listener: socket.socket) -> str:
    settings = at.settings
    places = {
        "secret": at.secret,
        "private": settings.database,
        "analyst": settings.analyst,
        "research": settings.research_folder,
        "link": at.link,
        "outside": at.outside,
        "port": listener.getsockname()[1],
        "query": STRANGER,
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(places[found[1]]), attempt.sql)


def soon(done: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it comes true: a killed process takes a moment to go on a busy machine."""
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.02)
    return done()


def test_there_are_enough_attempts() -> None:
    assert len(ATTEMPTS) >= 60
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ask", "attempt"),
    in_turn(WAYS, ATTEMPTS),
    indirect=["ask"],
    ids=lambda value: value.name if isinstance(value, Attempt) else value,
)
def test_nothing_is_read_written_or_left(
    attempt: Attempt, ask: Ask, installation: Installation, listener: socket.socket
) -> None:
    before = installation.files()
    ended = ask(filled(attempt, installation, listener), attempt.catalogue, attempt.seconds)
    assert ended.outcome in attempt.outcomes, ended.text
    assert BAIT not in ended.text
    assert ended.outcome == "ok" or len(ended.text) > 10, "each attempt is told why"
    assert "Traceback" not in ended.text
    assert installation.files() == before
    assert soon(lambda: not installation.left_behind() and not children()), "nothing stays"
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert seconds_of_newest(installation) < attempt.seconds + 1.0


@pytest.mark.parametrize("attempt", RUNAWAYS[:2], ids=lambda attempt: attempt.name)
def test_a_runaway_dies_within_a_second_of_its_limit(attempt: Attempt, installation: Installation) -> None:
    """By the gateway's own clock: on a busy machine the test itself may have to wait for its turn."""
    assert as_page(installation, attempt.sql).outcome in {"time", "temp"}  # a fast disk fills before the time is over
    assert (last_record(installation).seconds or 0) < 1.5 + 1.0


def test_the_message_of_a_limit_says_how_to_ask_for_more(installation: Installation) -> None:
    ended = as_page(installation, RUNAWAYS[0].sql)
    assert "1.5 s" in ended.text
    assert "up to 300 s" in ended.text
    assert "memory_mib" in as_page(installation, "SELECT list(repeat('a', 10000000)) FROM range(1000)", seconds=60).text


def test_many_queries_wait_for_a_place_and_no_person_takes_all(installation: Installation) -> None:
    gateway = Gateway(installation.settings)
    request = QueryRequest(sql=RUNAWAYS[0].sql, actor="rosa", roles=("researcher",))
    running = [gateway.start(request) for _ in range(2)]
    try:
        with pytest.raises(GatewayError, match="2 queries of yours are running"):
            gateway.start(request)
    finally:
        for one in running:
            one.cancel()
    for one in running:
        with pytest.raises(GatewayError, match="cancelled"):
            one.result()


def test_nobody_ends_or_sees_the_query_of_another(installation: Installation) -> None:
    gateway = Gateway(installation.settings)
    running = gateway.start(QueryRequest(sql=RUNAWAYS[0].sql, actor="anna", roles=("researcher",)))
    assert [record.query_id for record in gateway.running("rosa", ("researcher",))] == []
    with pytest.raises(PermissionError):
        gateway.cancel(running.query_id, "rosa", ("researcher",))
    assert [record.query_id for record in gateway.running("sam", ("steward",))] == [running.query_id]
    assert gateway.cancel(running.query_id, "sam", ("steward",))
    with pytest.raises(GatewayError, match="cancelled"):
        running.result(timeout=30)
    assert soon(lambda: not children())


def test_a_query_dies_with_the_process_that_asked(installation: Installation) -> None:
    """The gateway's process is killed; its query must not go on without it."""
    code = (
        "import sys; from veille.config import load; from veille.research.gateway import Gateway, QueryRequest\n"
        f"g = Gateway(load(data_dir={str(installation.settings.data_dir)!r}))\n"
        f"g.start(QueryRequest(sql={RUNAWAYS[0].sql!r}, actor='rosa', roles=('researcher',)))\n"
        "print('started', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asker:
        assert asker.stdout is not None
        assert asker.stdout.readline() == b"started\n"
        worker = _only_child(asker.pid)
        asker.kill()
    assert soon(lambda: _is_gone(worker), 20)
    assert Gateway(installation.settings).recent("rosa", ("researcher",), 1)[0].outcome == "lost"


def _only_child(pid: int) -> int:
    import psutil

    until = time.monotonic() + 5
    while time.monotonic() < until:
        found = psutil.Process(pid).children()
        if found:
            return int(found[0].pid)
        time.sleep(0.05)
    raise AssertionError("the query did not start")


def _is_gone(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


LANDLOCKED = """
import os, socket, sys
from pathlib import Path
from veille.store.sandbox.landlock import restrict
readable, writable, outside = map(Path, sys.argv[1:])
if not restrict([readable], [writable]):
    sys.exit(7)
def denied(act):
    try:
        act()
    except PermissionError:
        return True
    return False
assert (readable / "a").read_text() == "a"
(writable / "b").write_text("b")
(writable / "b").unlink()
assert denied(lambda: (outside / "secret").read_text())
assert denied(lambda: (outside / "new").write_text("x"))
assert denied(lambda: (readable / "a").write_text("x"))
assert denied(lambda: (readable / "a").unlink())
assert denied(lambda: (readable / "out").read_text())
assert denied(lambda: os.listdir(outside))
assert denied(lambda: os.execv("/bin/true", ["true"]))
"""


def test_the_process_itself_can_reach_nothing_else(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("readable", "writable", "outside")]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "a").write_text("a")
    (folders[2] / "secret").write_text(BAIT)
    (folders[0] / "out").symlink_to(folders[2] / "secret")
    done = subprocess.run([sys.executable, "-c", LANDLOCKED, *map(str, folders)], capture_output=True, check=False)
    if done.returncode == 7:
        pytest.skip("this system has no Landlock: DuckDB's locks and the guard stand alone")
    assert done.returncode == 0, done.stderr.decode()
