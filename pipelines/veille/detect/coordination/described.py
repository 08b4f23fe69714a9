"""The evidence card as JSON: what is kept with a cluster and shown to people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from veille.detect.coordination.evidence import Card
from veille.detect.coordination.history import KnownCluster
from veille.detect.coordination.watch import Strength
from veille.times import naive

_CO_ACTIONS, _PROMPTS, _PROMPT_LENGTH = 200, 10, 60


def described(
    card: Card, cluster: KnownCluster, strength: Strength, period: tuple[datetime, datetime], classes: Sequence[str]
) -> str:
    """JSON of a card (docs/detection/coordination.md lists its keys).

    Of the co-actions the newest 200 and their number; wording of prompts in letters only, shortened, without handles.
    """
    content = {
        "period": {"since": _text(period[0]), "until": _text(period[1])},
        "request_classes": list(classes),
        "observed": card.observed,
        "expected": card.expected,
        "p_value": strength.p_value,
        "members": _members(card, cluster),
        "targets": _rows(card.targets.rename({"mentions": "burden"})),
        "co_actions": _rows(card.co_actions.tail(_CO_ACTIONS)),
        "co_actions_total": len(card.co_actions),
        "answers": dict(card.answers.iter_rows()),
        "languages": _rows(card.languages),
        "prompts": _rows(card.prompts.head(_PROMPTS).with_columns(masked(pl.col("text")))),
        "sensitivity": [asdict(choice) for choice in strength.sensitivity],
        "counter_evidence": _rows(card.counter_evidence),
        "insufficient": card.insufficient.as_dict() if card.insufficient else None,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def masked(text: pl.Expr) -> pl.Expr:
    """Wording shortened to 60 characters."""
    return pl.when(text.str.len_chars() > _PROMPT_LENGTH).then(text.str.slice(0, _PROMPT_LENGTH) + "…").otherwise(text)


def _members(card: Card, cluster: KnownCluster) -> list[dict[str, Any]]:
    counts = {row["account_id"]: row for row in card.members.iter_rows(named=True)}
    return [
        {
            "account_id": account,
            "role": member.role,
            "mentions": _count(counts, account, "mentions"),
            "co_actions": _count(counts, account, "co_actions"),
            "last_at": _text(member.seen),
        }
        for account, member in sorted(cluster.members.items())
        if member.until is None
    ]


def _count(counts: Mapping[str, dict[str, Any]], account: str, name: str) -> int:
    return int(counts[account][name]) if account in counts else 0


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [{k: _text(v) if isinstance(v, datetime) else v for k, v in r.items()} for r in frame.iter_rows(named=True)]


def _text(at: datetime) -> str:
    """UTC without a zone, as everywhere in the tables."""
    return naive(at).isoformat()
