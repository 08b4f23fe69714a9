"""Snapshots: immutable, usable in place and elsewhere, checkable to the block, and honest after an erasure."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.unit.store.publish.conftest import NOON, Site
from veille.config import Publish
from veille.research.errors import ResearchError
from veille.research.snapshots import Snapshot, create, delete, erase, find, snapshots, verify
from veille.research.snapshots.manifest import CATALOGUE, MANIFEST, read_manifest
from veille.store.reader import Reader

NOW = datetime(2026, 3, 10, 13)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A folder that publishes into `published/analyst` and forgets replaced segments at once."""
    made = Site(tmp_path, Publish(retire_minutes=0))
    for number in range(9):
        now = NOON + timedelta(seconds=number)
        made.private.add("mentions", f"m{number}", now)
        made.commit(now)
    yield made
    made.reader.close()
    made.close()


@pytest.fixture
def data_dir(site: Site, tmp_path: Path) -> Path:
    assert site.folder.is_dir()
    return tmp_path


@pytest.fixture
def kept(data_dir: Path) -> Snapshot:
    return create(data_dir, "winter", "analyst", NOW)


def mentions(folder: Path) -> int:
    return int(Reader(folder, threads=1).query("SELECT count(*) AS n FROM exchanges").item())


def segment(snapshot: Snapshot) -> Path:
    return next(path for path in sorted(snapshot.folder.glob("segments/mentions/*/*.parquet")))


def test_a_snapshot_is_whole_linked_and_sound(kept: Snapshot, site: Site) -> None:
    assert verify(kept) == []
    assert mentions(kept.folder) == 9
    assert (kept.manifest.name, kept.manifest.catalogue) == ("winter", "analyst")
    assert {entry.path for entry in kept.manifest.files} == {
        path.relative_to(kept.folder).as_posix() for path in kept.folder.rglob("*") if path.is_file()
    } - {MANIFEST}
    linked = site.folder / segment(kept).relative_to(kept.folder)
    assert linked.stat().st_ino == segment(kept).stat().st_ino


def test_it_never_changes_while_the_stream_goes_on_and_compaction_deletes_the_originals(
    kept: Snapshot, site: Site
) -> None:
    before = {path: path.read_bytes() for path in kept.folder.rglob("*") if path.is_file()}
    for number in range(9, 30):
        now = NOON + timedelta(seconds=number)
        site.private.add("mentions", f"m{number}", now)
        site.commit(now)
        site.compact(now + timedelta(seconds=10))
    assert not (site.folder / segment(kept).relative_to(kept.folder)).exists()
    assert site.rows("SELECT count(*) FROM mentions") == [(30,)]
    assert {path: path.read_bytes() for path in kept.folder.rglob("*") if path.is_file()} == before
    assert verify(kept) == []
    assert mentions(kept.folder) == 9


def test_any_program_opens_it_in_place(kept: Snapshot) -> None:
    with duckdb.connect(str(kept.folder / CATALOGUE), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM exchanges").fetchall() == [(9,)]
        assert connection.execute("SELECT sum(requests) FROM requests_hour").fetchall() == [(9,)]


def test_it_is_the_same_elsewhere(kept: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(kept.folder, tmp_path / "far away")
    shutil.rmtree(kept.folder)
    copy = find(tmp_path, str(tmp_path / "far away"))
    assert verify(copy) == []
    assert copy.manifest.identity == kept.manifest.identity
    assert mentions(copy.folder) == 9


def test_a_flipped_byte_is_located(kept: Snapshot) -> None:
    path = kept.folder / CATALOGUE
    content = bytearray(path.read_bytes())
    content[70_000] ^= 1
    path.write_bytes(content)
    (fault,) = verify(kept)
    assert (fault.kind, str(fault)) == ("changed", "catalog.duckdb: content differs within bytes 65,536 to 131,071")


def test_a_missing_and_a_truncated_file_are_told(kept: Snapshot) -> None:
    first = segment(kept)
    second = kept.folder / "segments/mentions/empty.parquet"
    size = second.stat().st_size if second.exists() else 0
    first.unlink()
    faults = verify(kept)
    assert [(fault.kind, fault.path) for fault in faults] == [("missing", first.relative_to(kept.folder).as_posix())]
    if size:
        second.write_bytes(second.read_bytes()[:-1])
        assert f"{size - 1:,} bytes instead of {size:,}" in str(verify(kept))


def test_an_erasure_leaves_a_tombstone_and_a_usable_catalogue(kept: Snapshot, site: Site) -> None:
    path = segment(kept).relative_to(kept.folder).as_posix()
    original = (site.folder / path).read_bytes()
    erased = erase(kept, path, datetime(2026, 4, 1, 8))
    assert read_manifest(kept.folder / MANIFEST) == erased.manifest
    assert erased.manifest.identity == kept.manifest.identity
    (fault,) = verify(erased)
    assert (fault.kind, fault.detail) == ("erased", "erased since, on 2026-04-01T08:00:00.000000Z")
    assert mentions(erased.folder) < 9
    assert (kept.folder / path).read_bytes() != original
    assert (site.folder / path).read_bytes() == original  # another copy: erased on its own


def test_an_erasure_may_keep_the_other_rows(kept: Snapshot, tmp_path: Path) -> None:
    path = segment(kept).relative_to(kept.folder).as_posix()
    other = tmp_path / "other.parquet"
    duckdb.sql(f"COPY (SELECT * FROM '{kept.folder / path}' WHERE false) TO '{other}'")
    erased = erase(kept, path, NOW, other)
    assert [fault.kind for fault in verify(erased)] == ["erased"]
    again = erase(erased, path, NOW + timedelta(days=1))
    assert [len(entry.erased) for entry in again.manifest.erased] == [2]
    assert again.manifest.identity == kept.manifest.identity
    with pytest.raises(ResearchError, match="no file"):
        erase(kept, "../escape", NOW)


def test_damage_after_an_erasure_is_damage(kept: Snapshot) -> None:
    path = segment(kept).relative_to(kept.folder).as_posix()
    erased = erase(kept, path, NOW)
    (kept.folder / path).write_bytes(b"other")
    assert [fault.kind for fault in verify(erased)] == ["erased", "changed"]


def test_snapshots_are_listed_found_and_deleted(kept: Snapshot, data_dir: Path) -> None:
    later = create(data_dir, "later", "analyst", NOW + timedelta(hours=1))
    assert [each.manifest.name for each in snapshots(data_dir)] == ["winter", "later"]
    assert find(data_dir, "later").manifest == later.manifest
    delete(later)
    assert [each.manifest.name for each in snapshots(data_dir)] == ["winter"]
    with pytest.raises(ResearchError, match="no snapshot is named later"):
        find(data_dir, "later")


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a/b", "x" * 65])
def test_names_are_plain(data_dir: Path, name: str) -> None:
    with pytest.raises(ResearchError, match="cannot name a snapshot"):
        create(data_dir, name, "analyst", NOW)


def test_a_name_is_used_once_and_nothing_is_left_of_a_failure(kept: Snapshot, data_dir: Path) -> None:
    with pytest.raises(ResearchError, match="already"):
        create(data_dir, "winter", "analyst", NOW)
    with pytest.raises(ResearchError, match="nothing is published"):
        create(data_dir, "other", "research", NOW)
    segment_of_published = next((data_dir / "published/analyst").glob("segments/mentions/*/*.parquet"))
    segment_of_published.unlink()
    with pytest.raises(ResearchError, match="cannot be written"):
        create(data_dir, "broken", "analyst", NOW)
    assert sorted(path.name for path in (data_dir / "snapshots").iterdir()) == ["winter"]
