"""Clusters as findings: one whenever the cluster or one of its targets has a new version. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from veille.incidents.model import Finding
from veille.incidents.policy import Policy

MEMBERS = 3
"""A cluster is active against a target that at least so many of its members mentioned: what one does alone is his own."""


def cluster_findings(
    clusters: pl.DataFrame, targets: pl.DataFrame, rejected: frozenset[str], policy: Policy
) -> Iterator[Finding]:
    """Findings of validated clusters in order of time; those that a person has rejected are left out.

    clusters, targets: all versions of every cluster of which anything is new, ordered by decided_at.
    """
    moments: dict[tuple[datetime, str], tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(
        lambda: ([], [])
    )
    for row in clusters.iter_rows(named=True):
        moments[row["decided_at"], row["cluster_id"]][0].append(row)
    for row in targets.iter_rows(named=True):
        moments[row["decided_at"], row["cluster_id"]][1].append(row)
    states: dict[str, _State] = defaultdict(_State)
    for (at, cluster_id), (versions, aims) in sorted(moments.items(), key=lambda item: item[0]):
        state = states[cluster_id]
        state.take(versions, aims)
        if cluster_id not in rejected and (finding := state.finding(at, policy)) is not None:
            yield finding


class _State:
    """A cluster as it was known at one time after another."""

    def __init__(self) -> None:
        self._cluster: dict[str, Any] | None = None
        self._aims: dict[str, dict[str, Any]] = {}
        self._number = 0

    def take(self, versions: list[dict[str, Any]], aims: list[dict[str, Any]]) -> None:
        self._number += 1
        if versions:
            self._cluster = versions[-1]
        self._aims |= {row["target_id"]: row for row in aims}

    def finding(self, at: datetime, policy: Policy) -> Finding | None:
        cluster = self._cluster
        if cluster is None or cluster["tier"] != "validated" or cluster["state"] == "merged":
            return None
        shared = [row for row in self._aims.values() if row["accounts"] >= MEMBERS]
        last_at = cluster["last_active_at"]
        reach = policy.resolve_after + policy.cooldown
        recent = [row for row in shared if row["last_at"] >= last_at - reach]
        if not recent:
            return None
        facts = {
            "why": f"{cluster['accounts']} accounts act together against {len(shared)} targets, "
            f"chance of such a cluster {cluster['p_value'] or 0:.1e}",
            "p_value": cluster["p_value"],
            "q_value": cluster["q_value"],
            "cluster": {"cluster_id": cluster["cluster_id"], "accounts": cluster["accounts"], "targets": len(shared)},
        }
        return Finding(
            kind="cluster",
            finding_id=cluster["cluster_id"],
            version=self._number,
            decided_at=at,
            rule=policy.cluster_rule(cluster["accounts"], len(shared)),
            subject_kind="cluster",
            subject=cluster["cluster_id"],
            opened_at=min(row["first_at"] for row in recent),
            last_at=last_at,
            ends_at=last_at,
            requests=sum(row["mentions"] for row in recent),
            accounts=cluster["accounts"],
            targets={row["target_id"]: row["last_at"] for row in recent},
            facts=facts,
            occasion=last_at.date().isoformat(),
        )
