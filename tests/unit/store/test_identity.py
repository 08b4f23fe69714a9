"""A data folder's id: kept by what renames it, new in what copies it."""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from veille.config import Store
from veille.privacy import load_key
from veille.store import identity
from veille.store.backup import write_backup
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.identity import FILE, read_identity, take_identity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    (made / "veille.duckdb").write_bytes(b"rows")
    return made


def test_it_stays_from_start_to_start_and_each_start_is_a_run_of_its_own(folder: Path) -> None:
    first, second = take_identity(folder), take_identity(folder)
    assert (first.folder_id, first.born_at) == (second.folder_id, second.born_at)
    assert first.run != second.run
    assert second.runs == {first.run}
    assert read_identity(folder) is not None
    assert (folder / FILE).stat().st_mode & 0o077 == 0


def test_a_renamed_folder_keeps_it(folder: Path) -> None:
    before = take_identity(folder).folder_id
    moved = folder.rename(folder.with_name("renamed"))
    assert take_identity(moved).folder_id == before


def _copy(folder: Path, there: Path) -> None:
    shutil.copytree(folder, there)


def _cp(folder: Path, there: Path) -> None:
    subprocess.run(["cp", "-a", str(folder), str(there)], check=True)


def _hard_links(folder: Path, there: Path) -> None:
    subprocess.run(["cp", "-al", str(folder), str(there)], check=True)


def _tar(folder: Path, there: Path) -> None:
    with tarfile.open(folder.with_suffix(".tar"), "w") as out:
        out.add(folder, there.name)
    with tarfile.open(folder.with_suffix(".tar")) as archive:
        archive.extractall(there.parent, filter="tar")


@pytest.mark.parametrize("copy", [_copy, _cp, _hard_links, _tar])
@pytest.mark.parametrize("source_is_gone", [False, True])
def test_a_copy_takes_a_fresh_one(folder: Path, copy: Callable[[Path, Path], None], source_is_gone: bool) -> None:
    before = take_identity(folder)
    there = folder.with_name("copy")
    copy(folder, there)
    assert (there / FILE).exists(), "what is copied has the file"
    if source_is_gone:
        shutil.rmtree(folder)
        there = there.rename(folder)  # in the place of the first
    assert read_identity(there) is None
    fresh = take_identity(there)
    assert fresh.folder_id != before.folder_id
    assert fresh.born_at >= before.born_at
    assert fresh.runs == frozenset(), "the runs of the other folder are not its own"
    assert take_identity(there).folder_id == fresh.folder_id


def test_a_file_that_is_written_back_into_its_folder_is_a_copy(folder: Path) -> None:
    before = take_identity(folder)
    text = (folder / FILE).read_text()
    (folder / FILE).rename(folder / "kept")  # so that its number is not given away again
    (folder / FILE).write_text(text)
    assert take_identity(folder).folder_id != before.folder_id


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"device": 1}, True),
        ({"path": "/elsewhere"}, True),
        ({"device": 1, "path": "/elsewhere"}, False),
        ({"machine": "another"}, False),
        ({"machine": None}, True),
        ({"folder": 1}, False),
        ({"file": 1}, False),
    ],
    ids=str,
)
def test_what_tells_a_copy(
    folder: Path, changed: dict[str, object], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device's number may change at a start, a path by renaming, and a container has no machine id."""
    monkeypatch.setattr(identity, "_machine", lambda: "this")
    before = take_identity(folder)
    file = folder / FILE
    known = json.loads(file.read_text())
    known["place"] |= changed
    with file.open("r+") as handle:  # the same file
        handle.truncate()
        json.dump(known, handle)
    assert (take_identity(folder).folder_id == before.folder_id) is kept


@pytest.mark.parametrize("content", ["", "{", "[]", '{"folder": 3}', '{"folder": "zz", "born": "x"}', "null"])
def test_a_file_of_no_use_is_replaced(folder: Path, content: str) -> None:
    (folder / FILE).write_text(content)
    assert take_identity(folder).folder_id == take_identity(folder).folder_id


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        with pytest.raises(StoreError, match=r"folder\.json"):
            take_identity(folder)
    finally:
        folder.chmod(0o700)


def test_it_stands_in_no_backup(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    key = load_key(data / "pseudonym.key", None, create=True)
    before = take_identity(data)
    database = Database(data / "veille.duckdb", Store(), key)
    write_backup(database, tmp_path / "backup")
    database.close()
    for file in (tmp_path / "backup").rglob("*"):
        if file.is_file():
            assert before.folder_id.encode() not in file.read_bytes()
