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

    Whatever starts services, brokers or browsers is one group: two of these at a time would take the processor from each
    other, and some of them measure time.
    """
    for item in items:
        place = item.nodeid.split("::", 1)[0]
        alone = not place.startswith("tests/unit/")
        item.add_marker(pytest.mark.xdist_group("services" if alone else place))
