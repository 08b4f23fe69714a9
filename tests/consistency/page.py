"""What a page was asked to show, as the test chose it: the second computation takes period and filters from here, never from the page."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """name: of the page. [since, until): the chosen period. request_class: None counts every class. filters: of Explore.
    url: whatever else stands in the address. zone: seconds that the zone is ahead of UTC."""

    name: str
    since: datetime
    until: datetime
    request_class: str | None = None
    filters: dict[str, Any] = field(default_factory=dict)
    url: dict[str, str] = field(default_factory=dict)
    zone: int = 0

    @property
    def counted(self) -> dict[str, Any]:
        """Filters of requests."""
        return {**({"request_class": self.request_class} if self.request_class else {}), **self.filters}

    def period(self, row: dict[str, Any]) -> tuple[datetime, datetime]:
        """The period of a row: the chosen one, or the same hours whole days before."""
        if row.get("period") != "before":
            return self.since, self.until
        days = timedelta(days=-((self.since - self.until) // timedelta(days=1)))
        return self.since - days, self.until - days
