"""Fixtures that every test may ask for."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.kafka_broker import Broker, BrokerUnavailableError, running_broker


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Broker]:
    """A genuine Kafka broker, started when the first test asks for it and shared by the whole run.

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

    Brokers and services are one group, browsers another, locked queries a third: more of them at a time would take the
    processor from each other, and some measure time.
    """

    TOGETHER = ("tests/e2e/", "tests/integration/research/", "tests/integration/")

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((start for start in self.TOGETHER if file.startswith(start)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spreading:
    return Spreading(config, log)
