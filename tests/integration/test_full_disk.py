"""A disk that fills up: a clear error, a readable catalogue, and on it goes when there is room."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.runner import VEILLE, environment, veille, wait_until
from tests.unit.make import mention, raw
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

EVENTS = 150_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 40 MB, as the data folder."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        if os.environ.get("CI") == "true":
            pytest.fail("CI must be able to mount a tmpfs")
        pytest.skip("mounting a small tmpfs needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.parametrize("reserve", ["8", "0"], ids=["guarded", "unguarded"])
def test_a_full_disk_is_survived(small_disk: Path, tmp_path: Path, reserve: str) -> None:
    """Guarded: ingest waits before the disk is full. Unguarded: DuckDB's own write fails; a second call mends it."""
    events = tmp_path / "mentions.ndjson"
    with events.open("wb") as file:
        for n in range(EVENTS):
            text = f"{n} {n * 7919 % 100_003} " * 12
            file.write(raw(mention(n, account_id=f"asker_{n}", post_id=f"post_{n}", prompt=text)) + b"\n")
    data = small_disk / "data"
    some = tmp_path / "some.ndjson"
    some.write_bytes(raw(mention(EVENTS + 1)))
    veille("replay", str(some), "--type", "mention", data_dir=data, VEILLE_STORE__RESERVE_MIB="0")
    log = tmp_path / "replay.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*VEILLE, "replay", str(events), "--json"],
            env=environment(data, VEILLE_STORE__RESERVE_MIB=reserve),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        wait_until(
            lambda: b"full" in log.read_bytes() or process.poll() is not None, 90, log.read_text(errors="replace")
        )
        assert b"Traceback" not in log.read_bytes()
        assert Reader(data / "published" / "analyst").query("SELECT count(*) FROM mentions").item() == 1
        if reserve != "0":
            assert process.poll() is None, log.read_text()
        time.sleep(0.5)
        subprocess.run(["mount", "-o", "remount,size=900m", str(small_disk)], check=True)
        output, _ = process.communicate(timeout=180)
    if process.returncode:
        assert log.read_text().splitlines()[-1].startswith("veille: ")
        output = veille("replay", str(events), "--json", data_dir=data).stdout.encode()
    counts = json.loads(output.splitlines()[-1])
    assert counts["accepted"] + counts["duplicates"] == EVENTS
    found = (
        Reader(data / "published" / "analyst").query("SELECT count(*), count(DISTINCT event_id) FROM mentions").row(0)
    )
    assert found == (EVENTS + 1, EVENTS + 1)
