"""The published views about findings as empty tables, and rows for them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from tests.unit.dashboards.empty_tables import EmptyTables

NOON = datetime(2026, 1, 10, 12)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RANGE = {"since": NOON, "until": NOON + HOUR}
_VIEWS = (
    "mentions", "generations", "requests_day", "surges", "surges_versions", "drops", "drops_versions", "insistent_accounts", "odd_targets",
    "clusters", "clusters_versions", "cluster_members", "cluster_edges", "cluster_targets", "cluster_history", "cluster_verdicts_versions",
    "incidents", "incident_events", "incident_findings", "incident_targets", "silences",
)  # fmt: skip


def uid(number: int) -> str:
    return str(UUID(int=number << 64))


class FindingTables(EmptyTables):
    """The published views about findings as empty tables."""

    VIEWS = _VIEWS


def surge(name: str, opened: datetime, closed: datetime | None, **fields: Any) -> dict[str, Any]:
    return {"surge_id": name, "series_kind": "target", "series_key": uid(1), "target_id": uid(1), "opened_at": opened, "closed_at": closed,
            "observed": 9, "expected": 1.0, "accounts": 5, **fields}  # fmt: skip


def asked(at: datetime, account: int, target: int | None, **fields: Any) -> dict[str, Any]:
    return {"event_id": uid(crc32(f"{at} {account} {target}".encode())), "occurred_at": at, "account_id": uid(account),
            "target_id": None if target is None else uid(target), "is_self": False, "request_class": "sexualising", **fields}  # fmt: skip


def names_of(rows: list[dict[str, Any]], column: str) -> list[Any]:
    return [row[column] for row in rows]


def cluster(name: str, accounts: int, **fields: Any) -> dict[str, Any]:
    return {"cluster_id": name, "tier": "validated", "state": "active", "verdict": "open", "born_at": NOON - HOUR, "last_active_at": NOON,
            "accounts": accounts, "targets": 3, **fields}  # fmt: skip


def incident(name: str, **fields: Any) -> dict[str, Any]:
    return {"incident_id": name, "kind": "attack", "rota": "abuse", "rule": "target-surge", "severity": "warning", "state": "open",
            "opened_at": NOON, "onset_at": NOON - MINUTE, "requests": 3, "accounts": 3, "targets": 1, **fields}  # fmt: skip
