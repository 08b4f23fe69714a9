"""Clusters for people: what is known of one, and what somebody says of it."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.findings import Findings

VERDICTS = ("confirmed", "rejected", "open")


class UnknownClusterError(StoreError):
    """No cluster, or more than one, has an id that begins like this."""


class Clusters:
    """Clusters of an open database. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._findings = Findings(database)

    def list(self, tier: str | None = None, verdict: str | None = None, most: int = 100) -> pl.DataFrame:
        """The most lately active first; columns as in sql/clusters/list.sql."""
        return self._database.frame("clusters/list", tier=tier, verdict=verdict, most=most)

    def full_id(self, prefix: str) -> str:
        """The id that begins like this. Raises UnknownClusterError."""
        return str(self._one(prefix)["cluster_id"])

    def describe(self, prefix: str) -> dict[str, Any]:
        """All that is known of a cluster: its row with evidence, members, edges, history and verdicts.

        Ids are pseudonyms, prompts masked. Raises UnknownClusterError.
        """
        row = self._one(prefix)
        name = row["cluster_id"]
        parts = {
            part: self._database.frame(f"clusters/{part}", cluster_id=name).to_dicts()
            for part in ("members", "edges", "history", "verdicts")
        }
        verdict = parts["verdicts"][-1]["verdict"] if parts["verdicts"] else "open"
        return {**row, "verdict": verdict, "evidence": json.loads(row["evidence"] or "null"), **parts}

    def judge(self, prefix: str, verdict: str, reason: str, actor: str, at: datetime | None = None) -> str:
        """Keep what a person says; it stays with the id whatever becomes of the cluster. Returns the id.

        Raises UnknownClusterError; ValueError for a verdict or reason without meaning.
        """
        if verdict not in VERDICTS or not reason.strip():
            raise ValueError(f"a verdict must be one of {', '.join(VERDICTS)}, with a reason")
        name, now, said = self.full_id(prefix), at or datetime.now(UTC), self._database.clean(reason.strip())
        row = {"cluster_id": name, "verdict": verdict, "reason": said, "actor": actor, "decided_at": now}
        self._findings.record("cluster_verdicts", pl.DataFrame([row]), now)
        return name

    def _one(self, prefix: str) -> dict[str, Any]:
        found = self._database.frame("clusters/one", prefix=prefix.lower()).to_dicts() if prefix else []
        if len(found) != 1:
            many = "more than one cluster" if found else "no cluster"
            raise UnknownClusterError(
                f"{many} has an ID that starts with {prefix[:32]!r}", "`veille clusters list` shows them"
            )
        return found[0]
