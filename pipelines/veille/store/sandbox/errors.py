"""Why a query does not run. Each message is one sentence with the reason and what to do instead."""


class RefusedError(Exception):
    """The query is not one that may run."""


class UnknownError(Exception):
    """The query names a function that does not exist for queries."""
