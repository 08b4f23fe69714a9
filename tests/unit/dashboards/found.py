"""A small data folder in which things were found: two attacks by one crew, as detectors would have recorded them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from tests.unit.dashboards.published import history, publish
from tests.unit.make import generation, mention
from veille.config import Settings
from veille.detection.incidents import IncidentDetection
from veille.incidents import IncidentService
from veille.privacy import Key, Pseudonymiser
from veille.service.assembly import open_folder, publish_now
from veille.store.findings import Findings

CREW, TARGETS = 24, 8
HOSTILE = '<script>alert(1)</script> **bold** =HYPERLINK("http://x") \u202eabc\u202c [link](http://x)'
HOSTILE_GENERATOR = "<b>tool</b>*x*"
SURGE, OVER, WHOLE, FOREIGN = (f"{n}{'a' * 31}" for n in (1, 2, 3, 4))
"""Ids of surges: open about the first target, closed about the second, of everything, of a generator with a hostile name."""
DROP, INSISTENT = "5" + "d" * 31, "6" + "e" * 31
CLUSTER, POSSIBLE, REJECTED = (f"{n}{'c' * 31}" for n in (7, 8, 9))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def person(key: Key, name: str) -> UUID:
    """The pseudonym of somebody in these data."""
    return UUID(bytes=Pseudonymiser(key).one("person", "x", name))


def events(until: datetime) -> list[dict[str, Any] | str]:
    """Three quiet days and what the crew did in them: each target is hit at once by many."""
    found = history(72, until, simulated=True)
    number = 500_000
    for target in range(TARGETS):
        begun = until - timedelta(hours=1 + 7 * target)
        for asker in range(CREW if target < 2 else 12):
            at = begun + timedelta(seconds=41 * ((asker * 7 + target) % 23))
            text = (
                HOSTILE if asker == 0 else f"the same words again {asker % 3}" + (" and on" * 560 if asker == 1 else "")
            )
            fields = {"account_id": f"crew_{asker}", "target_id": f"star_{target}", "prompt": text[:4000], "generator": "grok",
                      "language": "en", "collection_id": "simulated:test@1", "post_id": f"p{number}"}  # fmt: skip
            found.append(mention(number, event_type="mention", occurred_at=written(at), **fields))
            if asker % 2:
                answered = written(at + timedelta(seconds=30))
                found.append(
                    generation(
                        number,
                        event_type="generation",
                        occurred_at=answered,
                        outcome="fulfilled",
                        target_id=f"star_{target}",
                    )
                )
            number += 1
    for turn in range(12):
        at = until - timedelta(minutes=5 + 11 * turn)
        found.append(mention(number + turn, event_type="mention", occurred_at=written(at), account_id="lone", target_id="star_0",
                             collection_id="simulated:test@1"))  # fmt: skip
    return found


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def folder(data_dir: Path, until: datetime) -> Path:
    """Publish the events and record the findings. until: the present of the data."""
    publish(data_dir, events(until))
    settings = Settings(data_dir=data_dir)
    with open_folder(settings, "test", create=False) as (database, key, _):
        now = until.astimezone(UTC).replace(tzinfo=None)
        findings = Findings(database)
        rows = recorded(key, now)
        smaller = rows["clusters"][0] | {"accounts": 12, "targets": 5, "decided_at": now - 49 * HOUR}
        findings.record("clusters", pl.DataFrame([smaller]), now)
        for table, found in rows.items():
            findings.record(table, pl.DataFrame(found, infer_schema_length=None), now)
        IncidentDetection(database, findings, settings).step(now, final=True)
        _handled(IncidentService(database, settings.incidents, clock=lambda: until))
        publish_now(settings, database)
    return data_dir


def _handled(incident_service: IncidentService) -> None:
    """What people did: the open incident was talked about, two that ended by themselves were judged."""
    (running,) = (
        each for each in incident_service.list(rota="abuse", state="open") if each.rule == "first-time-target"
    )
    over = incident_service.list(rota="abuse", state="resolved")
    incident_service.comment(running.incident_id, "bob", f"looking at it {HOSTILE}")
    for incident, disposition in zip(over, ("useful", "noise"), strict=False):
        incident_service.resolve(incident.incident_id, "ann", disposition, "seen and passed on")


def recorded(key: Key, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Rows by table."""
    crew = [str(person(key, f"crew_{n}")) for n in range(CREW)]
    targets = [str(person(key, f"star_{n}")) for n in range(TARGETS)]
    return {
        "surges": list(_surges(targets, now)),
        "drops": [_surge(DROP, "language", "fr", None, now - 30 * HOUR, 6 * HOUR, observed=3, expected=41.0)],
        "insistent_accounts": [
            {"finding_id": INSISTENT, "decided_at": now, "account_id": str(person(key, "lone")), "target_id": targets[0],
             "opened_at": now - 100 * MINUTE, "first_at": now - 126 * MINUTE, "last_at": now - 5 * MINUTE, "requests": 12, "fulfilled": 0,
             "other_targets": 0, "expected": 0.4, "closed": False}
        ],
        "odd_targets": [
            {"target_id": targets[n], "decided_at": now - 20 * MINUTE, "position": n + 1, "score": 0.71 - 0.02 * n,
             "contributions": json.dumps({"night_share": 0.08, "repeat_share": 0.03, "rate": -0.01})}
            for n in range(TARGETS)
        ],
        **_clusters(crew, targets, now),
    }  # fmt: skip


