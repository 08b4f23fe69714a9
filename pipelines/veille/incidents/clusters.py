"""Clusters as findings: one whenever the cluster or one of its targets has a new version. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from veille.incidents.basis import MICROSECOND, TARGET, Basis, BasisSpan
from veille.incidents.model import Finding
from veille.incidents.policy import Policy
from veille.reasons import reason

MEMBERS = 3
"""A cluster is active against a target that at least so many of its members mentioned: what one does alone is his own."""


@dataclass(frozen=True, slots=True)
class ClusterVersions:
    """All versions of every cluster of which anything is new, of its targets and of its members, each ordered by decided_at."""

    clusters: pl.DataFrame
    targets: pl.DataFrame
    members: pl.DataFrame


def cluster_findings(
    versions: ClusterVersions, rejected: frozenset[str], policy: Policy, classes: tuple[str, ...]
) -> Iterator[Finding]:
    """Findings of validated clusters in order of time; those that a person has rejected are left out. classes: of mentions."""
    states: dict[str, _State] = {}
    for (name,), rows in versions.members.group_by("cluster_id"):
        states[str(name)] = _State(rows.sort("decided_at", "version"))
    for (at, cluster_id), (found, aims) in _moments(versions):
        state = states.setdefault(cluster_id, _State(versions.members.clear()))
        state.take(at, found, aims)
        if cluster_id not in rejected and (finding := state.finding(at, policy, classes)) is not None:
            yield finding


def _moments(
    versions: ClusterVersions,
) -> list[tuple[tuple[datetime, str], tuple[list[dict[str, Any]], list[dict[str, Any]]]]]:
    """What was decided at each time of each cluster: versions of it, and of its targets."""
    moments: dict[tuple[datetime, str], tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(
        lambda: ([], [])
    )
    for row in versions.clusters.iter_rows(named=True):
        moments[row["decided_at"], row["cluster_id"]][0].append(row)
    for row in versions.targets.iter_rows(named=True):
        moments[row["decided_at"], row["cluster_id"]][1].append(row)
    return sorted(moments.items(), key=lambda item: item[0])


class _State:
    """A cluster as it was known at one time after another."""

    def __init__(self, members: pl.DataFrame) -> None:
        self._members = list(members.iter_rows(named=True))
        self._taken = 0
        self._present: set[str] = set()
        self._cluster: dict[str, Any] | None = None
        self._aims: dict[str, dict[str, Any]] = {}
        self._number = 0

    def take(self, at: datetime, versions: list[dict[str, Any]], aims: list[dict[str, Any]]) -> None:
        self._number += 1
        while self._taken < len(self._members) and self._members[self._taken]["decided_at"] <= at:
            row = self._members[self._taken]
            (self._present.add if row["until"] is None else self._present.discard)(row["account_id"])
            self._taken += 1
        if versions:
            self._cluster = versions[-1]
        self._aims |= {row["target_id"]: row for row in aims}

    def finding(self, at: datetime, policy: Policy, classes: tuple[str, ...]) -> Finding | None:
        cluster = self._cluster
        if cluster is None or cluster["tier"] != "validated" or cluster["state"] == "merged":
            return None
        shared = [row for row in self._aims.values() if row["accounts"] >= MEMBERS]
        last_at = cluster["last_active_at"]
        reach = policy.resolve_after + policy.cooldown
        recent = [row for row in shared if row["last_at"] >= last_at - reach]
        if not recent:
            return None
        why = reason(
            "finding.cluster", accounts=cluster["accounts"], targets=len(shared), p=float(cluster["p_value"] or 0)
        )
        facts = {
            "why": why.as_dict(),
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
            bases=(self._basis(recent, classes),) if self._present else (),
        )

    def _basis(self, aims: list[dict[str, Any]], classes: tuple[str, ...]) -> Basis:
        """What its members asked about these targets, from the first mention of each to the last."""
        ordered = sorted(aims, key=lambda row: str(row["target_id"]))
        spans = (BasisSpan(TARGET, row["target_id"], row["first_at"], row["last_at"] + MICROSECOND) for row in ordered)
        return Basis(tuple(spans), classes, tuple(sorted(self._present)))
