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
