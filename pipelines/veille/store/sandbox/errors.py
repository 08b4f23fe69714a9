"""Why a query does not run. Each message is one sentence with the reason and what to do instead."""

from veille.errors import VeilleError


class QueryRefusedError(VeilleError):
    """The query is not one that may run."""


class UnknownError(VeilleError):
    """The query names a function that does not exist for queries."""
