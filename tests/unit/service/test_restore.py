"""A restore as a drill: what was backed up comes back equal and quiet; a wrong key, a damaged file or a full folder is told."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.dashboards.published import history, publish
from veille.config import Settings, Store
from veille.privacy import PseudonymKeyError, vault_keypair
from veille.service import restore as restoring
from veille.service.assembly import open_folder
from veille.service.doctor import data as doctor
from veille.service.restore import Restoring, restore
from veille.service.sending_mode import SendingMode
from veille.sources.base import NeighbourSighting
from veille.sources.retention import Retention
from veille.sources.topics import NotYetError
from veille.store.backup import SEALED_NAME, write_backup
from veille.store.errors import StoreError
from veille.store.identity import take_identity
from veille.store.modes import Modes
from veille.store.restore import read_backup
from veille.store.sealed_file import PART, open_file, seal_file

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRIVATE, PUBLIC = vault_keypair()
OTHER, _ = vault_keypair()
KEYS = {"right": PRIVATE, "other": OTHER, "malformed": "no key", "none": None}
"""By name: the names of tests must not change from run to run."""


@pytest.fixture(scope="module")
def backups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder `data` and its backups `clear` and `sealed`."""
    root = tmp_path_factory.mktemp("restore")
    publish(root / "data", history(6, NOW))
    with open_folder(Settings(data_dir=root / "data"), "test", create=False) as (database, _, _):
        write_backup(database, root / "clear")
        write_backup(database, root / "sealed", PUBLIC)
    return root


def into(folder: Path, backup: Path, root: Path, **wanted: object) -> list[str]:
    key = root / "data" / "pseudonym.key"
    chosen = Restoring(backup=backup, **{"key_file": key, **wanted})  # type: ignore[arg-type]
    return list(restore(Settings(data_dir=folder), chosen, NOW, offline=True))


def rows(folder: Path) -> dict[str, int]:
    with open_folder(Settings(data_dir=folder), "test", create=False) as (database, _, _):
        connection = database.cursor()
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
            for name in ("mentions", "generations", "dead_letters", "positions", "batches")
        }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clear", "sealed"])
