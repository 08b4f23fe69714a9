"""What a person is told when a query ends without its whole result, and how to ask for more."""

from veille.research.gateway.errors import GatewayError, QueryRefused, QueryStopped, QueryWrong
from veille.research.gateway.model import QueryLimits

NO_TEXT = (
    "the query or one of its parameters is invalid: text must be valid Unicode characters, numbers of at most 64 bits, lists "
    "not nested deeply"
)
_STEWARD = "the steward can raise `{setting}` under [research]"
_STOPPED = {
    "memory": "stopped: it needed more than {memory_mib} MiB of memory. Select fewer columns, group by less, or narrow the time "
    f"range; {_STEWARD.format(setting='memory_mib')}",
    "temp": "stopped: it needed more than {temp_mib} MiB of temporary disk space. Sort or join fewer rows; "
    f"{_STEWARD.format(setting='temp_mib')}",
    "bytes": "stopped: its answer was larger than {result_mib} MiB. Select fewer columns, and give them shorter names; "
    f"{_STEWARD.format(setting='result_mib')}",
    "turn": "stopped: another person was waiting, and this query had used its share of time. Try again later, or narrow "
    f"its time range; {_STEWARD.format(setting='queries')}",
    "cancelled": "cancelled",
}
_LOST = "the process of the query ended unexpectedly; other queries are not affected. Try again, or write the query differently"
_OPENED = ("disabled by configuration", "disabled through configuration", "external access")


def stopped(outcome: str, limits: QueryLimits, most: float | None = None) -> QueryStopped:
    """The error of a query that met a limit. most: seconds that the person may ask for."""
    if outcome == "time":
        longer = most is not None and limits.seconds < most
        ask = f"request up to {most:g} s (--seconds, or seconds in the API)" if longer else _steward("max_seconds")
        return _error(
            f"stopped after {limits.seconds:g} s, the time limit of this query: narrow its time range, aggregate earlier or use a "
            f"rollup such as requests_hour; or {ask}",
            outcome,
        )
    words = _STOPPED.get(outcome)
    if words is None:
        outcome, words = "lost", _LOST
    known = {"memory_mib": limits.memory_mib, "temp_mib": limits.temp_mib, "result_mib": limits.result_mib}
    return _error(words.format(**known), outcome)


def failed(outcome: str, message: str, limits: QueryLimits) -> GatewayError:
    """The error of a query that its own process reported."""
    if outcome == "refused":
        return QueryRefused(message)
    if outcome != "wrong":
        return stopped(outcome, limits) if outcome != "lost" else _error(message, "lost")
    if any(words in message for words in _OPENED):
        return QueryRefused(
            "queries cannot open files, addresses, extensions or other databases: they read the views of their catalogue "
            "(SHOW TABLES lists them)"
        )
    if "configuration has been locked" in message:
        return QueryRefused("settings cannot be changed; every query runs with fixed limits")
    return QueryWrong(message)


def cut_short(cut: str | None, limits: QueryLimits) -> str | None:
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
