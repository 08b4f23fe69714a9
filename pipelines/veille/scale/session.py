"""A Spark session for one command: what must be there, what it cost, and an end that leaves nothing running."""

import os
import re
import resource
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from veille.scale.errors import ScaleError

OLDEST_JAVA = 17
SPARK = (4, 0)
_INSTALL = "install the extra: pip install 'veille[spark]', or make .venv/.spark in a checkout"
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
    "spark.log.level": "OFF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command used. cpu_s: of this machine's processes, Java among them; task_s: of all executors, by the clock.

    driver_bytes: peak memory of the Python process that decides. shuffled_bytes: written between executors.
    """

    wall_s: float
    cpu_s: float
    task_s: float
    shuffled_bytes: int
    driver_bytes: int

    def as_dict(self) -> dict[str, float | int]:
        """For summary.json."""
        return {
            "wall_seconds": round(self.wall_s, 1),
            "cpu_seconds_of_this_machine": round(self.cpu_s, 1),
            "task_seconds": round(self.task_s, 1),
            "shuffled_bytes": self.shuffled_bytes,
            "driver_peak_bytes": self.driver_bytes,
        }


class Job:
    """A running session. spark: the SparkSession; parts: into how many parts rows are divided."""

    def __init__(self, spark: Any, parts: int) -> None:
        self.spark, self.parts = spark, parts
        self._began, self._cpu = time.monotonic(), _cpu_seconds()

    def cost(self) -> Cost:
        """Of all since the session began."""
        executors = self.spark.sparkContext._jsc.sc().statusStore().executorList(False)
        each = [executors.apply(k) for k in range(executors.size())]
        return Cost(
            wall_s=time.monotonic() - self._began,
            cpu_s=_cpu_seconds() - self._cpu,
            task_s=sum(one.totalDuration() for one in each) / 1000,
            shuffled_bytes=sum(one.totalShuffleWrite() for one in each),
            driver_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        )


@contextmanager
def job(master: str | None, parts: int | None, name: str) -> Iterator[Job]:
    """A session on `master` (default: spark-submit's, else all cores of this machine), stopped at the end whatever happens.

    parts: default twice the cores that Spark offers. Raises ScaleError: no extra, no Java, a wrong version, a master that does
    not answer.
    """
    session = _started(_checked(), master, parts, name)
    warnings.filterwarnings("ignore", ".*pandas", FutureWarning, "pyspark")  # no pandas is used here
    try:
        yield Job(session, parts or max(2, 2 * int(session.sparkContext.defaultParallelism)))
    except Exception as error:
        if _interrupted(error):
            raise KeyboardInterrupt from None
        raise
    finally:
        session.stop()


def _interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind it: pyspark cancels the jobs then, and their failure takes the place of the interruption."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _started(builder: Any, master: str | None, parts: int | None, name: str) -> Any:
    from pyspark.errors import PySparkException  # noqa: PLC0415 (only with the extra)

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # by spark-submit, whose options count
    if master or not submitted:
        builder = builder.master(master or "local[*]")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    if parts:
        builder = builder.config("spark.sql.shuffle.partitions", str(parts))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return builder.appName(f"veille {name}").getOrCreate()
    except PySparkException as error:
        raise ScaleError(f"Spark did not start: {_first_line(error)}", "see docs/beyond-one-machine.md") from None
    except Exception as error:  # py4j raises its own kinds, which carry Java's words
        if type(error).__module__.split(".")[0] != "py4j":
            raise
        raise ScaleError(
            f"Spark did not start on {master or 'local[*]'}: {_first_line(error)}", "check --master"
        ) from None


def _first_line(error: Exception) -> str:
    if "stopped SparkContext" in str(error):  # what follows when a master does not answer for a minute
        return "no master answers there"
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("An error occurred")]
    return lines[0].strip(": ")[:200] if lines else type(error).__name__


def _checked() -> Any:
    """The builder of sessions, once all that it needs is there."""
    try:
        installed = version("pyspark")
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            from pyspark.sql import SparkSession  # noqa: PLC0415 (only with the extra)
    except (PackageNotFoundError, ImportError):
        raise ScaleError("this command needs pyspark, which is not installed", _INSTALL) from None
    if tuple(map(int, installed.split(".")[:2])) < SPARK:
        raise ScaleError(
            f"this command needs pyspark {'.'.join(map(str, SPARK))} or later; found {installed}", _INSTALL
        )
    _check_java()
    return SparkSession.builder


def _check_java() -> None:
    """Raises ScaleError where there is no Java, or only one that is too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    cure = f"install a JDK, for example openjdk-{OLDEST_JAVA}-jre-headless, or point JAVA_HOME to one"
    if found is None:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise ScaleError(f"Spark needs Java {OLDEST_JAVA} or later; there is no java {where}", cure)
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    said = re.search(r'version "(\d+)', told)
    if said is None or int(said[1]) < OLDEST_JAVA:
        raise ScaleError(f"Spark needs Java {OLDEST_JAVA} or later; {found} is {said[1] if said else 'unknown'}", cure)


def _cpu_seconds() -> float:
    """Of this process and of those it started that still run, Java and its workers among them."""
    import psutil  # noqa: PLC0415 (slow to import)

    used = 0.0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            spent = process.cpu_times()
        except psutil.Error:  # ended meanwhile
            continue
        used += (
            spent.user + spent.system + getattr(spent, "children_user", 0.0) + getattr(spent, "children_system", 0.0)
        )
    return used
