from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command run inside the test process configures logging for itself; the next test must not inherit its stream."""
    yield
    structlog.reset_defaults()
