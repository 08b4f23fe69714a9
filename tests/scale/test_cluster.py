"""The long form (`make test-scale`): larger sets, real data, two executors, one of them killed; each equal to one process."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil
import pytest

from tests.scale.conftest import THRIFTY, command_of
from tests.shared_data import shared_data
from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.detect.coordination import Parameters, detect
from veille.detect.coordination.detection import Trace, detect_on
from veille.scale.ground import Spread
from veille.scale.session import Job, job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("VEILLE_TEST_SCALE") != "1", reason="the long form of Spark: make test-scale"),
]
HISTORY = Parameters(timetables=True)
"""With both tests, as `veille coordination`."""
EXECUTOR = "CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def cluster(spark_there: None) -> Iterator[Job]:
    """Two executors of one core and 1 GiB."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYSPARK_SUBMIT_ARGS", THRIFTY.replace("spark.sql", "spark.driver.host=localhost --conf spark.sql")
        )
        with job("local-cluster[2,1,1024]", None, "tests") as running:
            yield running


def planted(seed: int) -> pl.DataFrame:
    """200,000 mentions of strangers, twenty groups of eight among them."""
    rows = strangers(seed, events=200_000, accounts=20_000, targets=20_000)
    for group in range(20):
        rows += [(f"{group}{a}", f"{group}{t}", s) for a, t, s in strikes(seed + group)]
    posts = [f"p{number // 2}" for number in np.random.default_rng(seed).permutation(len(rows)).tolist()]
    return frame(rows, posts)


def real(name: str) -> pl.DataFrame:
    mentions = pl.read_ndjson(shared_data(f"{name}.ndjson.gz"), infer_schema_length=2000)
    at = pl.col("occurred_at").str.to_datetime(time_zone="UTC", time_unit="us")
    return mentions.select("account_id", "target_id", "post_id", occurred_at=at)


SETS = {"planted": lambda: planted(3), "ira": lambda: real("ira_dev"), "higgs": lambda: real("higgs_organic_dev")}


def spread(running: Job, file: Path, parts: int, report: Any = None) -> tuple[pl.DataFrame, pl.DataFrame, Spread]:
    from pyspark.sql import functions as F  # noqa: N812

    running.parts = parts
    running.spark.conf.set("spark.sql.shuffle.partitions", str(parts))
    running.spark.catalog.clearCache()
    second = F.unix_seconds(F.col("occurred_at").cast("timestamp_ltz")).alias("second")
    mentions = running.spark.read.parquet(f"file://{file}").select("account_id", "target_id", "post_id", second)
    ground = Spread(running, mentions, HISTORY)
    found = detect_on([Trace(ground, ground.windows, 2)], HISTORY, report)
    return found.pairs, found.clusters, ground


def executors() -> list[psutil.Process]:
    """Of this run's cluster, those that live."""
    return [each for each in psutil.Process().children(recursive=True) if EXECUTOR in command_of(each)]


@pytest.mark.parametrize("name", SETS)
def test_any_number_of_parts_gives_what_one_process_gives(cluster: Job, name: str, tmp_path: Path) -> None:
    mentions = SETS[name]()
    mentions.write_parquet(tmp_path / "mentions.parquet")
    alone = detect(mentions, HISTORY)
    for parts in (1, 3, 16):
        pairs, clusters, ground = spread(cluster, tmp_path / "mentions.parquet", parts)
        assert pairs.equals(alone.pairs), parts
        assert clusters.equals(alone.clusters), parts
        assert (ground.events, ground.seen) == (alone.events, alone.accounts)
    assert name == "higgs" or alone.clusters.height >= 100


@pytest.mark.parametrize("moment", ["pairs within 10 s", "clusters"])
def test_a_killed_executor_changes_nothing(cluster: Job, moment: str, tmp_path: Path) -> None:
    mentions = planted(4)
    mentions.write_parquet(tmp_path / "mentions.parquet")
    alone, killed = detect(mentions, HISTORY), list[int]()

    def report(step: str, done: float) -> None:
        if step == moment:
            victim = executors()[0]
            victim.kill()
            killed.append(victim.pid)

    pairs, clusters, _ = spread(cluster, tmp_path / "mentions.parquet", 3, report)
    assert killed
    assert pairs.equals(alone.pairs)
    assert clusters.equals(alone.clusters)
