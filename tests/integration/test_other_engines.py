"""The catalogue opens in tools that are not ours: the DuckDB CLI 1.5 from PyPI, on a copy in another folder."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.integration.runner import veille
from tests.unit.make import generation, mention, raw

pytestmark = pytest.mark.slow

CLI = "duckdb-cli==1.5.0"


@pytest.fixture(scope="module")
def duckdb_cli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CLI from its package on PyPI. Skips where PyPI is out of reach; fails there in CI."""
    folder = tmp_path_factory.mktemp("cli")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), CLI]
    fetched = subprocess.run(command, capture_output=True, text=True, check=False)
    if fetched.returncode:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CLI} cannot be fetched: {fetched.stderr[-300:]}")
        pytest.skip(f"{CLI} cannot be fetched from PyPI here")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if Path(each).name in {"duckdb", "duckdb.exe"})
        program = Path(archive.extract(name, folder))
    program.chmod(0o755)
    return program


def test_a_copied_catalogue_works_in_the_duckdb_cli(duckdb_cli: Path, tmp_path: Path) -> None:
    lines = [raw(mention(n) | {"event_type": "mention"}) for n in range(30)]
    lines += [raw(generation(n) | {"event_type": "generation"}) for n in range(10)]
    (tmp_path / "events.ndjson").write_bytes(b"\n".join(lines))
    veille("replay", str(tmp_path / "events.ndjson"), data_dir=tmp_path / "data")
    copy = tmp_path / "another place"
    shutil.copytree(tmp_path / "data" / "published" / "analyst", copy)
    shutil.rmtree(tmp_path / "data")
    sql = (
        f"SET VARIABLE veille_root = '{copy}';"
        "SELECT (SELECT count(*) FROM mentions) AS mentions, (SELECT count(*) FROM exchanges WHERE outcome = 'fulfilled') AS fulfilled,"
        " (SELECT sum(requests)::INTEGER FROM requests_hour) AS requests"
    )
    command = [str(duckdb_cli), "-readonly", "-json", str(copy / "catalog.duckdb"), "-c", sql]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"mentions": 30, "fulfilled": 10, "requests": 30}]
