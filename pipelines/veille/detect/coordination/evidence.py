"""The evidence card of one cluster: what a person needs to believe it, and what speaks against it."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from veille.detect.coordination.coactions import CoactionRows
from veille.detect.coordination.counter import against
from veille.detect.coordination.detection import detect_events
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.ground import Here
from veille.detect.coordination.members import rows_inside, score_inside
from veille.detect.coordination.pairs import best_of, usable_windows
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.prompts import normalise
from veille.detect.coordination.sightings import MethodChoice, sensitivity
from veille.detect.coordination.support import summed
from veille.detect.coordination.units import independent_units
from veille.reasons import Reason, reason

_CHOICES = {"window_s": pl.Int64, "alpha": pl.Float64, "members": pl.Int64, "of": pl.Int64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """members: account_id, mentions, co_actions, last_at (of a co-action) · targets (where members met): target_id,
    by_members, mentions, share (of her burden), accounts, first_at, last_at ·
    co_actions: account_a, account_b, target_id, at_a, at_b, gap_s, unit (same number = one independent unit of the pair),
    supported (whether the pair is) ·
    pairs: account_a, account_b, co_actions, expected, p_value, window_s, supported_by · observed, expected: sums over the supported
    pairs, and no other ·
    sensitivity: window_s, alpha, members (of these, how many are together with this choice alone, before joining) ·
    counter_evidence: kind, measure (share or factor), weighs (does it speak against), text · languages: language, mentions ·
    answers: outcome, mentions · prompts: text (letters only), accounts, mentions · insufficient: reason or None
    """

    members: pl.DataFrame
    targets: pl.DataFrame
    co_actions: pl.DataFrame
    pairs: pl.DataFrame
    observed: int
    expected: float
    sensitivity: pl.DataFrame
    counter_evidence: pl.DataFrame
    languages: pl.DataFrame
    answers: pl.DataFrame
    prompts: pl.DataFrame
    insufficient: Reason | None


@dataclass(frozen=True, slots=True)
class Background:
    """What a run on all mentions knew, so that the card needs those around the cluster only.

    pairs: account_a, account_b, co_actions, expected, p_value, window_s, supported_by. traffic: hour (UTC), mentions of anybody, every
    hour with any.
    """

    pairs: pl.DataFrame
    sensitivity: tuple[MethodChoice, ...]
    traffic: pl.DataFrame


def evidence(
    mentions: pl.DataFrame,
    accounts: Collection[str],
    parameters: Parameters | None = None,
    background: Background | None = None,
) -> Card:
    """Compute the card for a set of accounts.

    mentions: as for detect(); all of the period, or with `background` those by the accounts and those of the targets they
    mention. language, outcome and prompt are summarised where present (prompts as they are: the caller masks them).
    Without background all pairs are scored and the groups found again: as dear as a detection.
    """
    parameters = parameters or Parameters()
    events = Events.from_frame(mentions)
    background = background or _background(mentions, events, accounts, parameters)
    cluster_of = np.where(events.accounts.is_in(list(accounts)).to_numpy(), 0, -1)
    rows, unit = _all_inside(events, cluster_of, parameters)
    carried = background.pairs.filter(pl.col("supported_by").is_not_null())
    ends = carried.select("account_a", "account_b", supported=True)
    listed = _listed(events, rows, unit).join(ends, on=["account_a", "account_b"], how="left", maintain_order="left")
    listed = listed.with_columns(pl.col("supported").fill_null(value=False))
    theirs = mentions.filter(pl.col("account_id").is_in(list(accounts)))
    met = theirs.join(listed.select("target_id").unique(), on="target_id", how="semi")
    return Card(
        members=_members(theirs, listed),
        targets=_targets(mentions, met),
        co_actions=listed,
        pairs=background.pairs,
        observed=summed(background.pairs)[1],
        expected=summed(background.pairs)[2],
        sensitivity=pl.DataFrame(background.sensitivity, schema=_CHOICES, orient="row"),
        counter_evidence=against(events, rows, unit, len(accounts), background.traffic),
        languages=_counts(met, "language"),
        answers=_counts(met, "outcome"),
        prompts=_shared_prompts(met),
        insufficient=None if len(rows.pair) else reason("cluster.no_co_action"),
    )


def targets_met(mentions: pl.DataFrame, accounts: Collection[str], parameters: Parameters) -> pl.DataFrame:
    """Only the targets of a card: where members met in these mentions."""
    events = Events.from_frame(mentions)
    cluster_of = np.where(events.accounts.is_in(list(accounts)).to_numpy(), 0, -1)
    met_at = _listed(events, *_all_inside(events, cluster_of, parameters)).select("target_id").unique()
    theirs = mentions.filter(pl.col("account_id").is_in(list(accounts)))
    return _targets(mentions, theirs.join(met_at, on="target_id", how="semi"))


def _background(
    mentions: pl.DataFrame, events: Events, accounts: Collection[str], parameters: Parameters
) -> Background:
    cluster_of = np.where(events.accounts.is_in(list(accounts)).to_numpy(), 0, -1)
    windows = usable_windows(events.step_s, parameters.windows)
    around = Here(events, windows, parameters.max_rows).margins
    scored = [p for w in windows for p in score_inside(events, around(w), cluster_of, w, len(windows), parameters)]
    best = best_of(scored, events.seen)
    columns = {
        "account_a": events.accounts.gather(best.pair // max(events.n, 1)),
        "account_b": events.accounts.gather(best.pair % max(events.n, 1)),
        "co_actions": best.units,
        "expected": best.expected,
        "p_value": best.p_value,
        "window_s": best.width_s,
    }
    run = detect_events(events, parameters)
    known = run.pairs.select("account_a", "account_b", "supported_by")
    pairs = pl.DataFrame(columns).join(known, on=["account_a", "account_b"], how="left", maintain_order="left")
    hour = pl.col("occurred_at").dt.truncate("1h").alias("hour")
    traffic = mentions.group_by(hour).agg(pl.len().alias("mentions")).sort("hour")
    return Background(pairs, sensitivity(run, parameters, [accounts])[0], traffic)


def _all_inside(events: Events, cluster_of: Ints, parameters: Parameters) -> tuple[CoactionRows, Ints]:
    """Co-actions of the cluster in any window, each once, and the independent unit of each."""
    if not len(events):
        return CoactionRows(*(np.zeros(0, np.int64) for _ in range(3))), np.zeros(0, np.int64)
    windows = usable_windows(events.step_s, parameters.windows)
    parts = [part for w in windows for part in rows_inside(events, cluster_of, w, parameters.max_rows)]
    empty = [np.zeros(0, np.int64)]
    rows = CoactionRows(*(np.concatenate([getattr(p, k) for p in parts] or empty) for k in ("i", "j", "pair")))
    once = np.unique(rows.i * len(events) + rows.j, return_index=True)[1]
    rows = rows.where(once[np.argsort(rows.pair[once], kind="stable")])
    return rows, independent_units(events, rows, max(w.width_s for w in windows))[2]


def _listed(events: Events, rows: CoactionRows, unit: Ints) -> pl.DataFrame:
    moment = [
        pl.from_epoch(pl.Series(events.second[side] + events.start_s), "s").dt.replace_time_zone("UTC")
        for side in (rows.i, rows.j)
    ]
    columns = {
        "account_a": events.accounts.gather(events.account[rows.i]),
        "account_b": events.accounts.gather(events.account[rows.j]),
        "target_id": events.targets.gather(events.target[rows.i]),
        "at_a": moment[0],
        "at_b": moment[1],
        "gap_s": np.abs(events.second[rows.i] - events.second[rows.j]),
        "unit": unit,
    }
    return pl.DataFrame(columns).sort("at_a", "at_b", "account_a", "account_b", "target_id")


def _members(theirs: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    ends = pl.concat(
        [
            listed.select(
                pl.col(f"account_{side}").alias("account_id"), "unit", "account_a", "account_b", at=f"at_{side}"
            )
            for side in ("a", "b")
        ]
    )
    last = ends.group_by("account_id").agg(pl.col("at").max().alias("last_at"))
    units = ends.drop("at").unique().group_by("account_id").agg(pl.len().alias("co_actions"))
    counted = theirs.group_by("account_id").agg(pl.len().alias("mentions"))
    both = counted.join(units, on="account_id", how="left").join(last, on="account_id", how="left")
    return both.with_columns(pl.col("co_actions").fill_null(0)).sort("account_id")


def _targets(mentions: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    ours = met.group_by("target_id").agg(
        pl.len().alias("by_members"),
        pl.col("account_id").n_unique().alias("accounts"),
        pl.col("occurred_at").min().alias("first_at"),
        pl.col("occurred_at").max().alias("last_at"),
    )
    every = mentions.join(ours, on="target_id", how="semi").group_by("target_id").agg(pl.len().alias("mentions"))
    both = ours.join(every, on="target_id").with_columns(share=pl.col("by_members") / pl.col("mentions"))
    columns = ("target_id", "by_members", "mentions", "share", "accounts", "first_at", "last_at")
    return both.select(columns).sort("by_members", "target_id", descending=[True, False])


def _counts(theirs: pl.DataFrame, column: str) -> pl.DataFrame:
    if column not in theirs.columns:
        return pl.DataFrame(schema={column: pl.String, "mentions": pl.Int64})
    return (
        theirs.drop_nulls(column)
        .group_by(column)
        .agg(pl.len().alias("mentions"))
        .sort("mentions", column, descending=[True, False])
    )


def _shared_prompts(theirs: pl.DataFrame) -> pl.DataFrame:
    """Prompts that at least two members used word for word (letters only): text, accounts, mentions."""
    schema = {"text": pl.String, "accounts": pl.Int64, "mentions": pl.Int64}
    if "prompt" not in theirs.columns:
        return pl.DataFrame(schema=schema)
    texts = theirs.drop_nulls("prompt").group_by(normalise(pl.col("prompt")).alias("text"))
    counted = texts.agg(pl.col("account_id").n_unique().alias("accounts"), pl.len().alias("mentions"))
    shared = counted.filter((pl.col("accounts") >= 2) & (pl.col("text") != ""))
    return shared.with_columns(pl.col("accounts", "mentions").cast(pl.Int64)).sort(
        "accounts", "text", descending=[True, False]
    )
