"""Members of a known cluster who meet on a further target, as findings: its next strike, before the detector looks again. Pure.

A slow cluster is looked at once a day, and any cluster on the hour: what its members do meanwhile would wait so long for its page.
"""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from veille.incidents.basis import MICROSECOND, TARGET, Basis, BasisSpan
from veille.incidents.clusters import MEMBERS
from veille.incidents.model import Finding, digest
from veille.incidents.policy import Policy
from veille.reasons import reason

MINUTES = 60
"""So many members within so many minutes are a meeting."""


def limits(policy: Policy, classes: tuple[str, ...]) -> dict[str, object]:
    """Parameters of sql/incidents/meetings.sql. classes: of the mentions that clusters are made of."""
    quiet = (policy.resolve_after + policy.cooldown) // timedelta(hours=1)
    return {"accounts": MEMBERS, "minutes": MINUTES, "quiet_hours": quiet, "classes": list(classes)}


def meetings(
    rows: pl.DataFrame, rejected: frozenset[str], policy: Policy, classes: tuple[str, ...]
) -> Iterator[Finding]:
    """A finding for each row of sql/incidents/meetings.sql; clusters that a person has rejected are left out."""
    for row in rows.filter(~pl.col("cluster_id").is_in(sorted(rejected))).iter_rows(named=True):
        cluster_id, target, met_at = row["cluster_id"], row["target_id"], row["met_at"]
        targets = row["targets"] + 1
        why = reason("finding.meeting", accounts=row["accounts"], size=row["size"], minutes=MINUTES)
        facts = {
            "why": why.as_dict(),
            "observed": row["requests"],
            "window_seconds": MINUTES * 60,
            "since": row["began_at"],
            "cluster": {"cluster_id": cluster_id, "accounts": row["size"], "targets": targets},
        }
        span = BasisSpan(TARGET, target, row["began_at"], met_at + MICROSECOND)
        yield Finding(
            kind="meeting",
            finding_id=digest("meeting", cluster_id, target, row["met_on"]),
            version=1,
            decided_at=met_at,
            rule=policy.cluster_rule(row["size"], targets),
            subject_kind="cluster",
            subject=cluster_id,
            opened_at=row["began_at"],
            last_at=met_at,
            ends_at=met_at,
            requests=row["requests"],
            accounts=row["accounts"],
            targets={target: met_at},
            facts=facts,
            bases=(Basis((span,), classes, tuple(row["members"])),),
        )