def _surges(targets: list[str], now: datetime) -> Iterable[dict[str, Any]]:
    yield _surge(SURGE, "target", targets[0], targets[0], now - HOUR, None, observed=36, expected=0.8)
    yield _surge(OVER, "target", targets[1], targets[1], now - 8 * HOUR, 40 * MINUTE, observed=24, expected=0.4)
    yield _surge(WHOLE, "all", "all", None, now - 9 * HOUR, 3 * HOUR, observed=96, expected=39.0)
    yield _surge(FOREIGN, "generator", HOSTILE_GENERATOR, None, now - 20 * HOUR, HOUR, observed=30, expected=9.0)


def _surge(identity: str, kind: str, key: str, target: str | None, opened: datetime, lasted: timedelta | None, *,
           observed: int, expected: float) -> dict[str, Any]:  # fmt: skip
    return {
        "surge_id": identity, "decided_at": opened + (lasted or HOUR), "series_kind": kind, "series_key": key, "target_id": target,
        "opened_at": opened, "since": opened - 5 * MINUTE, "peak_at": opened + 10 * MINUTE,
        "closed_at": opened + lasted if lasted else None, "observed": observed, "expected": expected,
        "low": 0.0 if expected < 5 else expected - 3 * expected**0.5, "high": expected + 3 * expected**0.5 + 2, "accounts": 24,
        "score": 6.2, "p_value": 6e-7, "q_value": 2e-5, "window_seconds": 3600, "reason": "quiet" if lasted else None,
        "explanation": json.dumps(explanation(observed, expected)),
    }  # fmt: skip


def explanation(observed: int, expected: float) -> dict[str, Any]:
    def part(dimension: str, value: str, share: float, usual: float) -> dict[str, Any]:
        seen, before = round(observed * share), expected * usual
        return {"dimension": dimension, "value": value, "observed": seen, "expected": before, "excess": seen - before,
                "share_of_excess": (seen - before) / (observed - expected)}  # fmt: skip

    return {
        "parts": [
            part("all", "all", 1, 1), part("accounts", "new", 0.9, 0.2), part("accounts", "returning", 0.1, 0.8),
            part("top_accounts", "top 1", 0.1, 0.1), part("top_accounts", "top 3", 0.25, 0.2), part("top_accounts", "top 10", 0.6, 0.5),
            part("request_class", "sexualising", 1, 0.5), part("request_class", "question", 0, 0.5),
            part("generator", HOSTILE_GENERATOR, 0.2, 0.1), part("generator", "grok", 0.8, 0.9),
            part("language", "en", 0.8, 0.5), part("language", "fr", 0.2, 0.5), part("outcome", "fulfilled", 0.5, 0.4),
            part("outcome", "unanswered", 0.5, 0.6),
        ]
    }  # fmt: skip


