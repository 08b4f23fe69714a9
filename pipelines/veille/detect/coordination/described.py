"""The evidence card as JSON: what is kept with a cluster and shown to people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from veille.detect.coordination.evidence import Card
from veille.detect.coordination.history import KnownCluster
from veille.detect.coordination.sightings import MethodChoice
from veille.detect.coordination.strength import Look, Strength, error_rate
from veille.times import aware, naive

_CO_ACTIONS, _PROMPTS, _PROMPT_LENGTH = 200, 10, 60


def described(card: Card, look: Look, sensitivity: Sequence[MethodChoice], classes: Sequence[str]) -> dict[str, Any]:
    """The card of one look at a cluster, as it is kept (docs/detection/coordination.md lists its keys).

    Every figure is of the mentions of `period`. Of the co-actions the newest 200 and their number; wording of prompts in letters
    only, shortened, without handles.
    """
    counted = card.members.select("account_id", "mentions", "co_actions")
    return {
        "period": _span(look),
        "request_classes": list(classes),
        **_figures(look),
        "look_members": _rows(counted),
        "targets": _rows(card.targets.rename({"mentions": "burden"})),
        "co_actions": _rows(card.co_actions.tail(_CO_ACTIONS)),
        "co_actions_total": len(card.co_actions),
        "answers": dict(card.answers.iter_rows()),
        "languages": _rows(card.languages),
        "prompts": _rows(card.prompts.head(_PROMPTS).with_columns(masked(pl.col("text")))),
        "sensitivity": [asdict(choice) for choice in sensitivity],
        "counter_evidence": _rows(card.counter_evidence),
        "insufficient": card.insufficient.as_dict() if card.insufficient else None,
    }


def standing(
    kept: Mapping[str, Any],
    cluster: KnownCluster,
    strength: Strength,
    alpha: float,
    present: tuple[datetime, datetime],
    targets: Sequence[str],
) -> str:
    """JSON of a kept card, with who belongs to the cluster now and what the latest look saw.

    present: the period to which `targets`, the people about whom its members ask now, belong.
    """
    counts = {row["account_id"]: row for row in kept.get("look_members", ())}
    now = {
        "period": {"since": _text(present[0]), "until": _text(present[1])},
        "targets": list(targets),
        "look": _span(strength.latest),
        **_figures(strength.latest),
    }
    content = {**kept, "members": _members(counts, cluster, strength, alpha), "latest": now}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def look_told(told: Mapping[str, Any], period: Mapping[str, str], accounts: Sequence[str]) -> Look:
    """A look as a card tells of it; without accounts where the card is of a version of Veille that did not say."""
    return Look(
        since=aware(datetime.fromisoformat(period["since"])),
        until=aware(datetime.fromisoformat(period["until"])),
        p_value=told.get("p_value", 1.0),
        accounts=tuple(accounts),
        size=told.get("accounts", 0),
        supported=told.get("supported_pairs", 0),
        seen=told.get("seen_pairs", 0),
        observed=told.get("observed", 0),
        expected=told.get("expected", 0.0),
    )


def _figures(look: Look) -> dict[str, Any]:
    return {
        "accounts": look.size,
        "supported_pairs": look.supported,
        "seen_pairs": look.seen,
        "observed": look.observed,
        "expected": look.expected,
        "p_value": look.p_value,
    }


def _span(look: Look) -> dict[str, str]:
    return {"since": _text(look.since), "until": _text(look.until)}


def masked(text: pl.Expr) -> pl.Expr:
    """Wording shortened to 60 characters."""
    return pl.when(text.str.len_chars() > _PROMPT_LENGTH).then(text.str.slice(0, _PROMPT_LENGTH) + "…").otherwise(text)


def _members(
    counts: Mapping[str, dict[str, Any]], cluster: KnownCluster, strength: Strength, alpha: float
) -> list[dict[str, Any]]:
    """Who belongs to it, or did when it last stood; mentions and co_actions are of the kept card's period."""
    return [
        {
            "account_id": account,
            "role": cluster.members[account].role,
            "mentions": _count(counts, account, "mentions"),
            "co_actions": _count(counts, account, "co_actions"),
            "last_at": _text(cluster.members[account].seen),
            "rule": strength.rules.get(account, (None, None))[0],
            "error_rate": error_rate(strength.rules.get(account, (None, None))[0], alpha),
            "rule_value": strength.rules.get(account, (None, None))[1],
        }
        for account in sorted(cluster.standing)
    ]


def _count(counts: Mapping[str, dict[str, Any]], account: str, name: str) -> int:
    return int(counts[account][name]) if account in counts else 0


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [{k: _text(v) if isinstance(v, datetime) else v for k, v in r.items()} for r in frame.iter_rows(named=True)]


def _text(at: datetime) -> str:
    """UTC without a zone, as everywhere in the tables."""
    return naive(at).isoformat()
