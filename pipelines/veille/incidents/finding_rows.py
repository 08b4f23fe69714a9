"""Rows of what was found, as Findings. Pure: a row holds everything that is said of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from veille.incidents.basis import MICROSECOND, TARGET, Basis, BasisSpan
from veille.incidents.model import Finding, FindingKind, digest
from veille.incidents.policy import Tier
from veille.reasons import reason

_NOBODY = "unknown"
_TOLD = frozenset({"accounts", "language", "request_class", "outcome", "generator"})
_MOST = 8
_SEXUALISING = ("sexualising",)


def name_of(series: tuple[str, str]) -> str:
    """How findings name a series, given its kind and key."""
    return "everything" if series[0] == "all" else " ".join(series)


def end_of(row: dict[str, Any]) -> datetime:
    """Until when a version of a surge counts."""
    end: datetime = row["closed_at"] or row["decided_at"]
    return end


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    """What the evidence shows of a surge or drop."""
    names = ("observed", "expected", "low", "high", "window_seconds", "since", "p_value", "q_value")
    parts = _contributions(row["explanation"])
    return {**{name: row[name] for name in names}, **({"contributions": parts} if parts else {})}


def surged(row: dict[str, Any]) -> dict[str, Any]:
    """Facts of a surge."""
    observed, accounts, expected, low, high = (row[n] for n in ("observed", "accounts", "expected", "low", "high"))
    p, q, level = row["p_value"], row["q_value"], row["level"]
    if row["storm"] and level is not None:
        why = reason(
            "finding.storm",
            observed=observed,
            accounts=accounts,
            expected=expected,
            low=low,
            high=high,
            level=level,
            p=p,
            q=q,
        )
    else:
        why = reason(
            "finding.surge", observed=observed, accounts=accounts, expected=expected, low=low, high=high, p=p, q=q
        )
    return {"why": why.as_dict(), **_figures(row)}


def _dropped(row: dict[str, Any]) -> dict[str, Any]:
    observed, expected, low, high = (row[name] for name in ("observed", "expected", "low", "high"))
    p, q, cause = row["p_value"], row["q_value"], row["reason"]
    if cause in ("dead_feed", "coverage"):
        why = reason(
            "finding.drop_because", observed=observed, expected=expected, low=low, high=high, p=p, q=q, cause=cause
        )
    else:
        why = reason("finding.drop", observed=observed, expected=expected, low=low, high=high, p=p, q=q)
    return {"why": why.as_dict(), **_figures(row)}


def _contributions(explanation: str | None) -> dict[str, float]:
    """What the excess consists of: the largest shares, by dimension and value."""
    parts = json.loads(explanation).get("contributions", []) if explanation else []
    told = [part for part in parts if part["dimension"] in _TOLD and part["share_of_excess"] is not None]
    told.sort(key=lambda part: (-part["share_of_excess"], part["dimension"], str(part["value"])))
    return {f"{part['dimension']} {part['value']}": round(part["share_of_excess"], 3) for part in told[:_MOST]}


def deviation(
    kind: FindingKind,
    row: dict[str, Any],
    rule: str,
    subject: tuple[str, str],
    targets: dict[str, datetime],
    facts: dict[str, Any],
    basis: Basis,
) -> Finding:
    """One version of a surge or drop. subject: its kind and name."""
    return Finding(
        kind=kind,
        finding_id=row["surge_id"],
        version=row["version"],
        decided_at=row["decided_at"],
        rule=rule,
        subject_kind=subject[0],
        subject=subject[1],
        opened_at=row["opened_at"],
        last_at=end_of(row),
        ends_at=row["closed_at"],
        requests=row["observed"],
        accounts=row["accounts"],
        targets=targets,
        facts=facts,
        bases=(basis,),
    )


def drops(rows: pl.DataFrame) -> Iterator[Finding]:
    for row in rows.iter_rows(named=True):
        series, until = (row["series_kind"], row["series_key"]), row["since"] + timedelta(seconds=row["window_seconds"])
        rule, name = "dead-feed" if row["reason"] == "dead_feed" else "drop", name_of(series)
        facts = {**_dropped(row), "series": name}
        basis = Basis((BasisSpan(*series, row["since"], until),))
        yield deviation("drop", row, rule, ("series", name), {}, facts, basis)


def insistent(rows: pl.DataFrame, fewest: int, classes: tuple[str, ...]) -> Iterator[Finding]:
    """Those with so many requests that somebody should look; the others stand on the page Surges."""
    for row in rows.filter(pl.col("requests") >= fewest).iter_rows(named=True):
        requests, fulfilled, others = row["requests"], row["fulfilled"], row["other_targets"]
        why = reason("finding.asked", requests=requests, others=others)
        if fulfilled:  # that none was says nothing: the answers may not be collected
            why = reason("finding.insistent", requests=requests, fulfilled=fulfilled, others=others)
        facts = {
            "why": why.as_dict(),
            "account": row["account_id"],
            "observed": row["requests"],
            "expected": row["expected"],
        }
        yield Finding(
            kind="insistent",
            finding_id=row["finding_id"],
            version=row["version"],
            decided_at=row["decided_at"],
            rule="insistent-account",
            subject_kind="target",
            subject=row["target_id"],
            opened_at=row["opened_at"],
            last_at=row["last_at"],
            ends_at=row["last_at"] if row["closed"] else None,
            requests=row["requests"],
            accounts=1,
            targets={row["target_id"]: row["last_at"]},
            facts=facts,
            bases=(_asked(row, classes, (row["account_id"],)),),
        )


def _asked(row: dict[str, Any], classes: tuple[str, ...], accounts: tuple[str, ...]) -> Basis:
    """Requests about a target from the first to the last, both counted."""
    return Basis(
        (BasisSpan(TARGET, row["target_id"], row["first_at"], row["last_at"] + MICROSECOND),), classes, accounts
    )


def burst(row: dict[str, Any], before: int, tier: Tier) -> Finding:
    """before: mentions of the target in the policy's days before it."""
    why = reason(
        "finding.burst", requests=row["requests"], accounts=row["accounts"], minutes=tier.minutes, before=before
    )
    facts = {
        "why": why.as_dict(),
        "observed": row["requests"],
        "expected": 0.0,
        "window_seconds": tier.minutes * 60,
        "since": row["began_at"],
        "first_time_target": True,
        "history_requests": before,
    }
    return Finding(
        kind="burst",
        finding_id=row["burst_id"],
        version=1,
        decided_at=row["met_at"],
        rule=tier.rule,
        subject_kind="target",
        subject=row["target_id"],
        opened_at=row["began_at"],
        last_at=row["met_at"],
        ends_at=row["met_at"],
        requests=row["requests"],
        accounts=row["accounts"],
        targets={row["target_id"]: row["met_at"]},
        facts=facts,
        bases=(
            Basis((BasisSpan(TARGET, row["target_id"], row["began_at"], row["met_at"] + MICROSECOND),), _SEXUALISING),
        ),
    )


def flags(rows: pl.DataFrame) -> Iterator[Finding]:
    for row in rows.iter_rows(named=True):
        target = row["target_id"]
        yield Finding(
            kind="minors",
            finding_id=digest("minors", target or _NOBODY, row["flagged_on"]),
            version=row["flags"],
            decided_at=row["occurred_at"],
            rule="minor-flag",
            subject_kind="target" if target else "nobody",
            subject=target or _NOBODY,
            opened_at=row["first_at"],
            last_at=row["occurred_at"],
            ends_at=row["occurred_at"],
            requests=row["flags"],
            accounts=0,
            targets={target: row["occurred_at"]} if target else {},
            facts={"why": reason("finding.minor").as_dict(), "observed": row["flags"]},
        )
