"""The second computation: a meaning, over a period, with filters."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.consistency.meanings import DIMENSIONS, MEANINGS

SERIES = {"language": "language_tag"}
"""Kinds of a series whose column has another name."""
OF_GENERATIONS = ("outcome", "surface", "plan")


class Truth:
    """Event rows of a data folder, in memory. classes: request classes that a surge of one target counts."""

    def __init__(self, folder: Path, classes: tuple[str, ...] = ("sexualising", "unknown")) -> None:
        published = folder.resolve() / "published/analyst"
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{published / 'catalog.duckdb'}' AS v (READ_ONLY)")
        self._connection.execute(f"SET VARIABLE veille_root = '{published}'")
        self._connection.execute(Path(__file__).with_name("events.sql").read_text(encoding="utf-8"))
        self.classes = classes
        self.value = cache(self._value)
        self.finding = cache(self._finding)

    def span(self) -> tuple[datetime, datetime]:
        """First and last event."""
        either = "SELECT occurred_at FROM asked UNION ALL SELECT occurred_at FROM made"
        first, last = self._row(f"SELECT min(occurred_at), max(occurred_at) FROM ({either})")
        return first, last

    def _value(
        self, meaning: str, since: datetime | None = None, until: datetime | None = None, **filters: Any
    ) -> float | None:
        """The number of this meaning in [since, until) with these filters; a filter of None takes what is not declared."""
        zone = int(filters.pop("zone", 0))
        where: list[str] = ["true"]
        values: dict[str, Any] = {}
        if since is not None:
            where.append("occurred_at >= $since::TIMESTAMP")
            values["since"] = since
        if until is not None:
            where.append("occurred_at < $until::TIMESTAMP")
            values["until"] = until
        for name, value in filters.items():
            column = DIMENSIONS.get(name, f'"{name}"').format(zone=zone)
            if isinstance(value, tuple):
                where.append(f"list_contains(${name}, {column})")
            else:
                where.append(f"{column} IS NOT DISTINCT FROM ${name}")
            values[name] = list(value) if isinstance(value, tuple) else value
        text = MEANINGS[meaning].format(where=" AND ".join(where))
        used = {name: value for name, value in values.items() if f"${name}" in text}
        number: float | None = self._row(text, used)[0]
        return number

    def _finding(self, surge_id: str) -> dict[str, Any]:
        """Series and period of a surge or drop."""
        names = ("series_kind", "series_key", "target_id", "since", "until", "decided_at")
        return dict(
            zip(
                names,
                self._row(
                    f"SELECT {', '.join(names)} FROM looked_at WHERE surge_id = $surge_id", {"surge_id": surge_id}
                ),
                strict=True,
            )
        )

    def series(
        self, what: str, kind: str, key: str | None, target: Any, since: datetime, until: datetime
    ) -> float | None:
        """Events (`requests`) or `accounts` of a series, as a surge counts them."""
        if kind == "target":
            return self.value(what, since, until, target_id=str(target), request_class=self.classes)
        if kind in OF_GENERATIONS:
            return self.value(
                "generations" if what == "requests" else "accounts of generations", since, until, **{kind: key}
            )
        return self.value(what, since, until, **({} if kind in ("all", "dead_feed") else {SERIES.get(kind, kind): key}))

    def incident(self, what: str, incident_id: str) -> float | None:
        """Distinct requests or accounts of the events that the incident's findings name, each counted once, as known when it was counted:
        what comes to it once it is resolved is noted with it and changes no figure."""
        events: set[Any] = set()
        for table, conditions in self._named(incident_id):
            column = "event_id" if what == "requests" else "account_id"
            events |= {
                row[0]
                for row in self._connection.sql(
                    f"SELECT {column} FROM {table} WHERE NOT is_self AND {conditions}"
                ).fetchall()
            }
        return len(events - {None})

    def _named(self, incident_id: str) -> list[tuple[str, str]]:
        found = self._connection.execute(
            "SELECT arg_max(bases, finding_version) FROM v.incident_findings WHERE incident_id = $i "
            "AND linked_at <= (SELECT counted_at FROM v.incidents WHERE incident_id = $i) GROUP BY finding_kind, finding_id",
            {"i": incident_id},
        ).fetchall()
        return [
            _condition(basis, span)
            for (text,) in found
            for basis in json.loads(text or "[]")
            for span in basis["spans"]
        ]

    def one(self, sql: str, **values: Any) -> Any:
        """One value of a query of a test's own over findings."""
        return self._row(sql, values)[0]

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """All rows of a query of a test's own over events."""
        return self._connection.execute(sql, values).fetchall()

    def _row(self, sql: str, values: dict[str, Any] | None = None) -> tuple[Any, ...]:
        found = self._connection.execute(sql, values or {}).fetchone()
        assert found is not None, sql
        return found


def _condition(basis: dict[str, Any], span: list[str]) -> tuple[str, str]:
    kind, key, since, until = span
    parts = [f"occurred_at >= '{since}'", f"occurred_at < '{until}'"]
    if kind == "target":
        parts.append(f"target_id = '{key}'")
    elif kind not in ("all", "everything", "dead_feed"):
        parts.append(f"{SERIES.get(kind, kind)} = '{key}'")
    if basis["classes"] and kind not in OF_GENERATIONS:
        parts.append("request_class IN ({})".format(", ".join(f"'{name}'" for name in basis["classes"])))
    if basis["accounts"]:
        parts.append("account_id IN ({})".format(", ".join(f"'{name}'" for name in basis["accounts"])))
    return ("made" if kind in OF_GENERATIONS else "asked"), " AND ".join(parts)
