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
from veille.research.snapshots import Snapshot, create, delete, erase, find, open_snapshot, snapshots, verify
from veille.research.snapshots.manifest import CATALOGUE, MANIFEST, read_manifest
from veille.store.empty import publish_nothing
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 10, 13)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A folder that publishes into `published/analyst`, forgets replaced segments at once, and has a snapshot `winter`."""
    root = tmp_path_factory.mktemp("snapshots")
    made = Site(root, Publish(retire_minutes=0))
    for number in range(3):
        now = NOON + timedelta(seconds=number)
        made.private.add("mentions", f"m{number}", now)
        made.commit(now)
    create(root, "winter", "analyst", NOW)
    yield made
    made.reader.close()
    made.close()


@pytest.fixture
def data_dir(site: Site) -> Path:
    return site.folder.parents[1]


@pytest.fixture
def winter(data_dir: Path) -> Snapshot:
    """The snapshot itself: for tests that change nothing of it."""
    return find(data_dir, "winter")


@pytest.fixture
def kept(winter: Snapshot, tmp_path: Path) -> Snapshot:
    """A copy of it, to be damaged."""
    shutil.copytree(winter.folder, tmp_path / "winter", copy_function=shutil.copyfile)
    return open_snapshot(tmp_path / "winter")


def mentions(folder: Path) -> int:
    return int(Reader(folder, threads=1).query("SELECT count(*) AS n FROM exchanges").item())


def segment(snapshot: Snapshot) -> Path:
    return next(path for path in sorted(snapshot.folder.glob("segments/mentions/*/*.parquet")))


def test_a_snapshot_is_whole_and_sound_and_its_files_are_its_own(winter: Snapshot, site: Site) -> None:
    assert verify(winter) == []
    assert mentions(winter.folder) == 3
    assert (winter.manifest.name, winter.manifest.catalogue) == ("winter", "analyst")
    assert {entry.path for entry in winter.manifest.files} == {
        path.relative_to(winter.folder).as_posix() for path in winter.folder.rglob("*") if path.is_file()
    } - {MANIFEST}
    live = {path.stat().st_ino for path in site.folder.rglob("*")}
    assert not live & {path.stat().st_ino for path in winter.folder.rglob("*")}
    assert {path.stat().st_mode & 0o777 for path in winter.folder.rglob("*") if path.is_file()} == {0o400}


def test_a_disk_without_room_is_said_before_anything_is_copied(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(data_dir)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1))
    with pytest.raises(ResearchError, match="MiB free: free disk space"):
        create(data_dir, "late", "analyst", NOW)
    assert not list((data_dir / "snapshots").glob("*late*"))


def test_any_program_opens_it_in_place(winter: Snapshot) -> None:
    with duckdb.connect(str(winter.folder / CATALOGUE), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM exchanges").fetchall() == [(3,)]
        assert connection.execute("SELECT sum(requests) FROM requests_hour").fetchall() == [(3,)]


def test_it_is_the_same_elsewhere(kept: Snapshot, winter: Snapshot, tmp_path: Path) -> None:
    copy = find(tmp_path, str(kept.folder))
    assert verify(copy) == []
    assert copy.manifest.identity == winter.manifest.identity
    assert mentions(copy.folder) == 3


def test_a_flipped_byte_is_located(kept: Snapshot) -> None:
    path = kept.folder / CATALOGUE
    content = bytearray(path.read_bytes())
    content[70_000] ^= 1
    path.write_bytes(content)
    (fault,) = verify(kept)
    assert (fault.kind, str(fault)) == ("changed", "catalog.duckdb: content differs within bytes 65,536 to 131,071")


def test_a_missing_and_a_truncated_file_are_told(kept: Snapshot) -> None:
    first = segment(kept)
    second = next(path for path in sorted(kept.folder.glob("segments/*/*/*.parquet")) if path != first)
    size = second.stat().st_size
    first.unlink()
    faults = verify(kept)
    assert [(fault.kind, fault.path) for fault in faults] == [("missing", first.relative_to(kept.folder).as_posix())]
    second.write_bytes(second.read_bytes()[:-1])
    assert f"{size - 1:,} bytes instead of {size:,}" in str(verify(kept))


def test_an_erasure_leaves_a_tombstone_and_a_usable_catalogue(kept: Snapshot, tmp_path: Path) -> None:
    path = segment(kept).relative_to(kept.folder).as_posix()
    original = (kept.folder / path).read_bytes()
    (tmp_path / "link").hardlink_to(kept.folder / path)
    erased = erase(kept, path, datetime(2026, 4, 1, 8))
    assert read_manifest(kept.folder / MANIFEST) == erased.manifest
    assert erased.manifest.identity == kept.manifest.identity
    (fault,) = verify(erased)
    assert (fault.kind, fault.detail) == ("erased", "erased since, on 2026-04-01T08:00:00.000000Z")
    assert mentions(erased.folder) < 3
    assert (kept.folder / path).read_bytes() != original
    assert (tmp_path / "link").read_bytes() == original  # another copy: erased on its own


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


def test_snapshots_are_listed_found_and_deleted(winter: Snapshot, data_dir: Path) -> None:
    told: list[int] = []
    later = create(data_dir, "later", "analyst", NOW + timedelta(hours=1), told.append)
    copied = list(later.folder.rglob("*.parquet"))
    assert told == [sum(file.stat().st_size for file in copied)], "what is told is what is copied"
    assert [each.manifest.name for each in snapshots(data_dir)] == ["winter", "later"]
    assert find(data_dir, "later").manifest == later.manifest
    delete(later)
    assert [each.manifest for each in snapshots(data_dir)] == [winter.manifest]
    with pytest.raises(ResearchError, match="there is no snapshot later"):
        find(data_dir, "later")


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a/b", "x" * 65])
def test_names_are_plain(data_dir: Path, name: str) -> None:
    with pytest.raises(ResearchError, match="is not a valid snapshot name"):
        create(data_dir, name, "analyst", NOW)


def test_a_name_is_used_once_and_nothing_is_left_of_a_failure(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(ResearchError, match="already"):
        create(data_dir, "winter", "analyst", NOW)
    with pytest.raises(ResearchError, match="nothing is published"):
        create(data_dir, "other", "research", NOW)
    shutil.copytree(data_dir / "published", tmp_path / "published")
    next((tmp_path / "published/analyst").glob("segments/mentions/*/*.parquet")).unlink()
    with pytest.raises(ResearchError, match="cannot be written"):
        create(tmp_path, "broken", "analyst", NOW)
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_the_research_catalogue_can_be_kept_too(tmp_path: Path) -> None:
    publish_nothing(tmp_path / "published", NOW)
    snapshot = create(tmp_path, "research-1", "research", NOW)
    assert verify(snapshot) == []
    assert Reader(snapshot.folder, threads=1).query("SELECT count(*) AS n FROM exchanges").item() == 0


def test_it_never_changes_while_the_stream_goes_on_and_compaction_deletes_the_originals(
    winter: Snapshot, site: Site
) -> None:
    before = {path: path.read_bytes() for path in winter.folder.rglob("*") if path.is_file()}
    for number in range(3, 11):
        now = NOON + timedelta(seconds=number)
        site.private.add("mentions", f"m{number}", now)
        site.commit(now)
    site.compact(NOON + timedelta(minutes=1))
    site.compact(NOON + timedelta(minutes=2))
    assert not (site.folder / segment(winter).relative_to(winter.folder)).exists()
    assert site.rows("SELECT count(*) FROM mentions") == [(11,)]
    assert {path: path.read_bytes() for path in winter.folder.rglob("*") if path.is_file()} == before
    assert verify(winter) == []
    assert mentions(winter.folder) == 3
