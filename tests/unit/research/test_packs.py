"""Packs: verified elsewhere to the byte; a precise difference where one byte of anything is another."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.unit.dashboards.published import history, publish
from veille.research.errors import ResearchError
from veille.research.examples import Example, bind, example, parse
from veille.research.packs import PackQuery, canonical, make, verify
from veille.research.packs.execute import require_repeatable
from veille.research.packs.model import FILES, PackedParameter, packed, sha256, value
from veille.research.snapshots import Snapshot, create, erase, open_snapshot

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 20, tzinfo=UTC)
COUNT = """-- Question: How many requests of each class?
-- Parameters: $since (TIMESTAMP, UTC).
-- Columns: request_class (VARCHAR); requests (BIGINT); share (DOUBLE, 0 to 1).
SELECT request_class, count(*) AS requests, count(*) / sum(count(*)) OVER () AS share
FROM mentions
WHERE occurred_at >= $since::TIMESTAMP
GROUP BY request_class
ORDER BY request_class
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "data"
    publish(folder, history(48, datetime(2026, 1, 12, tzinfo=UTC)))
    create(folder, "winter", "analyst", NOW)
    return folder


@pytest.fixture
def snapshot(data_dir: Path, tmp_path: Path) -> Snapshot:
    """A copy on another path, as on another machine."""
    shutil.copytree(data_dir / "snapshots/winter", tmp_path / "copied snapshot")
    return open_snapshot(tmp_path / "copied snapshot")


@pytest.fixture(scope="module")
def made(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    question = PackQuery(parse("count", COUNT), {"since": datetime(2026, 1, 10)})
    out = tmp_path_factory.mktemp("out") / "count"
    make(question, open_snapshot(data_dir / "snapshots/winter"), out, NOW)
    return out


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "pack")
    return tmp_path / "pack"


