"""Fixtures that every test may ask for."""

import os
from collections.abc import Iterator

import pytest

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers (pytest -n): the tests of one file share a worker, and with it their fixtures.

    Brokers and services are one group, browsers another, locked queries a third: more of them at a time would take the
    processor from each other, and some measure time.
    """
    for item in items:
        place = item.nodeid.split("::", 1)[0]
        group = next((name for start, name in _TOGETHER if place.startswith(start)), place)
        item.add_marker(pytest.mark.xdist_group(group))


_TOGETHER = (
    ("tests/e2e/", "browsers"),
    ("tests/integration/research/", "queries"),
    ("tests/integration/", "services"),
)
