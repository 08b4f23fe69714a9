"""Fixtures that every test may ask for."""

import os
import re
import sys
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import structlog
from xdist.scheduler import LoadScopeScheduling

from tests.kafka_broker import Broker, BrokerUnavailableError, running_broker

RAW = re.compile(r"\b(?:asker|creator)_\d|planted_(?:target|asker|post)|zqplant|lavender umbrella")
"""Ids and words of the prompts that the tests' events carry: no log and no output may hold them."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that passed fails all the same where something raw stands in what it logged, printed, or left in a log file."""
    report = yield
    if report.when == "teardown" and report.passed:
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        files = folder.rglob("*.log") if isinstance(folder, Path) else ()
        told = [*report.sections, *((file.name, file.read_text(errors="replace")) for file in files)]
        found = next(((name, hit) for name, text in told if (hit := RAW.search(text))), None)
        if found:
            report.outcome, report.longrepr = "failed", f"{found[0]} holds something raw: {found[1].group()}"
    return report


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command that a test runs sends the process's logs to that test's standard error, which is closed afterwards."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def main_module_of_its_own() -> Iterator[None]:
    """Streamlit's AppTest leaves a script of its own as `__main__`, which every process that is spawned later would run."""
    kept = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = kept


@pytest.fixture(autouse=True, scope="session")
def _one_scan_of_components() -> None:
    """AppTest reads the metadata of every installed package in search of components, for each test anew: once is enough.

    A worker that collected no test with AppTest has not imported Streamlit, and does not now.
    """
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Broker]:
    """A genuine Kafka broker, started when the first test of a worker asks for it and shared by all others there.

    Tests keep apart by the names of their topics and groups. Who kills it must start it again.
    """
    try:
        with running_broker() as broker:
            yield broker
    except BrokerUnavailableError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


class Spreading(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Which tests share a worker (pytest -n), and with it their fixtures: those of one file.

    What starts a broker is two groups, pages in a browser two, locked queries one: each group has one broker or browser, and
    while one waits for it another worker computes. What starts Spark is one
    group. Simulations are one group, which makes each of them once.
    """

    TOGETHER = (
        "tests/e2e/test_people",
        "tests/e2e/",
        "tests/integration/research/",
        "tests/integration/sources/",
        "tests/consistency/",
        "tests/scale/",
        "tests/unit/simulate/",
    )
    ON_A_BROKER = tuple(f"tests/integration/test_{name}" for name in ("exactly", "real_input", "running", "shared"))

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file.startswith(self.ON_A_BROKER):
            return "on a broker"
        return next((start for start in self.TOGETHER if file.startswith(start)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spreading:
    return Spreading(config, log)