def test_a_pack_holds_what_a_reader_needs(pack: Path) -> None:
    assert sorted(path.name for path in pack.iterdir()) == sorted([*FILES, "SHA256SUMS"])
    told = json.loads((pack / "pack.json").read_text())
    assert told["sql"] == (pack / "query.sql").read_text() == COUNT
    assert told["parameters"] == [{"name": "since", "type": "TIMESTAMP", "value": "2026-01-10T00:00:00.000000Z"}]
    assert (pack / "result.csv").read_text().splitlines()[:2] == [
        '"request_class","requests","share"',
        '"other_edit",144,0.25',
    ]
    assert pl.read_parquet(pack / "result.parquet")["requests"].to_list() == [144, 144, 288]
    readme = (pack / "README.md").read_text()
    assert "# How many requests of each class?" in readme
    assert "| other\\_edit | 144 | 0.25 |" in readme
    for line in (pack / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert sha256((pack / name).read_bytes()) == digest


def test_it_verifies_on_another_path(pack: Path, snapshot: Snapshot) -> None:
    verdict = verify(pack, snapshot)
    assert (verdict.outcome, verdict.differences, verdict.notes) == ("identical", (), ())


def test_it_verifies_in_another_time_zone_locale_and_number_of_threads(pack: Path, snapshot: Snapshot) -> None:
    env = {**os.environ, "TZ": "Pacific/Chatham", "LC_ALL": "C", "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    code = "from veille.cli import main; main()"
    command = [sys.executable, "-c", code, "pack", "verify", str(pack), "--snapshot", str(snapshot.folder)]
    found = subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd="/")
    assert (found.returncode, found.stdout.strip()) == (0, "identical"), found.stderr


def test_the_same_question_makes_the_same_pack(pack: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    make(PackQuery(parse("count", COUNT), {"since": datetime(2026, 1, 10)}), snapshot, tmp_path / "again", NOW)
    assert {path.name: path.read_bytes() for path in pack.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()
    }


def test_one_flipped_byte_of_a_segment_is_named_with_its_block(pack: Path, snapshot: Snapshot) -> None:
    path = next(snapshot.folder.glob("segments/mentions/*/*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    verdict = verify(pack, snapshot)
    assert verdict.outcome == "different"
    assert verdict.differences[0].startswith(
        f"{path.relative_to(snapshot.folder).as_posix()}: content differs within bytes 0 to "
    )


def test_a_changed_query_is_named_with_its_line_and_what_it_changes(pack: Path, snapshot: Snapshot) -> None:
    (pack / "query.sql").write_text(
        COUNT.replace(">=", ">").replace("count(*) AS requests", "count(*) + 1 AS requests")
    )
    verdict = verify(pack, snapshot)
    assert verdict.outcome == "different"
    assert verdict.differences[0] == "query.sql: changed since it was packed (its SHA-256 is not the one in SHA256SUMS)"
    assert verdict.differences[1].startswith("query.sql line 4: packed 'SELECT request_class, count(*) AS requests,")
    assert verdict.differences[2].startswith("query.sql line 6: packed 'WHERE occurred_at >= $since")
    assert (
        'result row 1 ("request_class","requests","share"): packed "other_edit",144,0.25, now "other_edit",145,'
        in verdict.differences[3]
    )


def test_a_forger_who_mends_all_checksums_is_found_by_the_answer(pack: Path, snapshot: Snapshot) -> None:
    told = json.loads((pack / "pack.json").read_text())
    forged = (pack / "result.csv").read_bytes().replace(b"144", b"145")
    told["csv_sha256"] = sha256(forged)
    (pack / "result.csv").write_bytes(forged)
    (pack / "pack.json").write_text(json.dumps(told))
    (pack / "SHA256SUMS").write_text("".join(f"{sha256((pack / name).read_bytes())}  {name}\n" for name in FILES))
    verdict = verify(pack, snapshot)
    assert verdict.outcome == "different"
    assert verdict.differences[0].startswith("result row 1 ")


def test_another_snapshot_is_told_file_by_file(pack: Path, data_dir: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    publish(other, history(12, datetime(2026, 1, 12, tzinfo=UTC)))
    verdict = verify(pack, create(other, "spring", "analyst", NOW))
    assert verdict.outcome == "different"
    assert verdict.differences[0] == "another snapshot: packed 'winter', given 'spring'"
    assert any("not in this snapshot" in line for line in verdict.differences)


def test_after_an_erasure_it_says_so_and_what_that_changed(pack: Path, snapshot: Snapshot) -> None:
    paths = [entry.path for entry in snapshot.manifest.files if "/generations/" in entry.path]
    untouched = erase(snapshot, paths[0], datetime(2026, 2, 1))
    verdict = verify(pack, untouched)
    assert (verdict.outcome, verdict.differences) == ("erased", ())
    for path in [entry.path for entry in snapshot.manifest.files if "/mentions/" in entry.path]:
        untouched = erase(untouched, path, datetime(2026, 2, 1))
    verdict = verify(pack, untouched)
    assert verdict.outcome == "erased"
    assert verdict.differences[0].startswith("result row 1 ")
    assert "erased since, on 2026-02-01T00:00:00.000000Z" in verdict.erasures[0]


def test_a_pack_made_after_an_erasure_is_identical_until_the_next_one(snapshot: Snapshot, tmp_path: Path) -> None:
    paths = [entry.path for entry in snapshot.manifest.files if "/mentions/" in entry.path]
    erased = erase(snapshot, paths[0], datetime(2026, 2, 1))
    make(PackQuery(parse("count", COUNT), {"since": datetime(2026, 1, 1)}), erased, tmp_path / "later", NOW)
    verdict = verify(tmp_path / "later", erased)
    assert (verdict.outcome, verdict.erasures) == ("identical", ())
    verdict = verify(tmp_path / "later", erase(erased, paths[0], datetime(2026, 3, 1)))
    assert verdict.outcome == "erased"


def test_a_pack_is_one_file_where_wanted(snapshot: Snapshot, tmp_path: Path) -> None:
    chosen = example("language_mix")
    values = bind(chosen.parameters, {"since": "2026-01-10", "until": "2026-01-12"})
    for name in ("a.zip", "b.zip"):
        make(PackQuery(chosen, values), snapshot, tmp_path / name, NOW)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert verify(tmp_path / "a.zip", snapshot).outcome == "identical"
    broken = bytearray((tmp_path / "a.zip").read_bytes())
    broken[200] ^= 1
    (tmp_path / "a.zip").write_bytes(broken)
    with pytest.raises(ResearchError):
        verify(tmp_path / "a.zip", snapshot)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT now()",
        "SELECT Random ()",
        "SELECT current_date",
        "SELECT * FROM mentions USING SAMPLE 5",
        "SELECT current_setting('threads')",
    ],
)
def test_what_has_no_second_answer_is_refused(sql: str) -> None:
    with pytest.raises(ResearchError, match="the same answer everywhere"):
        require_repeatable(sql)


def test_words_in_text_and_comments_are_no_calls() -> None:
    require_repeatable("-- now()\nSELECT 'random()' AS \"today()\", known_at /* uuid() */ FROM surges")


def test_an_answer_that_comes_in_two_orders_is_refused(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([pl.DataFrame({"n": [1, 2]}), pl.DataFrame({"n": [2, 1]})])
    monkeypatch.setattr(sys.modules["veille.research.packs.make"], "execute", lambda *_, **__: next(answers))
    with pytest.raises(ResearchError, match="ORDER BY"):
        make(PackQuery(Example(name="loose", sql="SELECT n FROM t"), {}), snapshot, tmp_path / "loose", NOW)
    assert not (tmp_path / "loose").exists()


def test_a_pack_cannot_read_the_machine_that_checks_it(pack: Path, snapshot: Snapshot) -> None:
    (pack / "query.sql").write_text("SELECT * FROM read_text('/etc/hostname')")
    verdict = verify(pack, snapshot)
    assert any("could not be run again" in line for line in verdict.differences)


def test_a_damaged_snapshot_is_not_packed(snapshot: Snapshot, tmp_path: Path) -> None:
    next(snapshot.folder.glob("segments/mentions/*/*.parquet")).unlink()
    with pytest.raises(ResearchError, match="the file is missing"):
        make(PackQuery(parse("count", COUNT), {"since": None}), snapshot, tmp_path / "pack", NOW)
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("given", ["text", "", 3, -2.5, 1e-300, True, False, None, datetime(2026, 1, 1, 3, 4, 5, 6)])
def test_values_survive_packing(given: str | float | bool | datetime | None) -> None:
    assert value(packed("x", given)) == given
    assert isinstance(packed("x", given), PackedParameter)


def test_canonical_text_is_the_same_for_the_same_rows() -> None:
    frame = pl.DataFrame(
        {
            "t": ['say "a", b', "=1+1", None, ""],
            "f": [0.1, 1e300, None, -0.0],
            "i": [1, None, 3, 4],
            "b": [True, False, None, True],
            "at": [datetime(2026, 1, 1), None, datetime(2026, 1, 1, 1, 2, 3, 4), None],
            "l": [[1, 2], None, [], [3]],
        },
        strict=False,
    )
    assert canonical.to_csv(frame).decode() == (
        '"t","f","i","b","at","l"\n'
        '"say ""a"", b",0.1,1,true,2026-01-01T00:00:00.000000Z,"[1, 2]"\n'
        '"\'=1+1",1e+300,,false,,\n'
        ',,3,,2026-01-01T01:02:03.000004Z,"[]"\n'
        '"",-0.0,4,true,,"[3]"\n'
    )
