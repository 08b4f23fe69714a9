"""Whatever happens between the gateway and a query's process: the person is answered, the place is free, the record is small."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient

from tests.unit.dashboards.published import history, publish
from tests.unit.make import KEY
from veille.api import Access, create_app
from veille.api import research as research_api
from veille.config import Settings, load
from veille.research.gateway import Gateway, GatewayError, QueryRefused, QueryRequest, QueryWrong, process
from veille.service.research import ResearchService
from veille.store.database import Database

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
HALF = "\ud800"
ODD: list[Any] = [
    HALF,
    {"x": HALF},
    [HALF],
    ["a", ["b", HALF]],
    2**70,
    float("nan"),
    b"bytes",
    object(),
    {"deep": {"er": 1}},
]
STANDS_IN = {
    "says nothing and ends": "pass",
    "stays and says nothing": "import time; time.sleep(60)",
    "closes its output and stays": "import os, time; os.close(1); time.sleep(60)",
    "reads no job": "import time; print('x' * 9); time.sleep(60)",
    "speaks no frames": "import sys; sys.stdout.write('hello world, hello world'); sys.stdout.flush(); import time; time.sleep(60)",
    "says a frame without end": "import sys, time; sys.stdout.buffer.write(b'E' + b'\\xff' * 8 + b'x'); sys.stdout.flush(); time.sleep(60)",
    "says rows without end": "import sys\nwhile True: sys.stdout.buffer.write(b'A' + (1 << 20).to_bytes(8, 'big') + bytes(1 << 20))",
    "says an end that is none": "import sys; sys.stdout.buffer.write(b'E' + (3).to_bytes(8, 'big') + b'{]}')",
    "says an end that is no text": "import sys; sys.stdout.buffer.write(b'E' + (3).to_bytes(8, 'big') + b'\"\\xff\"')",
    "kills itself": "import os; os.kill(os.getpid(), 9)",
    "stops itself": "import os; os.kill(os.getpid(), 19)",
    "says rows that are none": "import sys; sys.stdout.buffer.write(b'A' + (4).to_bytes(8, 'big') + b'nope' + b'E' + "
    "(16).to_bytes(8, 'big') + b'{\"outcome\":\"ok\"}')",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = publish(tmp_path_factory.mktemp("exchange") / "data", history(4, NOW))
    return load(data_dir=folder, research={"seconds": 20, "result_mib": 1, "queries": 1, "queries_each": 1})


@pytest.fixture(scope="module")
def research_service(settings: Settings) -> Iterator[ResearchService]:
    database = Database(None, settings.store, KEY)
    yield ResearchService(settings, database, KEY)
    database.close()


@pytest.fixture(scope="module")
def client(settings: Settings, research_service: ResearchService) -> TestClient:
    class Nothing:
        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: None

    routes = [research_api.router(research_service, settings.research.result_mib)]
    app = create_app(Nothing(), Access("token"), ("testserver",), routes)
    return TestClient(app, headers={"Authorization": "Bearer token", "X-Veille-Actor": "anna;analyst"})


def asked(sql: str, **parameters: object) -> QueryRequest:
    return QueryRequest(sql=sql, actor="anna", roles=("analyst",), catalogue="analyst", parameters=parameters)


def nothing_is_left(settings: Settings) -> None:
    """No process, no file; the one place is free."""
    gateway = Gateway(settings)
    with gateway.places.one(lambda: False, "somebody"):
        pass
    assert not _workers()
    assert not list((settings.data_dir / "gateway" / "tmp").glob("query-*"))
    assert not [record for record in gateway.journal.records() if record.outcome == "running"]


@pytest.mark.parametrize("odd", ODD, ids=[f"{number}-{type(odd).__name__}" for number, odd in enumerate(ODD)])
def test_every_parameter_is_answered(settings: Settings, odd: object) -> None:
    running = None
    with suppress(QueryRefused):
        running = Gateway(settings).start(asked("SELECT $a", a=odd))
    if running is not None:
        with suppress(QueryRefused, QueryWrong):
            running.result(15)
        running.settle(5)
    nothing_is_left(settings)


@pytest.mark.parametrize("where", ["sql", "name", "comment"])
def test_half_a_character_is_refused_wherever_it_stands(settings: Settings, where: str) -> None:
    sql = {"sql": f"SELECT '{HALF}'", "name": "SELECT $a", "comment": f"SELECT 1 -- {HALF}"}[where]
    with pytest.raises(QueryRefused, match="valid Unicode"):
        Gateway(settings).run(asked(sql, **({f"a{HALF}": 1} if where == "name" else {})))
    nothing_is_left(settings)


@pytest.mark.parametrize("stand_in", STANDS_IN)
def test_any_process_is_survived(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stand_in: str
) -> None:
    script = tmp_path / "worker.py"
    script.write_text(STANDS_IN[stand_in], encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(process, "_COMMAND", [sys.executable, "-I", str(script)])
        running = Gateway(settings).start(replace(asked("SELECT 1 -- " + "x" * 90_000), seconds=1.0))
        with pytest.raises(GatewayError):
            running.result(8)
        running.settle(5)
    nothing_is_left(settings)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_process_that_is_ended_from_outside(settings: Settings, number: signal.Signals) -> None:
    running = Gateway(settings).start(replace(asked("SELECT count(*) FROM range(100000000000)"), seconds=4.0))
    until = time.monotonic() + 10
    while not (workers := _workers()) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(workers[0].pid, number)
    with pytest.raises(GatewayError):
        running.result(25)
    running.settle(5)
    nothing_is_left(settings)


def test_an_error_that_nobody_thought_of_is_answered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    with monkeypatch.context() as patched:
        patched.setattr(process.Execution, "_answer", broken)
        with pytest.raises(GatewayError, match="ZeroDivisionError") as lost:
            Gateway(settings).start(asked("SELECT 1")).result(25)
        assert "secret" not in str(lost.value)
    nothing_is_left(settings)


def test_refused_texts_do_not_fill_the_record(settings: Settings, research_service: ResearchService) -> None:
    gateway = Gateway(settings)
    for n in range(60):
        with pytest.raises(QueryRefused):
            gateway.run(QueryRequest(sql=f"SELECT {n} " + "x" * 200_000, actor="rosa", roles=("viewer",)))
    kept = [record for record in gateway.journal.records() if record.actor == "rosa"]
    assert len(kept) == 60
    files = [settings.data_dir / "gateway" / "queries" / f"{record.query_id}.json" for record in kept]
    assert sum(file.stat().st_size for file in files) < 70_000
    assert all("200,0" in record.sql and "sha256" in record.sql and len(record.sql) < 700 for record in kept)
    assert len({record.sql for record in kept}) == 60


def test_a_handle_in_a_refused_text_is_not_kept(settings: Settings, research_service: ResearchService) -> None:
    text = "SELECT * FROM read_csv('/tmp/x') WHERE who = '@some_woman_77' OR mail = 'ann@example.org'"
    with pytest.raises(GatewayError):
        Gateway(settings).run(asked(text))
    from veille.access import Principal

    research_service.take()
    rows = [
        row for row in research_service.queries(Principal("sam", frozenset({"steward"})), 500) if "read_csv" in row.sql
    ]
    assert rows
    assert not [row for row in rows if "some_woman" in row.sql or "ann@" in row.sql]


LONG = "n" * 8_000


@pytest.mark.parametrize(
    ("form", "sql"),
    [
        ("json", f'SELECT n AS "{LONG}" FROM range(100000) AS t(n)'),
        ("json", f'SELECT n AS "{LONG}", n AS "{LONG}2" FROM range(100000) AS t(n)'),
        ("json", "SELECT {'" + LONG + "': n} AS s FROM range(100000) AS t(n)"),
        ("json", "SELECT repeat(chr(1), 1000) AS s FROM range(3000) AS t(n)"),
        ("json", "SELECT repeat('\"', 1000) AS s FROM range(3000) AS t(n)"),
        ("csv", "SELECT repeat('\"', 1000) AS s FROM range(3000) AS t(n)"),
        ("csv", "SELECT repeat('x', 1000) AS s FROM range(3000) AS t(n)"),
        ("arrow", f'SELECT n AS "{LONG}" FROM range(100000) AS t(n)'),
    ],
    ids=lambda value: value[:40],
)
def test_answers_are_bounded_as_they_are_sent(client: TestClient, form: str, sql: str) -> None:
    before = psutil.Process().memory_info().rss
    answer = client.post("/v1/query", json={"sql": sql, "catalogue": "analyst", "format": form})
    assert answer.status_code in (200, 422)
    assert len(answer.content) <= (1 << 20) + (1 << 16)
    assert psutil.Process().memory_info().rss - before < 200 << 20
    if answer.status_code == 200 and form == "json":
        body = answer.json()
        assert body["truncated"] is True
        assert "cut off" in body["notice"]
        assert str(len(body["rows"])) == answer.headers["X-Veille-Rows"]
        assert answer.headers["X-Veille-Truncated"] == "true"


def test_names_of_columns_alone_may_be_too_much(client: TestClient) -> None:
    columns = ", ".join(f'{n} AS "{n}{LONG[:4000]}"' for n in range(20))
    sql = f"SELECT * FROM (SELECT {columns}) AS a, (SELECT {columns}) AS b, (SELECT {columns}) AS c, (SELECT {columns}) AS d"
    for form in ("json", "csv", "arrow"):
        answer = client.post("/v1/query", json={"sql": sql, "catalogue": "analyst", "format": form})
        assert len(answer.content) < 1 << 20


def test_who_reads_slowly_costs_no_memory(client: TestClient, settings: Settings) -> None:
    """The rows of an answer that is not fetched lie in a file."""
    result = Gateway(
        settings.model_copy(update={"research": settings.research.model_copy(update={"result_mib": 32})})
    ).run(asked("SELECT repeat('x', 10000) AS s FROM range(2500)"))
    kept = threading.Event()
    before = psutil.Process().memory_info().rss
    chunks = result.answered.chunks()
    assert sum(len(chunk) for chunk in chunks) > 20 << 20
    kept.set()
    assert psutil.Process().memory_info().rss - before < 8 << 20


def _workers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        try:
            if "veille.store.sandbox.worker" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found
