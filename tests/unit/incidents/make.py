"""Findings for tests of incidents. Targets are numbers; times are minutes after START."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.unit.make import KEY
from veille.config import IncidentSettings, Store
from veille.incidents.cache import IncidentCache
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding, digest
from veille.incidents.policy import Policy
from veille.store.database import Database

START = datetime(2026, 1, 5, 12)
POLICY = Policy(IncidentSettings())


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def target(number: int) -> str:
    return str(UUID(int=number + 1 << 64))


def finding(
    kind: Any,
    name: Any,
    rule: str,
    minutes: float,
    *,
    version: int = 1,
    targets: tuple[int, ...] = (),
    over: bool = True,
    requests: int = 10,
    accounts: int = 5,
    since: float | None = None,
    subject_kind: str = "target",
    **facts: Any,
) -> Finding:
    """One version of a finding, decided, and last active, at `minutes`."""
    return Finding(
        kind=kind,
        finding_id=digest(kind, name),
        version=version,
        decided_at=at(minutes),
        rule=rule,
        subject_kind=subject_kind,
        subject=target(targets[0]) if targets else str(name),
        opened_at=at(minutes if since is None else since),
        last_at=at(minutes),
        ends_at=at(minutes) if over else None,
        requests=requests,
        accounts=accounts,
        targets={target(t): at(minutes) for t in targets},
        facts={"why": "because", **facts},
        occasion=at(minutes).date().isoformat() if kind == "cluster" else "",
    )


def burst(number: int, minutes: float, rule: str = "first-burst") -> Finding:
    return finding("burst", f"{rule}{number}", rule, minutes, targets=(number,))


def surge(number: int, minutes: float, **more: Any) -> Finding:
    return finding(
        "surge", f"s{number}-{more.get('since', minutes)}", "target-surge", minutes, targets=(number,), **more
    )


def cluster(
    name: str, minutes: float, targets: tuple[int, ...], rule: str = "coordinated-attack", **more: Any
) -> Finding:
    return finding("cluster", name, rule, minutes, targets=targets, accounts=9, subject_kind="cluster", **more)


def globally(minutes: float, ratio: float = 4.0, **more: Any) -> Finding:
    facts: dict[str, Any] = {"series": "request_class sexualising", "ratio": ratio}
    return finding("surge", "g", "global-surge", minutes, over=False, subject_kind="series", **facts, **more)


def engine(*, live: bool = False, policy: Policy = POLICY) -> IncidentEngine:
    return IncidentEngine(policy, IncidentCache(), live=live)


def database() -> Database:
    return Database(None, Store(), KEY)
