"""The kernel's lock: it holds for the whole process, its absence refuses, and what applies is said."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import msgspec
import pytest

from tests.security.gate.writes import OF_THE_ISSUE
from veille.cli.sql import sql
from veille.config import ConfigError, Settings, load
from veille.research.gateway import QueryLimits, QueryRefused, lock, process, run_locked
from veille.service import demo
from veille.service.doctor import machine
from veille.store.sandbox.probe import Report

LAUNCHER = Path(__file__).with_name("without_landlock.py")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has Landlock")
ANYWHERE = QueryLimits(kernel_lock="where_available")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published folder: a catalogue with one view over one segment."""
    published = tmp_path / "published"
    published.mkdir()
    segment = published / "segment.parquet"
    with duckdb.connect(str(published / "catalog.duckdb")) as connection:
        connection.execute(f"COPY (SELECT 'fulfilled' AS outcome FROM range(5)) TO '{segment}'")
        connection.execute(f"CREATE VIEW exchanges AS SELECT * FROM read_parquet('{segment}')")
        connection.execute("CREATE TABLE status AS SELECT NULL::TIMESTAMP AS as_of")
    return published


@pytest.fixture
def no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of queries run on a kernel without Landlock, and this process believes so as well."""
    monkeypatch.setattr(process, "_COMMAND", [sys.executable, str(LAUNCHER), *process._COMMAND])
    monkeypatch.setattr(lock, "landlock_version", lambda: 0)
    monkeypatch.setattr(machine, "landlock_version", lambda: 0)


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@linux
def test_a_query_is_refused_where_the_kernel_cannot_lock_it_in(folder: Path, no_landlock: None) -> None:
    with pytest.raises(
        QueryRefused, match=r"cannot isolate queries, so queries are disabled: use Linux 6\.2 .*where_available"
    ):
        run_locked(folder, "SELECT 1")


@linux
def test_where_available_runs_it_there_and_still_writes_nothing(folder: Path, no_landlock: None) -> None:
    before = hashes(folder)
    assert run_locked(folder, "SELECT count(*) AS n FROM exchanges", limits=ANYWHERE).rows == 1
    for text in OF_THE_ISSUE.values():
        with pytest.raises(QueryRefused):
            run_locked(folder, text.replace("{live}", str(folder / "segment.parquet")), limits=ANYWHERE)
    assert hashes(folder) == before


@linux
def test_the_process_has_one_thread_when_it_locks_itself_in() -> None:
    code = (
        "import veille.store.sandbox.worker, numpy, pyarrow.parquet, msgspec\n"
        "from veille.store.sandbox.engine import connect\n"
        "from veille.store.sandbox.job import SandboxJob\n"
        "from veille.store.sandbox.landlock import only_thread\n"
        "job = SandboxJob(folder='/x', temporary='/y', sql='', parameters={}, seconds=1.0, memory_mib=128, threads=4, temp_mib=16, rows=1,"
        " result_mib=1, niceness=0)\n"
        "connection = connect(job)\n"
        "connection.execute('SELECT sum(i) FROM range(1000000) AS t(i)').fetchall()\n"
        "print(only_thread())"
    )
    env = {"LC_ALL": "C.UTF-8", **process.WORKER_ENVIRONMENT}
    done = subprocess.run([sys.executable, "-I", "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@linux
def test_a_second_thread_refuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started it: here a module that is loaded with the worker."""
    code = (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "from veille.store.sandbox.worker import main; main()"
    )
    monkeypatch.setattr(process, "_COMMAND", [sys.executable, "-I", "-c", code])
    with pytest.raises(QueryRefused, match="started a thread before the query was locked in"):
        run_locked(folder, "SELECT 1", limits=ANYWHERE)


@linux
def test_a_locked_process_can_do_none_of_it_and_an_unlocked_one_most(tmp_path: Path) -> None:
    report = lock.probe(tmp_path)
    assert (report.done, report.refused) == ((), "")
    assert len(report.tried) >= 10
    assert list(tmp_path.iterdir()) == []
    inside, temporary = tmp_path / "published", tmp_path / "temporary"
    for each in (inside, temporary):
        each.mkdir()
    for name in ("segment.parquet", "catalog.duckdb"):
        (inside / name).write_bytes(b"published")
    (tmp_path / "outside").write_bytes(b"outside")
    job = msgspec.structs.replace(lock._job(inside, temporary), kernel_lock=False)
    done = subprocess.run(
        [sys.executable, str(LAUNCHER), *lock._COMMAND],
        input=msgspec.json.encode(job) + b"\n",
        env={"HOME": str(temporary), **process.WORKER_ENVIRONMENT},
        start_new_session=True,
        capture_output=True,
        check=True,
    )
    unlocked = msgspec.json.decode(done.stdout, type=Report)
    assert unlocked.done == unlocked.tried, "the attempts succeed where nothing forbids them"


@linux
def test_doctor_tries_and_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = machine.query_lock(Settings(data_dir=tmp_path))
    assert found.state == "ok"
    assert "a locked process tried to write, read or delete in 12 ways and could not" in found.what
    monkeypatch.setattr(machine, "probe", lambda _: Report(("a",), ("write a file by DuckDB",)))
    (found,) = machine.query_lock(Settings(data_dir=tmp_path))
    assert (found.state, "could write a file by DuckDB" in found.what) == ("fault", True)


def test_doctor_says_where_there_is_no_lock(tmp_path: Path, no_landlock: None) -> None:
    (found,) = machine.query_lock(Settings(data_dir=tmp_path))
    assert (found.state, "queries are disabled" in found.what) == ("warning", True)
    (found,) = machine.query_lock(load(data_dir=tmp_path, research={"kernel_lock": "where_available"}))
    assert "only DuckDB's own limits and the check of each query apply" in found.what


@pytest.mark.parametrize(
    ("other", "key"),
    [
        ({"api": {"host": "0.0.0.0"}}, "api.host"),
        ({"api": {"host": "192.168.0.2"}}, "api.host"),
        ({"dashboards": {"login": "oidc"}}, "dashboards.login"),
        ({"dashboards": {"login": "elsewhere"}}, "dashboards.login"),
    ],
)
def test_where_available_is_for_a_machine_that_serves_nobody_else(other: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        load(research={"kernel_lock": "where_available"}, **other)
    assert load(**other).research.kernel_lock == "required"


@pytest.mark.parametrize(
    ("setting", "words"), [("required", "queries are disabled"), ("where_available", "only DuckDB's own limits")]
)
def test_the_prompt_says_what_applies(
    folder: Path, no_landlock: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    setting: str, words: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("VEILLE_RESEARCH__KERNEL_LOCK", setting)
    monkeypatch.setattr("sys.stdin", io.StringIO("\\q\n"))
    monkeypatch.setattr("veille.cli.sql_shell.lock_of", lock.lock_of)
    sql(data_dir=folder.parent)
    assert words in capsys.readouterr().err


def test_a_demo_sets_it_for_itself_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_RESEARCH__KERNEL_LOCK", "required")
    monkeypatch.setattr(lock, "landlock_version", lambda: 7)
    assert demo.of_demo(Settings()).research.kernel_lock == "required"
    monkeypatch.setattr(lock, "landlock_version", lambda: 0)
    assert demo.of_demo(Settings()).research.kernel_lock == "where_available"
    assert os.environ["VEILLE_RESEARCH__KERNEL_LOCK"] == "where_available"
    monkeypatch.setenv("VEILLE_RESEARCH__KERNEL_LOCK", "required")
    assert demo.of_demo(load(api={"host": "0.0.0.0"})).research.kernel_lock == "required"
