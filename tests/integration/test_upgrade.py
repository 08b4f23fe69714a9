"""An installation that commit 4674ceb left opens, with the figures that it had but for named differences."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fingerprint import base, found, replayed, unnamed, unpack, upgraded
from tests.integration.runner import veille
from veille.store.fingerprint import differences, fingerprint

RESEARCH: dict[str, Any] = {"VEILLE_RESEARCH__PUBLISH": "true"}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="module")
def opened(old: Path) -> Path:
    """Its data folder, migrated and published by the present code."""
    data = upgraded(old)
    done = veille(
        "replay", str(old / "events"), "--json", data_dir=data, VEILLE_CONFIG=str(old / "veille.toml"), **RESEARCH
    )
    assert json.loads(done.stdout)["accepted"] == 0
    return data


def test_what_it_published_is_read_as_it_stands(old: Path) -> None:
    assert differences(base("upgraded"), fingerprint(old / "data" / "published")) == {}
    assert differences(base("eight-days"), fingerprint(old / "replayed")) == {}


def test_its_folder_is_migrated_and_says_the_same(old: Path, opened: Path) -> None:
    assert unnamed("upgraded", found("upgraded", opened / "published", old / "data" / "published")) == []


def test_a_replay_of_its_events_gives_its_figures(old: Path, tmp_path: Path) -> None:
    assert unnamed("eight-days", found("eight-days", replayed(tmp_path, old / "events"), old / "replayed")) == []


def test_its_backup_is_restored_to_the_same(old: Path, opened: Path, tmp_path: Path) -> None:
    restored = tmp_path / "restored"
    restored.mkdir(mode=0o700)
    shutil.copy(old / "backup" / "veille.duckdb", restored)
    shutil.copy(old / "data" / "pseudonym.key", restored)
    veille("replay", str(old / "events"), data_dir=restored, **RESEARCH)
    assert differences(fingerprint(opened / "published"), fingerprint(restored / "published")) == {}


def test_its_snapshot_and_its_pack_are_confirmed(old: Path, opened: Path) -> None:
    """Of an earlier format, and without the flags of minors that were erased at the upgrade: both are told, neither is damage."""
    checked = veille("snapshot", "verify", "before-upgrade", data_dir=opened, check=False)
    assert checked.returncode == 3, checked.stdout
    assert "of an earlier format: 2" in checked.stdout
    assert "valid, except for data erased since" in checked.stdout
    told = veille("pack", "verify", str(old / "pack.zip"), "--snapshot", "before-upgrade", data_dir=opened, check=False)
    assert told.returncode == 3, told.stdout
    assert told.stdout.splitlines()[-1].startswith("erased since")


def test_what_persons_did_stands(old: Path, opened: Path) -> None:
    facts = json.loads((old / "facts.json").read_text())
    listed = json.loads(veille("incidents", "list", "--json", data_dir=opened).stdout)
    incidents: dict[str, Any] = {row["incident_id"]: row for row in listed}
    assert incidents[facts["acknowledged"]]["state"] == "acknowledged"
    assert incidents[facts["resolved"]]["disposition"] == "useful"
    assert "seen" in veille("incidents", "show", facts["commented"], data_dir=opened).stdout
    assert "confirm" in veille("clusters", "show", facts["confirmed"], data_dir=opened).stdout
    assert "ana" in veille("token", "list", data_dir=opened).stdout
    letters = json.loads(veille("deadletters", "list", "--json", data_dir=opened).stdout)
    assert [letter["rule"] for letter in letters] == ["required", "datetime", "json"]
