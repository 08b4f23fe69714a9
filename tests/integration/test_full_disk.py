"""A disk that fills up: a clear error, a readable catalogue, and on it goes when there is room."""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.forked import Forked
from tests.integration.runner import environment, veille, wait_until
from tests.unit.make import mention, raw
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

EVENTS, DISK_MIB = 40_000, 16


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of DISK_MIB, as the data folder."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        if os.environ.get("CI") == "true":
            pytest.fail("CI must be able to mount a tmpfs")
        pytest.skip("mounting a small tmpfs needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def incompressible(number: int) -> str:
    """About 500 letters in words that no other event has."""
    digits = hashlib.shake_128(str(number).encode()).hexdigest(224)
    letters = digits.translate(str.maketrans("0123456789abcdef", "bcdfghklmnprstvz"))
    return " ".join(letters[start : start + 7] for start in range(0, len(letters), 7))


@pytest.mark.parametrize("reserve", ["6", "0"], ids=["guarded", "unguarded"])
def test_a_full_disk_is_survived(small_disk: Path, tmp_path: Path, reserve: str) -> None:
    """Guarded: ingest waits before the disk is full. Unguarded: DuckDB's own write fails; a second call mends it."""
    events = tmp_path / "mentions.ndjson"
    with events.open("wb") as file:
        for n in range(EVENTS):
            event = mention(n, account_id=f"asker_{n}", post_id=f"post_{n}", prompt=incompressible(n))
            file.write(raw(event) + b"\n")
    data = small_disk / "data"
    some = tmp_path / "some.ndjson"
    some.write_bytes(raw(mention(EVENTS + 1)))
    veille("replay", str(some), "--type", "mention", data_dir=data, VEILLE_STORE__RESERVE_MIB="0")
    log, out = tmp_path / "replay.log", tmp_path / "replay.out"
    log.touch()
    process = Forked(["replay", str(events), "--json"], environment(data, VEILLE_STORE__RESERVE_MIB=reserve), out, log)
    try:
        wait_until(lambda: "full" in log.read_text() or process.poll() is not None, "the disk is full")
        assert "Traceback" not in log.read_text()
        assert Reader(data / "published" / "analyst").query("SELECT count(*) FROM mentions").item() == 1
        if reserve != "0":
            assert process.poll() is None, log.read_text()
        time.sleep(0.5)
        subprocess.run(["mount", "-o", "remount,size=900m", str(small_disk)], check=True)
        process.wait(180)
    finally:
        process.kill()
    output = out.read_text()
    if process.returncode:
        assert log.read_text().splitlines()[-1].startswith("veille: ")
        output = veille("replay", str(events), "--json", data_dir=data).stdout
    counts = json.loads(output.splitlines()[-1])
    assert counts["accepted"] + counts["duplicates"] == EVENTS
    found = (
        Reader(data / "published" / "analyst").query("SELECT count(*), count(DISTINCT event_id) FROM mentions").row(0)
    )
    assert found == (EVENTS + 1, EVENTS + 1)
