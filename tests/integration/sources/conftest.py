from collections.abc import Iterator

import pytest

from tests.integration.sources.backends import Backend, Genuine, Memory, Tracked, folder
from veille.events import FolderId
from veille.sources.base import Positions, Start


@pytest.fixture(
    params=[
        "memory",
        pytest.param("kafka-python", marks=pytest.mark.kafka),
        pytest.param("confluent", marks=pytest.mark.kafka),
    ]
)
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each contract test runs on all three."""
    if request.param == "memory":
        return Memory()
    return Genuine(request.getfixturevalue("kafka_broker"), request.param)


class Opener:
    """Opens sources and closes them at the end of the test."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._opened: list[Tracked] = []

    def __call__(self, positions: Positions, reader: FolderId | None = None) -> Tracked:
        """reader: the folder that reads; a new one where it is not given."""
        source = self._backend.open(Start(positions, reader or folder()))
        self._opened.append(source)
        return source

    def close(self) -> None:
        for source in self._opened:
            source.close()


@pytest.fixture
def open_source(backend: Backend) -> Iterator[Opener]:
    opener = Opener(backend)
    yield opener
    opener.close()