def _clusters(crew: list[str], targets: list[str], now: datetime) -> dict[str, list[dict[str, Any]]]:
    pairs = [(a, b) for i, a in enumerate(crew) for b in crew[i + 1 :]][:160]
    at = {"decided_at": now}
    return {
        "clusters": [
            {"cluster_id": CLUSTER, "tier": "validated", "state": "active", "born_at": now - 50 * HOUR, "last_active_at": now - HOUR,
             "accounts": CREW, "targets": TARGETS, "p_value": 1e-9, "q_value": 3e-9,
             "evidence": json.dumps(card(crew, targets, now)), "decided_at": now - 8 * HOUR},
            {"cluster_id": POSSIBLE, "tier": "possible", "state": "active", "born_at": now - 20 * HOUR, "last_active_at": now - 9 * HOUR,
             "accounts": 2, "targets": 2, "p_value": 0.02, "q_value": 0.06, "evidence": None, **at},
            {"cluster_id": REJECTED, "tier": "validated", "state": "dormant", "born_at": now - 60 * HOUR, "last_active_at": now - 40 * HOUR,
             "accounts": 3, "targets": 2, "p_value": 0.001, "q_value": 0.002, "evidence": None, **at},
        ],
        "cluster_members": [
            {"cluster_id": CLUSTER, "account_id": a, "role": "core" if n < 16 else "peripheral", "since": now - 50 * HOUR,
             "until": now - 2 * HOUR if n == CREW - 1 else None, "standing": n != CREW - 1, "rule": "pair", "error_rate": 0.01,
             "rule_value": 0.001, **at}
            for n, a in enumerate(crew)
        ] + [{"cluster_id": POSSIBLE, "account_id": a, "role": "core", "since": now - 20 * HOUR, "until": None, **at} for a in crew[:2]],
        "cluster_edges": [
            {"cluster_id": CLUSTER, "account_a": min(a, b), "account_b": max(a, b), "co_actions": 2 + n % 6, "expected": 0.03,
             "p_value": 10.0 ** -(4 + n % 7), "q_value": 10.0 ** -(3 + n % 7), "window_seconds": 60,
             "supported": n % 40 > 0, "supported_by": "pair" if n % 40 else None, **at}
            for n, (a, b) in enumerate(pairs)
        ],
        "cluster_targets": [
            {"cluster_id": CLUSTER, "target_id": target, "accounts": CREW if n < 2 else 12, "mentions": CREW if n < 2 else 12,
             "burden": 40 - 2 * n, "first_at": now - (1 + 7 * n) * HOUR, "last_at": now - (1 + 7 * n) * HOUR + 20 * MINUTE, **at}
            for n, target in enumerate(targets)
        ],
        "cluster_history": [
            {"cluster_id": CLUSTER, "happened_at": now - 50 * HOUR, "event": "born", "detail": ",".join(crew[:12]), **at},
            {"cluster_id": CLUSTER, "happened_at": now - 8 * HOUR, "event": "grown", "detail": ",".join(crew[12:]), **at},
            {"cluster_id": REJECTED, "happened_at": now - 60 * HOUR, "event": "born", "detail": "", **at},
        ],
        "cluster_verdicts": [
            {"cluster_id": REJECTED, "verdict": "rejected", "reason": f"a fan club {HOSTILE}", "actor": "ann", **at}
        ],
    }  # fmt: skip


def card(crew: list[str], targets: list[str], now: datetime) -> dict[str, Any]:
    """An evidence card as the detector writes it."""
    return {
        "members": [{"account_id": a, "mentions": 5, "co_actions": 9} for a in crew],
        "targets": [{"target_id": i, "by_members": 12, "burden": 20, "share": 0.6, "accounts": 12} for i in targets],
        "co_actions": [
            {"account_a": crew[n % 5], "account_b": crew[5 + n % 7], "target_id": targets[n % TARGETS],
             "at_a": written((now - n * HOUR).replace(tzinfo=UTC)), "at_b": written((now - n * HOUR + 9 * MINUTE / 60).replace(tzinfo=UTC)),
             "gap_s": 9, "unit": n, "supported": True}
            for n in range(30)
        ],
        "period": {"since": (now - 32 * HOUR).isoformat(), "until": (now - 8 * HOUR).isoformat()},
        "accounts": len(crew), "supported_pairs": 150, "seen_pairs": 2, "observed": 640, "expected": 4.8, "p_value": 1e-9,
        "latest": {"period": {"since": (now - 336 * HOUR).isoformat(), "until": now.isoformat()}, "targets": targets,
                   "look": {"since": (now - 25 * HOUR).isoformat(), "until": (now - HOUR).isoformat()},
                   "accounts": 12, "supported_pairs": 9, "seen_pairs": 0, "observed": 30, "expected": 1.5, "p_value": 1e-4},
        "sensitivity": [{"window_s": 10, "alpha": 0.01, "members": 9}, {"window_s": 60, "alpha": 0.01, "members": 24},
                        {"window_s": 300, "alpha": 0.01, "members": 24}, {"window_s": None, "alpha": 0.001, "members": 22},
                        {"window_s": None, "alpha": 0.05, "members": 24}],
        "counter_evidence": [
            {"kind": "pile_on", "measure": 0.12, "weighs": False, "text": "share of co-actions in a crowd that is mostly others"},
            {"kind": "fan_club", "measure": 0.84, "weighs": True, "text": "share of co-actions on the two most frequent targets"},
            {"kind": "one_conversation", "measure": 0.05, "weighs": False, "text": "share of co-actions that repeat the posts"},
            {"kind": "news_event", "measure": 1.4, "weighs": False, "text": "traffic around the co-actions"},
        ],
        "languages": [{"language": "en", "mentions": 120}],
        "answers": {"fulfilled": 60, "partial": 0, "refused": 20, "error": 1, "unanswered": 39},
        "prompts": [{"text": HOSTILE, "accounts": 3, "mentions": 8}],
        "insufficient": None,
    }  # fmt: skip
