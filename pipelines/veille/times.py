"""UTC with and without a zone: tables and detectors hold times without one, the API and messages carry it."""

from datetime import UTC, datetime


def naive(at: datetime) -> datetime:
    """The time in UTC, without a zone; a time without a zone is UTC already."""
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)


def aware(at: datetime) -> datetime:
    """The time in UTC, with the zone; a time without a zone is UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def naive_now() -> datetime:
    """The present time in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def aware_now() -> datetime:
    """The present time in UTC, with the zone."""
    return datetime.now(UTC)
