"""A snapshot made before flags of minors left the events loses them at the next start, and says so; nothing is called damaged."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
import pytest

from tests.unit.dashboards.published import publish
from tests.unit.make import generation, mention
from veille.config import load
from veille.research.examples import Example
from veille.research.packs import make
from veille.research.packs.make import PackQuery
from veille.research.packs.verify import verify as verify_pack
from veille.research.snapshots import Snapshot, create, find, forget_flags, verify
from veille.research.snapshots.manifest import MANIFEST, entry_of, write_manifest
from veille.service.assembly import open_folder
from veille.store.snapshot import write_without_flags

NOW = datetime(2026, 2, 2, tzinfo=UTC)
FLAGGED = "SELECT count(*) FROM read_parquet('{}') WHERE minor_suspected"


def with_flags(snapshot: Snapshot) -> Snapshot:
    """The snapshot as format 2 would have made it: with the flags in its events."""
    files = []
    for entry in snapshot.manifest.files:
        path = snapshot.folder / entry.path
        if "/mentions/" in entry.path:
            older = path.with_suffix(".older")
            query = f"SELECT *, true AS minor_suspected, 'x' AS minor_suspected_source FROM read_parquet('{path}')"
            duckdb.connect().execute(f"COPY ({query}) TO '{older}' (FORMAT parquet)")
            older.replace(path)
        files.append(entry_of(snapshot.folder, entry.path))
    manifest = msgspec.structs.replace(snapshot.manifest, files=tuple(files), published_format=2)
    write_manifest(manifest, snapshot.folder / MANIFEST)
    return Snapshot(snapshot.folder, manifest)


@pytest.fixture
def older(tmp_path: Path) -> tuple[Path, Snapshot]:
    events = [mention(n, event_type="mention", minor_suspected=n % 3 == 0) for n in range(9)]
    events += [generation(n, event_type="generation") for n in range(9)]
    data = publish(tmp_path / "data", events)
    return data, with_flags(create(data, "before", "analyst", NOW))


def test_opening_the_folder_erases_the_flags_and_packs_say_so(older: tuple[Path, Snapshot], tmp_path: Path) -> None:
    data, snapshot = older
    question = PackQuery(Example(name="count", sql="SELECT count(*) AS n FROM mentions"), {})
    make(question, snapshot, tmp_path / "pack", NOW)
    assert verify(snapshot) == []
    with open_folder(load(data_dir=data), "test", create=False):
        pass
    now = find(data, "before")
    assert {fault.kind for fault in verify(now)} == {"erased"}
    for entry in now.manifest.erased:
        assert duckdb.connect().execute(FLAGGED.format(now.folder / entry.path)).fetchall() == [(0,)]
    verdict = verify_pack(tmp_path / "pack", now)
    assert verdict.outcome == "erased"
    assert verdict.differences == ()
    assert any("of an earlier format" in note for note in verdict.notes)
    assert now.manifest.identity == snapshot.manifest.identity
    assert forget_flags(data, NOW) == 0, "once"


def test_a_snapshot_of_this_format_is_left_alone(tmp_path: Path) -> None:
    data = publish(tmp_path / "data", [mention(1, event_type="mention", minor_suspected=True)])
    made = create(data, "after", "analyst", NOW)
    assert made.manifest.earlier is None
    assert forget_flags(data, NOW) == 0
    assert verify(find(data, "after")) == []


def test_a_segment_without_flags_is_not_written(tmp_path: Path) -> None:
    duckdb.connect().execute(
        f"COPY (SELECT 1 AS n, NULL::BOOLEAN AS minor_suspected) TO '{tmp_path / 'a'}' (FORMAT parquet)"
    )
    assert not write_without_flags(tmp_path / "a", tmp_path / "b")
    assert not (tmp_path / "b").exists()
