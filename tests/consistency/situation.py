"""What the numbers of the line above the page Now mean."""

from datetime import datetime, timedelta
from statistics import median

from tests.consistency.cell import Cell, Second

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_EVENTS = " UNION ALL ".join(f"SELECT occurred_at FROM v.{name}" for name in ("mentions", "generations", "moderations"))
_CLASS = "($class::VARCHAR IS NULL OR request_class = $class)"


def _ends(cell: Cell) -> tuple[datetime, datetime]:
    """First and newest event of all."""
    first, newest = cell.truth.rows(f"SELECT min(occurred_at), max(occurred_at) FROM ({_EVENTS})")[0]
    return first, newest


def _hour(cell: Cell, days_ago: int = 0) -> float:
    """Requests of the hour that ends with the minute of the newest event, or of the same hour days ago."""
    until = _ends(cell)[1].replace(second=0, microsecond=0) + timedelta(minutes=1) - days_ago * _DAY
    return cell.truth.value("requests", until - _HOUR, until, **cell.page.counted) or 0


def _days(cell: Cell) -> range:
    """Days ago on which the same hour lies within the data, 14 at most."""
    first, newest = _ends(cell)
    until = newest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return range(1, 1 + min(14, (until - _HOUR - first) // _DAY))


def _usual(cell: Cell) -> float | None:
    counts = [_hour(cell, days_ago) for days_ago in _days(cell)]
    return median(counts) if len(counts) >= 3 else None


def _highest(cell: Cell) -> float:
    most: float = cell.truth.one(
        f"SELECT max(n) FROM (SELECT count(*) AS n FROM asked WHERE NOT is_self AND {_CLASS} GROUP BY date_trunc('hour', occurred_at))",
        **{"class": cell.page.request_class},
    )
    return most


def _attacked(cell: Cell) -> float:
    """People of the last day who have an open surge, or an incident that goes on and a request of the last hour."""
    newest = _ends(cell)[1]
    text = f"""
        SELECT count(DISTINCT target_id) FROM asked WHERE NOT is_self AND {_CLASS} AND occurred_at >= $day AND (
            target_id IN (SELECT target_id::VARCHAR FROM v.surges WHERE closed_at IS NULL)
            OR (occurred_at >= $hour AND target_id IN (
                SELECT t.target_id::VARCHAR FROM v.incident_targets AS t WHERE EXISTS (
                    SELECT 1 FROM v.incidents AS i
                    WHERE i.incident_id = t.incident_id AND i.merged_into IS NULL AND i.state IN ('open', 'acknowledged')))))"""
    found: float = cell.truth.one(text, **{"class": cell.page.request_class}, day=newest - _DAY, hour=newest - _HOUR)
    return found


def _of(text: str) -> Second:
    return lambda cell: cell.truth.one(text)


SITUATION_RATE: dict[str, Second] = {
    "last_hour": _hour,
    "usual": _usual,
    "days": lambda cell: len(_days(cell)),
    "highest": _highest,
    "times of last_hour": lambda cell: _hour(cell) / (_usual(cell) or 1),
    "share_of_highest of last_hour": lambda cell: _hour(cell) / _highest(cell),
}
SITUATION: dict[str, Second] = {
    "attacked": _attacked,
    "untaken": _of(
        "SELECT count(*) FROM v.incidents WHERE severity = 'critical' AND state = 'open' AND merged_into IS NULL AND suppressed_by IS NULL"
    ),
    "clusters": _of("SELECT count(*) FROM v.clusters WHERE tier = 'validated'"),
    "unreviewed": _of(
        "SELECT count(*) FROM v.incidents"
        " WHERE merged_into IS NULL AND owner IS NULL AND disposition IS NULL AND acknowledged_at IS NULL"
    ),
}
