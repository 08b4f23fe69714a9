"""One recorded cluster of three accounts, for tests."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl

from veille.store.database import Database
from veille.store.findings import Findings

AT = datetime(2026, 1, 10, 12)
NAME = "4da798f6f4d803f91b7aa8767122b14c"
ACCOUNTS = [str(UUID(int=number)) for number in (1, 2, 3)]
TARGET = str(UUID(int=9))
CARD = {
    "observed": 9,
    "expected": 0.25,
    "p_value": 1e-6,
    "answers": {"fulfilled": 2, "refused": 1},
    "targets": [{"target_id": TARGET, "by_members": 3, "burden": 4, "accounts": 3}],
    "counter_evidence": [{"kind": "fan_club", "measure": 1.0, "weighs": True, "text": "share on two targets"}],
}


def record(database: Database, name: str = NAME) -> None:
    """Write the cluster `name`."""
    findings = Findings(database)
    one = {
        "cluster_id": name,
        "tier": "validated",
        "state": "active",
        "born_at": AT,
        "last_active_at": AT,
        "accounts": 3,
    }
    one |= {"targets": 1, "p_value": 1e-6, "q_value": 1e-5, "evidence": json.dumps(CARD)}
    members = [{"cluster_id": name, "account_id": a, "role": "core", "since": AT, "until": None} for a in ACCOUNTS]
    ends = [(0, 1), (0, 2), (1, 2)]
    edges = [
        {"cluster_id": name, "account_a": ACCOUNTS[a], "account_b": ACCOUNTS[b], "co_actions": 3, "expected": 0.1,
         "p_value": 1e-6, "q_value": 1e-5, "window_seconds": 60}
        for a, b in ends
    ]  # fmt: skip
    history = [{"cluster_id": name, "happened_at": AT, "event": "born", "detail": ""}]
    tables: dict[str, list[dict[str, Any]]] = {
        "clusters": [one],
        "cluster_members": members,
        "cluster_edges": edges,
        "cluster_history": history,
    }
    for table, rows in tables.items():
        findings.record(table, pl.DataFrame(rows).with_columns(decided_at=pl.lit(AT)), AT)
