"""Data folders that the suite reads, made once a run."""

import gzip
import json
import os
from itertools import islice
from pathlib import Path

import pytest

from tests.amounts import LONG
from tests.consistency.truth import Truth
from tests.integration.runner import veille
from tests.shared_data import shared_data
from tests.unit.dashboards.caches import forgetful  # noqa: F401  used by every test here

UNTIL = "2026-01-22T06"
"""The planted week is replayed up to here: surges, clusters and incidents are in it, at half the cost."""

REAL_LINES = 20_000
"""Of the real file; VEILLE_CONSISTENCY_REAL names a folder with all of it."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of simulated events, with everything planted. VEILLE_CONSISTENCY_FOLDER names one made before."""
    made = os.environ.get("VEILLE_CONSISTENCY_FOLDER")
    if made:
        return Path(made)
    work = tmp_path_factory.mktemp("consistency")
    data, events = work / "data", work / "events"
    veille("simulate", "planted-week", "--scale", "10000", "--format", "ndjson", "--out", str(events), data_dir=data)
    for file in events.glob("*.ndjson"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if json.loads(line)["occurred_at"] < UNTIL), encoding="utf-8")
    veille("replay", *map(str, sorted(events.glob("*.ndjson"))), data_dir=data)
    return data


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of real mentions. VEILLE_CONSISTENCY_REAL names one made before."""
    made = os.environ.get("VEILLE_CONSISTENCY_REAL")
    if made:
        return Path(made)
    work = tmp_path_factory.mktemp("consistency-real")
    data, head = work / "data", work / "head.ndjson"
    with gzip.open(shared_data("ira_dev.ndjson.gz"), "rt", encoding="utf-8") as file:
        head.write_text("".join(islice(file, REAL_LINES)), encoding="utf-8")
    short = () if LONG else ("--no-detect",)
    veille("replay", str(head), "--type", "mention", "--map", "prompt=text", *short, data_dir=data)
    return data


@pytest.fixture(scope="session")
def truth(demo: Path) -> Truth:
    return Truth(demo)
