"""What speaks against a cluster: innocent readings of the same co-actions."""

import numpy as np
import polars as pl

from veille.detect.coordination.coactions import CoactionRows, crowds
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.parameters import HOUR_S, Window

_PILE_ON = 0.5  # share of co-actions in a crowd mostly of others, from which it may be a pile-on
_FEW_TARGETS = 0.8  # share of co-actions on two targets, from which it may be a fan club
_TALK = 0.5  # share of co-actions that share posts with others of the same moment, from which it may be a conversation
_NEWS = 5.0  # times the usual traffic, from which a news event may explain the overlap


def against(events: Events, rows: CoactionRows, unit: Ints, accounts: int, traffic: pl.DataFrame) -> pl.DataFrame:
    """Innocent readings of the overlap: kind, measure, weighs (does it speak against the cluster), text.

    rows, unit: co-actions among the cluster's `accounts` and their independent units; events: all on their targets.
    traffic: hour (UTC datetime), mentions of anybody.
    """
    schema = {"kind": pl.String, "measure": pl.Float64, "weighs": pl.Boolean, "text": pl.String}
    if not len(rows.pair):
        return pl.DataFrame(schema=schema)
    crowd, _ = crowds(events, Window(HOUR_S, len(events) + 1))
    others = np.maximum(crowd[rows.i] + 1 - accounts, 0) / (crowd[rows.i] + 1)
    pile = float(np.mean(others > 0.5))
    top = np.sort(np.bincount(events.target[rows.i]))[::-1]
    few = float(top[:2].sum() / top.sum())
    talk = 1 - len(np.unique(unit)) / len(unit)
    news = _traffic_around(events, rows, traffic)
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


def _traffic_around(events: Events, rows: CoactionRows, traffic: pl.DataFrame) -> float:
    """Median over co-actions of the mentions in their hour and its neighbours, as a multiple of the period's mean."""
    hour = traffic["hour"].dt.epoch("s").to_numpy() // HOUR_S
    counts = np.zeros(int(hour.max()) - int(hour.min()) + 3)  # a quiet hour before and after
    counts[hour - hour.min() + 1] = traffic["mentions"].to_numpy()
    at = (events.second[rows.i] + events.start_s) // HOUR_S - hour.min() + 1
    at = np.clip(at, 1, len(counts) - 2)
    usual = counts.sum() / (len(counts) - 2)
    return float(np.median(counts[at - 1] + counts[at] + counts[at + 1]) / (3 * usual))
