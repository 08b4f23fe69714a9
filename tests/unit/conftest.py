from collections.abc import Iterator

import pytest
import structlog

from tests.unit import guard


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command run inside the test process configures logging for itself; the next test must not inherit its stream."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _fast_unless_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("slow") is None:
        guard.forbid(monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Raises UsageError where a fast unit test asks for a broker or a browser."""
    for item in items:
        heavy = guard.HEAVY_FIXTURES & set(getattr(item, "fixturenames", ()))
        if heavy and "tests/unit/" in item.nodeid and item.get_closest_marker("slow") is None:
            raise pytest.UsageError(f"{item.nodeid} asks for {', '.join(heavy)} and lacks the mark slow")
