"""The gateway over a small published folder: results, limits, rights, record."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.unit.dashboards.published import history, publish
from veille.config import Settings, load
from veille.research.gateway import (
    Gateway,
    GatewayError,
    QueryLimits,
    QueryRecord,
    QueryRefused,
    QueryRequest,
    QueryStopped,
    QueryWrong,
    allowed_catalogues,
    run_locked,
)

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = publish(tmp_path_factory.mktemp("gateway") / "data", history(4, NOW))
    return load(data_dir=folder, research={"rows": 20, "wait_seconds": 30, "queries": 1})


def asked(sql: str, *, seconds: float | None = None, **parameters: object) -> QueryRequest:
    return QueryRequest(
        sql=sql, actor="anna", roles=("analyst",), catalogue="analyst", parameters=parameters, seconds=seconds
    )


def test_rows_arrive_with_time_and_catalogue(settings: Settings) -> None:
    sql = "SELECT count(*) AS n, sum(1) AS whole, max(occurred_at) AS newest FROM mentions WHERE occurred_at < $until"
    result = Gateway(settings).run(asked(sql, until=datetime(2026, 2, 10, 9)))
    assert result.frame.rows() == [(12, 12, datetime(2026, 2, 10, 8, 55))]
    assert (result.rows, result.truncated, result.notice, result.catalogue) == (1, False, None, "analyst")
    assert result.as_of is not None


def test_types_that_others_do_not_have_come_as_text(settings: Settings) -> None:
    sql = "SELECT INTERVAL 2 DAY AS a, MAP {'k': 1} AS b, {'x': INTERVAL 1 HOUR} AS c, '101'::BIT AS d, 1::HUGEINT AS e, now() AS f"
    row = Gateway(settings).run(asked(sql)).frame.drop("f").row(0)
    assert row == ("2 days", "{k=1}", "{'x': '01:00:00'}", "101", 1)


def test_a_long_result_is_cut_and_says_so(settings: Settings) -> None:
    result = Gateway(settings).run(asked("SELECT * FROM range(1000000) AS t(n) ORDER BY n"))
    assert result.frame["n"].to_list() == list(range(20))
    assert result.truncated
    assert "cut off at 20 rows" in str(result.notice)
    exact = Gateway(settings).run(asked("SELECT * FROM range(20)"))
    assert not exact.truncated


def test_large_rows_are_cut_by_bytes(settings: Settings) -> None:
    answer = run_locked(
        settings.analyst, "SELECT repeat('x', 300000) AS a FROM range(50)", limits=QueryLimits(result_mib=1)
    )
    assert answer.cut == "bytes"
    assert answer.frame.height == answer.rows < 50


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit that this is about exists on Linux only")
def test_the_libraries_leave_the_room_to_the_query(settings: Settings) -> None:
    """What a library reserves counts against the limit of the process, of which all but a little belongs to the query."""
    sql = "SELECT n FROM range(5000) AS t(n) UNION ALL SELECT count(*) FROM range(1000000000) AS t(n)"
    with ThreadPoolExecutor(1) as threads:
        query = threads.submit(run_locked, settings.analyst, sql, limits=QueryLimits())
        reserved = 0
        while not query.done():
            reserved = max([reserved, *map(_reserved, psutil.Process().children())])
            time.sleep(0.005)
    assert query.result().rows == 5001
    assert 0 < reserved < 400 << 20


def _reserved(process: psutil.Process) -> int:
    """Bytes that a process of a query has reserved; 0 of any other."""
    try:
        return int(process.memory_info().data) if "veille.store.sandbox.worker" in process.cmdline() else 0
    except psutil.Error:
        return 0


def test_mistakes_are_told_in_the_engines_words(settings: Settings) -> None:
    with pytest.raises(QueryWrong, match="nothere"):
        Gateway(settings).run(asked("SELECT nothere FROM mentions"))
    with pytest.raises(QueryWrong, match="syntax error"):
        Gateway(settings).run(asked("SELEC 1"))


def test_a_query_stops_at_its_limit_and_may_ask_for_more(settings: Settings) -> None:
    with pytest.raises(QueryStopped, match="request up to 300 s") as stopped:
        Gateway(settings).run(asked("SELECT count(*) FROM range(100000000000)", seconds=1.0))
    assert stopped.value.outcome == "time"
    with pytest.raises(QueryRefused, match="up to 300 s; the steward can raise `max_seconds`"):
        Gateway(settings).run(asked("SELECT 1", seconds=301))


def test_one_place_means_one_query_at_a_time(settings: Settings) -> None:
    gateway = Gateway(settings)
    first = gateway.start(asked("SELECT count(*) FROM range(100000000000)"))
    second = QueryRequest(sql="SELECT 1", actor="rosa", roles=("analyst",), catalogue="analyst")
    while not any(place.stat() for place in (settings.data_dir / "gateway" / "tmp").glob("query-*")):
        assert not first.done()
    hurried = settings.model_copy(update={"research": settings.research.model_copy(update={"wait_seconds": 0.2})})
    with pytest.raises(QueryRefused, match="all 1 places"):
        Gateway(hurried).run(second)
    first.cancel()
    with pytest.raises(QueryStopped, match="cancelled"):
        first.result()
    assert gateway.run(second).rows == 1


def test_roles() -> None:
    assert allowed_catalogues(["analyst"]) == allowed_catalogues(["steward"]) == ("analyst", "research")
    assert allowed_catalogues(["researcher"]) == allowed_catalogues(["researcher", "viewer"]) == ("research",)
    assert allowed_catalogues(["viewer"]) == allowed_catalogues(["oncall"]) == allowed_catalogues([]) == ()


def test_who_may_not_ask_is_told_who_can_help(settings: Settings) -> None:
    gateway = Gateway(settings)
    for roles, words in ((("researcher",), "not analyst"), (("viewer",), "cannot run SQL")):
        with pytest.raises(QueryRefused, match=words):
            gateway.run(QueryRequest(sql="SELECT 1", actor="rosa", roles=roles, catalogue="analyst"))  # type: ignore[arg-type]


def test_everything_is_on_record_for_the_person_and_the_steward(settings: Settings) -> None:
    gateway = Gateway(settings)
    gateway.run(asked("SELECT 41 + 1"))
    with pytest.raises(GatewayError):
        gateway.run(QueryRequest(sql="SELECT 2", actor="rosa", roles=("viewer",), catalogue="analyst"))
    mine = gateway.recent("anna", ("analyst",), 1)
    assert [(r.sql, r.outcome, r.rows) for r in mine] == [("SELECT 41 + 1", "ok", 1)]
    assert mine[0].as_of is not None
    assert {record.actor for record in gateway.recent("rosa", ("viewer",))} == {"rosa"}
    assert {record.actor for record in gateway.recent("sam", ("steward",))} >= {"anna", "rosa"}


def test_what_cannot_be_recorded_does_not_run(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "data"
    blocked.mkdir()
    (blocked / "gateway").write_text("a file where a folder should be")
    with pytest.raises(QueryRefused, match="so it was not run"):
        Gateway(settings.model_copy(update={"data_dir": blocked})).run(asked("SELECT 1"))


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="there are no data"):
        Gateway(Settings(data_dir=tmp_path / "nowhere")).run(asked("SELECT 1"))
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(QueryRefused, match="nothing is published"):
        Gateway(Settings(data_dir=tmp_path)).run(asked("SELECT 1"))


def test_the_schema_comes_with_its_comments(settings: Settings) -> None:
    relations = {relation.name: relation for relation in Gateway(settings).schema("analyst", ("analyst",))}
    assert "One row a mention" in relations["mentions"].comment
    assert [column.name for column in relations["status"].columns][:2] == ["as_of", "watermark"]
    with pytest.raises(QueryRefused):
        Gateway(settings).schema("analyst", ("researcher",))


def test_what_was_left_behind_is_swept(settings: Settings, tmp_path: Path) -> None:
    """By processes that were killed, and by records that nobody took into the log."""
    place = settings.model_copy(update={"data_dir": tmp_path})
    old = tmp_path / "gateway/tmp/query-old"
    old.mkdir(parents=True)
    os.utime(old, (1, 1))
    gateway = Gateway(place)
    assert not old.exists()
    fresh = QueryRecord(
        query_id="a" * 32,
        actor="anna",
        way="cli",
        catalogue="analyst",
        sql="SELECT 1",
        started_at=datetime.now(UTC).replace(tzinfo=None),
        outcome="ok",
    )
    gateway.journal.write(fresh)
    gateway.journal.write(msgspec.structs.replace(fresh, query_id="b" * 32, started_at=datetime(2020, 1, 1)))
    assert [record.query_id for record in Gateway(place).journal.records()] == ["a" * 32]
