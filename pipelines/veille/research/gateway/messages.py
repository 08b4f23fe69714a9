"""What a person is told when a query ends without its whole result, and how to ask for more."""

from veille.reasons import Reason, reason, reason_of
from veille.research.gateway.errors import GatewayError, QueryRefused, QueryStopped, QueryWrong
from veille.research.gateway.model import QueryLimits
from veille.store.sandbox.wire import End

_OPENED = ("disabled by configuration", "disabled through configuration", "external access")


def stopped(outcome: str, limits: QueryLimits, most: float | None = None) -> QueryStopped:
    """The error of a query that met a limit. most: seconds that the person may ask for."""
    if outcome == "time":
        if most is not None and limits.seconds < most:
            return QueryStopped(reason("query.time_more", seconds=limits.seconds, most=most), outcome)
        return QueryStopped(reason("query.time", seconds=limits.seconds), outcome)
    limit = {
        "memory": reason("query.memory", mib=limits.memory_mib),
        "temp": reason("query.temp", mib=limits.temp_mib),
        "bytes": reason("query.bytes", mib=limits.result_mib),
        "turn": reason("query.turn"),
        "cancelled": reason("query.cancelled"),
    }.get(outcome)
    return QueryStopped(reason("query.lost"), "lost") if limit is None else QueryStopped(limit, outcome)


def failed(end: End, limits: QueryLimits) -> GatewayError:
    """The error of a query that its own process reported."""
    why = reason_of(end.reason) or end.message
    if end.outcome == "refused":
        return QueryRefused(why)
    if end.outcome == "lost":
        return QueryStopped(why, "lost")
    if end.outcome != "wrong":
        return stopped(end.outcome, limits)
    if any(words in end.message for words in _OPENED):
        return QueryRefused(reason("query.closed"))
    if "configuration has been locked" in end.message:
        return QueryRefused(reason("query.settings_fixed"))
    return QueryWrong(why)


def cut_short(cut: str | None, limits: QueryLimits) -> Reason | None:
    """What stands under a result that is not whole."""
    if cut == "rows":
        return reason("query.cut_rows", rows=limits.rows)
    return reason("query.cut_bytes", mib=limits.result_mib) if cut == "bytes" else None
