"""The evidence card of a cluster, from the JSON that the detector wrote. Pure; what is missing or malformed is left out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dashboards.shared.explanation import loaded

_TARGETS = {
    "target_id": pl.String,
    "by_members": pl.Int64,
    "burden": pl.Int64,
    "share": pl.Float64,
    "accounts": pl.Int64,
}
_CO_ACTIONS = {
    "account_a": pl.String, "account_b": pl.String, "target_id": pl.String, "at_a": pl.String, "at_b": pl.String, "gap_s": pl.Float64,
    "unit": pl.Int64, "supported": pl.Boolean,
}  # fmt: skip
_SENSITIVITY = {"window_s": pl.Int64, "alpha": pl.Float64, "members": pl.Int64, "of": pl.Int64}
_AGAINST = {"kind": pl.String, "measure": pl.Float64, "weighs": pl.Boolean, "text": pl.String}
_LANGUAGES = {"language": pl.String, "mentions": pl.Int64}
_PROMPTS = {"text": pl.String, "accounts": pl.Int64, "mentions": pl.Int64}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLook:
    """One look at a cluster, as a card tells of it; None for what it does not say.

    since, until: its period (UTC). accounts: members then. pairs: that a test carries; seen: pairs that only met. observed,
    expected: co-actions of the supported pairs, and what chance explains of them.
    """

    since: datetime | None
    until: datetime | None
    accounts: int | None
    pairs: int | None
    seen: int | None
    observed: int | None
    expected: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEvidence:
    """What speaks for a cluster and what against it; frames as in `veille.detect.coordination.evidence.Card`.

    look: the look that supported the cluster most; all but `latest` is of its period. latest: the newest look. present: targets of
    the members now, None where the card is of a version of Veille that does not say. answers: final answers to what the members
    asked, by outcome. insufficient: why there is no judgement (a reason, or a sentence of an earlier version), or None.
    """

    look: ShownLook
    latest: ShownLook
    present: list[str] | None
    targets: pl.DataFrame
    co_actions: pl.DataFrame
    sensitivity: pl.DataFrame
    against: pl.DataFrame
    languages: pl.DataFrame
    prompts: pl.DataFrame
    answers: dict[str, int]
    insufficient: dict[str, Any] | str | None

    @property
    def said(self) -> bool:
        """Whether there is a card at all."""
        return self.look.observed is not None or self.insufficient is not None


def card(text: str | None) -> ClusterEvidence:
    """The card of `clusters.evidence`."""
    told = loaded(text)
    latest = told.get("latest")
    latest = latest if isinstance(latest, dict) else {}
    present = latest.get("targets")
    return ClusterEvidence(
        look=_look(told, told.get("period")),
        latest=_look(latest, latest.get("look")),
        present=[str(i) for i in present] if isinstance(present, list) else None,
        targets=_frame(told, "targets", _TARGETS),
        co_actions=_times(_frame(told, "co_actions", _CO_ACTIONS)),
        sensitivity=_frame(told, "sensitivity", _SENSITIVITY),
        against=_frame(told, "counter_evidence", _AGAINST),
        languages=_frame(told, "languages", _LANGUAGES),
        prompts=_frame(told, "prompts", _PROMPTS),
        answers=_counts(told, "answers"),
        insufficient=told.get("insufficient") or None,
    )


def _look(told: dict[str, Any], period: Any) -> ShownLook:
    span = period if isinstance(period, dict) else {}
    whole = {name: told.get(name) for name in ("accounts", "supported_pairs", "seen_pairs", "observed")}
    counts = {name: int(n) if isinstance(n, int | float) else None for name, n in whole.items()}
    parts = {name: told.get(name) for name in ("expected", "p_value")}
    shares = {name: float(n) if isinstance(n, int | float) else None for name, n in parts.items()}
    return ShownLook(
        since=_time(span.get("since")), until=_time(span.get("until")), accounts=counts["accounts"], pairs=counts["supported_pairs"],
        seen=counts["seen_pairs"], observed=counts["observed"], expected=shares["expected"], p_value=shares["p_value"],
    )  # fmt: skip


def _time(text: Any) -> datetime | None:
    """A time without a zone (UTC), None for what is none."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def who_leads(links: pl.DataFrame) -> pl.DataFrame:
    """Accounts by how often they were the first of the members at a target: account_id, firsts, targets (they came to), share.

    links: as `clusters_links`.
    """
    counted = links.group_by("account_id").agg(
        (pl.col("place") == 1).sum().cast(pl.Int64).alias("firsts"), pl.len().cast(pl.Int64).alias("targets")
    )
    return counted.with_columns(share=pl.col("firsts") / pl.col("targets")).sort(
        "firsts", "targets", "account_id", descending=[True, False, False]
    )


def _frame(told: dict[str, Any], name: str, schema: dict[str, Any]) -> pl.DataFrame:
    given = told.get(name)
    rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    return pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema, strict=False)


def _counts(told: dict[str, Any], name: str) -> dict[str, int]:
    given = told.get(name)
    return {str(key): n for key, n in given.items() if isinstance(n, int)} if isinstance(given, dict) else {}


def _times(co_actions: pl.DataFrame) -> pl.DataFrame:
    """Texts of times, with or without a zone, as UTC without one."""
    read = [
        pl.col(name).str.replace(r"(?:Z|\+00:?00)$", "").str.to_datetime(strict=False, time_unit="us")
        for name in ("at_a", "at_b")
    ]
    return co_actions.with_columns(read)
