"""What a person is told when a query ends without its whole result, and how to ask for more."""

from veille.research.gateway.errors import GatewayError, QueryRefused, QueryStopped, QueryWrong
from veille.research.gateway.model import Limits

_STEWARD = "the steward can raise `{setting}` under [research]"
_OPENED = ("disabled by configuration", "disabled through configuration", "external access")


def stopped(outcome: str, limits: Limits, most: float | None = None) -> QueryStopped:
    """The error of a query that met a limit. most: seconds that the person may ask for."""
    if outcome == "time":
        longer = most is not None and limits.seconds < most
        ask = f"ask for up to {most:g} s (--seconds, or seconds in the API)" if longer else _steward("max_seconds")
        return _error(
            f"stopped after {limits.seconds:g} s, the time limit of this query: narrow its time range, aggregate earlier or use a "
            f"rollup such as requests_hour; or {ask}",
            outcome,
        )
    if outcome == "memory":
        return _error(
            f"stopped: it needed more than {limits.memory_mib} MiB of memory. Select fewer columns, group by less, or narrow the "
            f"time range; {_steward('memory_mib')}",
            outcome,
        )
    if outcome == "temp":
        return _error(
            f"stopped: it needed more than {limits.temp_mib} MiB of temporary disk space. Sort or join fewer rows; "
            f"{_steward('temp_mib')}",
            outcome,
        )
    if outcome == "cancelled":
        return _error("cancelled", outcome)
    return _error(
        "the query's process ended by itself; nothing else is affected. Try again, or write the query differently",
        "lost",
    )


def failed(outcome: str, message: str, limits: Limits) -> GatewayError:
    """The error of a query that its own process reported."""
    if outcome == "refused":
        return QueryRefused(message)
    if outcome != "wrong":
        return stopped(outcome, limits) if outcome != "lost" else _error(message, "lost")
    if any(words in message for words in _OPENED):
        return QueryRefused(
            "files, addresses, extensions and other databases cannot be opened here: a query reads the views of its catalogue "
            "(SHOW TABLES lists them)"
        )
    if "configuration has been locked" in message:
        return QueryRefused("settings are fixed here; every query runs with its own limits")
    return QueryWrong(message)


def cut_short(cut: str | None, limits: Limits) -> str | None:
    """The sentence under a result that is not whole."""
    if cut == "rows":
        return (
            f"cut off at {limits.rows:,} rows, the limit of one result: aggregate, or add a WHERE; {_steward('rows')}"
        )
    if cut == "bytes":
        return f"cut off at {limits.result_mib} MiB, the limit of one result: select fewer columns; {_steward('result_mib')}"
    return None


def _steward(setting: str) -> str:
    return _STEWARD.format(setting=setting)


def _error(message: str, outcome: str) -> QueryStopped:
    return QueryStopped(message, outcome)
