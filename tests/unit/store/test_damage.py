"""A damaged database names its cure, wherever the damage is, and `veille doctor` finds it."""

from pathlib import Path

import pytest

from tests.unit.dashboards.published import history, publish
from tests.unit.service.test_restore import NOW
from veille.config import Settings
from veille.service.doctor import data as doctor
from veille.store.errors import StoreError
from veille.store.restore import read_all


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("damage") / "data", history(3, NOW))


def flipped(whole: bytes) -> bytes:
    """One bit of each block of 256 KiB."""
    changed = bytearray(whole)
    for place in range(12_288 + 1_000, len(changed), 1 << 18):
        changed[place] ^= 1
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["half", "last block", "header", "empty", "zeroed", "flipped"])
def test_every_damage_is_found_and_the_cure_is_named(folder: Path, kind: str) -> None:
    file = folder / "veille.duckdb"
    whole = file.read_bytes()
    middle = len(whole) // 2
    changed = {
        "half": whole[:middle],
        "last block": whole[:-4096],
        "header": whole[:9000],
        "empty": b"",
        "zeroed": whole[:middle] + bytes(300_000) + whole[middle + 300_000 :],
        "flipped": flipped(whole),
    }[kind]
    file.write_bytes(changed)
    try:
        with pytest.raises(StoreError, match=r"is damaged.*veille restore"):
            read_all(file)
        (told,) = doctor.database(Settings(data_dir=folder))
        assert told.state == "fault"
        assert "is damaged" in told.what
    finally:
        file.write_bytes(whole)


def test_a_whole_database_is_well(folder: Path) -> None:
    (told,) = doctor.database(Settings(data_dir=folder))
    assert (told.state, told.what[:6]) == ("ok", "whole:")


def test_owners_and_modes_are_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=folder)
    settings.database.chmod(0o644)
    assert any("readable by other users" in each.what for each in doctor.ownership(settings))
    settings.database.chmod(0o600)
    assert not list(doctor.ownership(settings))
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    assert {each.state for each in doctor.ownership(settings)} == {"fault"}
    assert any("chown" in each.cure for each in doctor.ownership(settings))
