"""Ctrl-C in mid-run: one line, status 130, no result file and no process left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.scale.conftest import THRIFTY, command_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("VEILLE_TEST_SCALE") != "1", reason="the long form of Spark: make test-scale"),
]


def _working(process: psutil.Process) -> bool:
    """Whether Spark runs Python on parts already."""
    return any("pyspark.daemon" in command_of(each) for each in process.children(recursive=True))


def test_ctrl_c_leaves_nothing(spark_there: None, winter: Path, tmp_path: Path) -> None:
    start = [sys.executable, "-c", "from veille.cli import main; main()"]
    command = [*start, "lake", "coordination", str(winter), "--master", "local[2]", "--out"]
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": THRIFTY}
    with (tmp_path / "said").open("w") as said:
        running = subprocess.Popen(
            [*command, str(tmp_path / "out")], stderr=said, env=environment, start_new_session=True
        )
    watched = psutil.Process(running.pid)
    while not _working(watched):
        assert running.poll() is None, "it ended before Spark worked on a part"
        time.sleep(0.05)
    left = watched.children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(120) == 130
    gone, alive = psutil.wait_procs(left, timeout=60)
    assert gone
    assert alive == []
    assert list((tmp_path / "out").iterdir()) == []
    assert "Traceback" not in (tmp_path / "said").read_text()