def test_a_drill(backups: Path, tmp_path: Path, kind: str) -> None:
    told = into(tmp_path / "new", backups / kind, backups, private_key=PRIVATE if kind == "sealed" else None)
    assert rows(tmp_path / "new") == rows(backups / "data")
    assert (tmp_path / "new" / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert told[-1] == "it starts quiet: nothing is sent until `veille incidents go-live`"
    assert [each.state for each in doctor.database(Settings(data_dir=tmp_path / "new"))] == ["ok"]


def test_nothing_of_an_encrypted_backup_is_in_clear(backups: Path) -> None:
    names = {file.name for file in (backups / "sealed").iterdir()}
    assert names == {"manifest.json", SEALED_NAME}
    assert b"DUCK" not in (backups / "sealed" / SEALED_NAME).read_bytes()[:4096]


def sending(folder: Path, after: timedelta) -> bool:
    with open_folder(Settings(data_dir=folder), "test", create=False) as (database, _, _):
        identity = take_identity(folder)
        mode = SendingMode(Modes(database, identity), identity, NeighbourSighting, clock=lambda: NOW + after)
        mode.turn()
        return mode.may_send


@pytest.mark.slow
def test_it_is_quiet_until_a_person_or_its_time_says_otherwise(backups: Path, tmp_path: Path) -> None:
    into(tmp_path / "new", backups / "clear", backups)
    assert not sending(tmp_path / "new", timedelta(days=400))
    timed = into(tmp_path / "timed", backups / "clear", backups, live_after=timedelta(hours=2))
    assert "until 2026-03-01 14:00 UTC" in timed[-1]
    assert not sending(tmp_path / "timed", timedelta(hours=1, minutes=59))
    assert sending(tmp_path / "timed", timedelta(hours=2))
    assert sending(tmp_path / "timed", timedelta(hours=1)), "it is on record, so a restart does not make it quiet again"


@pytest.mark.parametrize(
    ("change", "key", "cause"),
    [
        ("", "none", "is encrypted.*--backup-key-file"),
        ("", "other", "does not open.*backup_public_key"),
        ("", "malformed", "does not open"),
        ("flip", "right", "is damaged: its checksum differs"),
        ("cut", "right", "is damaged: its checksum differs"),
        ("flip without checksum", "right", "is damaged or incomplete"),
        ("cut without checksum", "right", "is damaged or incomplete"),
        ("no manifest", "right", "is no backup of Veille"),
        ("no file", "right", "is missing"),
    ],
)
def test_what_is_wrong_is_told_and_leaves_no_database(
    backups: Path, tmp_path: Path, change: str, key: str, cause: str
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    manifest = json.loads((backups / "sealed" / "manifest.json").read_text())
    content = bytearray((backups / "sealed" / SEALED_NAME).read_bytes())
    if "flip" in change:
        content[len(content) // 2] ^= 1
    if "cut" in change:
        del content[-PART // 2 :]
    if "without checksum" in change:
        del manifest["sha256"]
    if change != "no manifest":
        (copy / "manifest.json").write_text(json.dumps(manifest))
    if change != "no file":
        (copy / SEALED_NAME).write_bytes(content)
    with pytest.raises(StoreError, match=cause):
        into(tmp_path / "new", copy, backups, private_key=KEYS[key])
    assert not list((tmp_path / "new").glob("veille.duckdb*"))


def test_a_truncated_database_is_found_without_a_checksum(backups: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    manifest = json.loads((backups / "clear" / "manifest.json").read_text()) | {"sha256": None}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    content = (backups / "clear" / "veille.duckdb").read_bytes()
    (copy / "veille.duckdb").write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError):
        into(tmp_path / "new", copy, backups)


def test_the_key_must_be_that_of_the_data(backups: Path, tmp_path: Path) -> None:
    (tmp_path / "other.key").write_text("ab" * 32)
    (tmp_path / "other.key").chmod(0o600)
    with pytest.raises(PseudonymKeyError, match=r"written under the pseudonym key .*--key-file"):
        into(tmp_path / "new", backups / "clear", backups, key_file=tmp_path / "other.key")
    assert not (tmp_path / "new" / "pseudonym.key").exists(), "a wrong key is not left there"
    with pytest.raises(PseudonymKeyError):
        into(tmp_path / "new", backups / "clear", backups, key_file=None)


def test_a_folder_with_data_is_left_alone(backups: Path) -> None:
    with pytest.raises(StoreError, match="already has a database"):
        into(backups / "data", backups / "clear", backups)


def test_it_says_which_hours_kafka_no_longer_holds(
    backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = read_backup(backups / "clear")
    place = ("veille.mentions", 0)
    later = backup.made_at + timedelta(hours=100)
    settings = Settings(data_dir=tmp_path)

    def told(*, offline: bool) -> str:
        return "\n".join(restoring._hours_gone(settings, backup, {place: 10}, later, offline=offline))

    monkeypatch.setattr(restoring, "deleted_unread", lambda *_: {place: 1234})
    monkeypatch.setattr(restoring, "retentions", lambda *_: [Retention("veille.mentions", 72.0)])
    assert "(28 hours): it keeps messages for 72 hours" in told(offline=False)
    assert "1,234 messages of veille.mentions, partition 0, were deleted" in told(offline=False)
    assert "(28 hours)" in told(offline=True), "without a broker, by [kafka] raw_hours"
    monkeypatch.setattr(restoring, "deleted_unread", lambda *_: {})
    assert told(offline=False) == "Kafka: it still has every message since the backup"

    def away(*_: object) -> dict[object, int]:
        raise NotYetError("away")

    monkeypatch.setattr(restoring, "deleted_unread", away)
    assert "(28 hours)" in told(offline=False)


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART])
def test_a_sealed_file_is_opened_to_the_same_bytes(tmp_path: Path, size: int) -> None:
    (tmp_path / "plain").write_bytes(bytes(range(256)) * (size // 256 + 1))
    with (tmp_path / "plain").open("r+b") as file:
        file.truncate(size)
    seal_file(tmp_path / "plain", tmp_path / "sealed", PUBLIC)
    open_file(tmp_path / "sealed", tmp_path / "again", PRIVATE)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "plain").read_bytes()


def test_parts_cannot_be_left_out_or_moved(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"a" * 2 * PART + b"b")
    seal_file(tmp_path / "plain", tmp_path / "sealed", PUBLIC)
    head, part = 16 + 80, PART + 16
    content = (tmp_path / "sealed").read_bytes()
    first, second, rest = (
        content[head : head + part],
        content[head + part : head + 2 * part],
        content[head + 2 * part :],
    )
    for wrong in (second + first + rest, first + rest, first + second, first + second + rest + rest):
        (tmp_path / "sealed").write_bytes(content[:head] + wrong)
        with pytest.raises(StoreError, match="damaged or incomplete"):
            open_file(tmp_path / "sealed", tmp_path / "again", PRIVATE)


def test_a_public_key_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"x")
    with pytest.raises(StoreError, match="64 hex digits"):
        seal_file(tmp_path / "plain", tmp_path / "sealed", "abc")
    with pytest.raises(ValueError, match="backup_public_key"):
        Store(backup_public_key="abc")
