"""What can become of a query besides a result. Each message is for the person who asked: what happened, what to do."""

from veille.reasons import Reason
from veille.research.errors import ResearchError


class GatewayError(ResearchError):
    """A query gave no result. outcome: as in the query log."""

    outcome = "lost"

    def __init__(self, cause: str | Reason, outcome: str | None = None, *, cure: str = "") -> None:
        super().__init__(cause, cure)
        self.outcome = outcome or self.outcome


class QueryRefused(GatewayError):  # noqa: N818  reads as what it is
    """It did not run, or was not allowed to do what it tried."""

    outcome = "refused"


class QueryWrong(GatewayError):  # noqa: N818  reads as what it is
    """The SQL is wrong: DuckDB's own words."""

    outcome = "wrong"


class QueryStopped(GatewayError):  # noqa: N818  reads as what it is
    """It reached a limit (outcome time, memory or temp), was cancelled, or was lost."""
