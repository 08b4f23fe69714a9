"""Failures that a command reports in one line."""


def expected_failures() -> tuple[type[Exception], ...]:
    """Exceptions whose text is written for the person at the terminal."""
    from veille.access import AccessError
    from veille.api import OperationError
    from veille.cli.common import CommandError
    from veille.client import ApiError
    from veille.config import ConfigError
    from veille.ingest.pipeline import IngestError
    from veille.privacy import PseudonymKeyError
    from veille.research.errors import ResearchError
    from veille.simulate import SimulationError
    from veille.sources.base import SourceError
    from veille.store.errors import StoreError

    return (
        AccessError,
        ApiError,
        CommandError,
        ConfigError,
        IngestError,
        PseudonymKeyError,
        OperationError,
        ResearchError,
        SimulationError,
        SourceError,
        StoreError,
    )
