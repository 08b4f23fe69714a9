"""The evidence card of one cluster: what a person needs to believe it, and what speaks against it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from veille.detect.coordination.coactions import Rows, crowds
from veille.detect.coordination.detection import detect_events
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.members import rows_inside, score_inside
from veille.detect.coordination.pairs import best_of, usable_windows
from veille.detect.coordination.parameters import HOUR_S, Parameters, Window
from veille.detect.coordination.prompts import normalise
from veille.detect.coordination.units import independent_units

_PILE_ON = 0.5  # share of co-actions in a crowd mostly of others, from which it may be a pile-on
_FEW_TARGETS = 0.8  # share of co-actions on two targets, from which it may be a fan club
_TALK = 0.5  # share of co-actions that share posts with others of the same moment, from which it may be a conversation
_NEWS = 5.0  # times the usual traffic, from which a news event may explain the overlap


@dataclass(frozen=True, slots=True)
class Card:
    """members: account_id, mentions, co_actions · targets: target_id, by_members, mentions, share (of her burden), accounts ·
    co_actions: account_a, account_b, target_id, at_a, at_b, gap_s, unit (same number = one independent unit of the pair) ·
    pairs: account_a, account_b, co_actions, expected, p_value, window_s · observed, expected: sums over pairs ·
    sensitivity: window_s, alpha, members (of these, how many are validated in one cluster with this choice alone) ·
    counter_evidence: kind, share (or factor), weighs (does it speak against), text · insufficient: reason or None
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
    prompts: pl.DataFrame
    insufficient: str | None


def evidence(mentions: pl.DataFrame, accounts: Collection[str], parameters: Parameters | None = None) -> Card:
    """Compute the card for a set of accounts from all mentions of the period (theirs and everyone's).

    mentions: as for detect(); language and prompt are summarised where present (prompts appear as they are: the caller masks them).
    """
    parameters = parameters or Parameters()
    events = Events.from_frame(mentions)
    inside = events.accounts.is_in(list(accounts)).to_numpy()
    cluster_of = np.where(inside, 0, -1)
    windows = usable_windows(events, parameters.windows)
    scored = [p for w in windows for p in score_inside(events, cluster_of, w, len(windows), parameters)]
    best = best_of(scored, events.seen)
    widest = max(windows, key=lambda w: w.width_s)
    rows, unit = _all_inside(events, cluster_of, widest, parameters)
    codes = np.flatnonzero(inside)
    listed = _listed(events, rows, unit)
    theirs = mentions.filter(pl.col("account_id").is_in(list(accounts)))
    pairs = pl.DataFrame(
        {
            "account_a": events.accounts.gather(best.pair // max(events.n, 1)),
            "account_b": events.accounts.gather(best.pair % max(events.n, 1)),
            "co_actions": best.units,
            "expected": best.expected,
            "p_value": best.p_value,
            "window_s": best.width_s,
        }
    )
    return Card(
        _members(theirs, listed),
        _targets(mentions, theirs),
        listed,
        pairs,
        int(best.units.sum()),
        float(best.expected.sum()),
        _sensitivity(events, set(accounts), parameters, windows),
        _against(events, rows, unit, codes, widest),
        _counts(theirs, "language"),
        _shared_prompts(theirs),
        None if len(rows.pair) else "no co-action of these accounts lies in this period",
    )


def _all_inside(events: Events, cluster_of: Ints, window: Window, parameters: Parameters) -> tuple[Rows, Ints]:
    if not len(events):
        return Rows(*(np.zeros(0, np.int64) for _ in range(3))), np.zeros(0, np.int64)
    parts = rows_inside(events, cluster_of, window, parameters.max_rows)
    empty = [np.zeros(0, np.int64)]
    rows = Rows(*(np.concatenate([getattr(p, k) for p in parts] or empty) for k in ("i", "j", "pair")))
    return rows, independent_units(events, rows, window.width_s)[2]


def _listed(events: Events, rows: Rows, unit: Ints) -> pl.DataFrame:
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
            listed.select(pl.col(c).alias("account_id"), "unit", "account_a", "account_b")
            for c in ("account_a", "account_b")
        ]
    )
    units = ends.unique().group_by("account_id").agg(pl.len().alias("co_actions"))
    counted = theirs.group_by("account_id").agg(pl.len().alias("mentions"))
    return (
        counted.join(units, on="account_id", how="left")
        .with_columns(pl.col("co_actions").fill_null(0))
        .sort("account_id")
    )


def _targets(mentions: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    ours = theirs.group_by("target_id").agg(
        pl.len().alias("by_members"), pl.col("account_id").n_unique().alias("accounts")
    )
    every = mentions.join(ours, on="target_id", how="semi").group_by("target_id").agg(pl.len().alias("mentions"))
    both = ours.join(every, on="target_id").with_columns(share=pl.col("by_members") / pl.col("mentions"))
    return both.select("target_id", "by_members", "mentions", "share", "accounts").sort(
        "by_members", "target_id", descending=[True, False]
    )


def _sensitivity(
    events: Events, accounts: set[str], parameters: Parameters, windows: tuple[Window, ...]
) -> pl.DataFrame:
    """How many of the accounts stay together when only one window, or a stricter or looser rate, is used.

    Costs six detections on all mentions given."""
    rows = []
    trials = [((w,), parameters.alpha) for w in windows] + [
        (windows, a) for a in (parameters.alpha / 10, parameters.alpha * 5)
    ]
    for chosen, alpha in trials:
        found = detect_events(events, replace(parameters, windows=chosen, alpha=min(alpha, 0.5)))
        hits = found.clusters.filter((pl.col("tier") == "validated") & pl.col("account_id").is_in(list(accounts)))
        most = hits.group_by("cluster_id").len()["len"].max() if len(hits) else 0
        rows.append((chosen[0].width_s if len(chosen) == 1 else None, alpha, most))
    return pl.DataFrame(rows, schema={"window_s": pl.Int64, "alpha": pl.Float64, "members": pl.Int64}, orient="row")


def _against(events: Events, rows: Rows, unit: Ints, codes: Ints, window: Window) -> pl.DataFrame:
    """Innocent readings of the overlap, each with its measure and whether it weighs."""
    schema = {"kind": pl.String, "measure": pl.Float64, "weighs": pl.Boolean, "text": pl.String}
    if not len(rows.pair):
        return pl.DataFrame(schema=schema)
    crowd, _ = crowds(events, Window(window.width_s, len(events) + 1))
    others = np.maximum(crowd[rows.i] + 1 - len(codes), 0) / (crowd[rows.i] + 1)
    pile = float(np.mean(others > 0.5))
    top = np.sort(np.bincount(events.target[rows.i]))[::-1]
    few = float(top[:2].sum() / top.sum())
    talk = 1 - len(np.unique(unit)) / len(unit)
    clock = np.sort(events.second)
    near = np.searchsorted(clock, events.second[rows.i] + HOUR_S) - np.searchsorted(
        clock, events.second[rows.i] - HOUR_S
    )
    news = float(np.median(near) * events.span_s / (min(2 * HOUR_S, events.span_s) * len(events)))
    found = [
        ("pile_on", pile, pile >= _PILE_ON, "share of co-actions in a crowd that is mostly others"),
        ("fan_club", few, few >= _FEW_TARGETS, "share of co-actions on the two most frequent targets"),
        (
            "one_conversation",
            talk,
            talk >= _TALK,
            "share of co-actions that repeat the posts or the target of another at that moment",
        ),
        ("news_event", news, news >= _NEWS, "traffic around the co-actions, as a multiple of the usual"),
    ]
    return pl.DataFrame(found, schema=schema, orient="row")


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
