"""Snapshots with a group that acts together, and Spark where it is installed."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest

from tests.made_once import made_once
from tests.unit.dashboards.published import publish
from tests.unit.detect.coordination.planted import START, strangers, strikes
from veille.research.snapshots import create
from veille.scale.errors import ScaleError
from veille.scale.session import _checked

THRIFTY = "--conf spark.sql.codegen.wholeStage=false --driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
"""Of a small set most of Spark's time goes into compiling: what saves that changes no result."""


@pytest.fixture(scope="session")
def spark_there() -> Iterator[None]:
    """Skips where pyspark or Java is missing, and says which; fails there in CI."""
    try:
        _checked()
    except ScaleError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", THRIFTY)
        yield


def command_of(process: psutil.Process) -> str:
    """Its command line, empty where it has ended."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def _mention(number: int, account: str, target: str, second: float) -> dict[str, Any]:
    return {
        "event_type": "mention",
        "event_id": f"m{number}",
        "occurred_at": (START + timedelta(seconds=second)).isoformat(),
        "platform": "x",
        "account_id": account,
        "target_id": target,
        "post_id": f"p{number // 2}" if number % 3 else None,
        "request_class": "sexualising",
        "collection_id": "keyword",
        "sampling_probability": 1.0,
    }


def _make(place: Path) -> None:
    rows = strangers(5, events=900, accounts=120, targets=60) + strikes(5)
    publish(place / "data", [_mention(number, *row) for number, row in enumerate(rows)])
    create(place / "data", "winter", "analyst", datetime(2026, 1, 20, tzinfo=UTC))


@pytest.fixture(scope="session")
def winter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot in which eight accounts strike five targets among 120 strangers. Not to be written into."""
    return made_once(tmp_path_factory, "scale", _make) / "data/snapshots/winter"


def exported(snapshot: Path, file: Path) -> Path:
    """Its mentions as a file that `veille coordination` reads."""
    from veille.store.reader import Reader

    reader = Reader(snapshot, threads=1)
    frame = reader.query("SELECT account_id, target_id, post_id, occurred_at FROM mentions")
    reader.close()
    frame.with_columns(pl.col("occurred_at").dt.replace_time_zone("UTC")).write_parquet(file)
    return file
