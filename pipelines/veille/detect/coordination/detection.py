"""From mentions to validated pairs and clusters: the whole method in one function."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.ground import Ground, Here
from veille.detect.coordination.joining import grow
from veille.detect.coordination.members import score_inside
from veille.detect.coordination.pairs import AccountPairs, best_of, score_window, usable_windows
from veille.detect.coordination.parameters import Parameters, Window
from veille.detect.coordination.prompts import prompt_events
from veille.detect.coordination.sifting import Source
from veille.detect.coordination.support import member_rules
from veille.detect.coordination.tables import CLUSTERS, clusters_table, pairs_table
from veille.detect.coordination.timetables import timetables_on
from veille.detect.coordination.trees import Group, find_groups
from veille.reasons import Reason, reason

Report = Callable[[str, float], None]


def _silent(step: str, done: float) -> None:
    """Nobody asked to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What one run found.

    pairs     columns of PAIRS: account_a < account_b; co_actions = weight = independent pairs of posts in the window
              named by window_s, expected by chance; p corrected for windows, q over all possible pairs; tier by its own
              evidence: validated (q at most alpha), possible (would count in the cluster test) or seen; supported by the rule
              supported_by (pair, cluster_test; null where it is only seen together); cluster_id and cluster_tier where both
              are in one cluster; sorted by account_a, account_b
    clusters  columns of CLUSTERS: one row a member; q_value is the member's own (joined accounts), else the cluster's
              p_value; cluster_p_value is the chance of any such cluster in a run without coordination; rule by which
              it belongs (pair, cluster_test, joined, candidate), error_rate that the rule admits (null for candidate),
              rule_value its own figure under that rule; sorted
    events, accounts   mentions used (targets that two accounts mention), accounts seen in the whole frame
    windows_s          widths that were usable at the data's resolution, seconds
    insufficient       why nothing could have been found, or None
    encoded, scored    the mentions as arrays, and the pairs of each window tried, for questions afterwards (sightings.py)
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    events: int
    accounts: int
    windows_s: tuple[int, ...]
    insufficient: Reason | None
    encoded: Events
    scored: tuple[AccountPairs, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One way of acting together: where its events lie, the windows to try, how many targets a pair must share."""

    ground: Ground
    windows: tuple[Window, ...]
    min_targets: int


@dataclass(frozen=True, slots=True)
class GroundResult:
    """Tables as those of Detection, and the pairs of each window tried."""

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    scored: tuple[AccountPairs, ...]


def detect(mentions: pl.DataFrame, parameters: Parameters | None = None, report: Report | None = None) -> Detection:
    """Find pairs and clusters of accounts that act on the same targets together.

    mentions: account_id, target_id (text), occurred_at (UTC datetime); optional post_id and, for the prompt trace, prompt.
    report(step, done): told what comes next and which share of the work is done, in [0, 1].
    The result does not depend on the order of rows, on repeated rows, on the ids' spelling, or on when it happened.
    Raises ValueError for parameters without meaning, polars errors for missing columns. Method, assumptions and
    measured error rates: docs/detection/coordination.md.
    """
    parameters = parameters or Parameters()
    events = Events.from_frame(mentions)
    return detect_events(events, parameters, _prompt_trace(mentions, events, parameters), report=report)


def _prompt_trace(mentions: pl.DataFrame, events: Events, parameters: Parameters) -> Events | None:
    if not parameters.prompts or "prompt" not in mentions.columns:
        return None
    return prompt_events(mentions, events)


def detect_events(
    events: Events,
    parameters: Parameters,
    prompts: Events | None = None,
    source: Source | None = None,
    report: Report | None = None,
) -> Detection:
    """The same from encoded events; `prompts` are encoded with the same account codes (prompt_events).

    source: where the co-actions of `events` come from, if they need not be found anew (stepping.py).
    """
    windows = usable_windows(events.step_s, parameters.windows)
    traces = [Trace(Here(events, windows, parameters.max_rows, source), windows, parameters.min_targets)]
    if prompts is not None and len(prompts):
        alone = (parameters.prompt_window,)
        traces.append(Trace(Here(prompts, alone, parameters.max_rows), alone, 1))
    found = detect_on(traces, parameters, report)
    return Detection(
        pairs=found.pairs,
        clusters=found.clusters,
        events=len(events),
        accounts=events.seen,
        windows_s=tuple(w.width_s for w in windows),
        insufficient=insufficient(events.seen, len(np.unique(events.target))),
        encoded=events,
        scored=found.scored,
    )


def detect_on(traces: list[Trace], parameters: Parameters, report: Report | None = None) -> GroundResult:
    """The method, wherever the events lie. The first trace is that of the targets; all have the same account codes."""
    ground, windows = traces[0].ground, traces[0].windows
    tests = sum(len(t.windows) for t in traces)
    tell = report or _silent
    found: list[AccountPairs] = []
    plan = [(trace, window) for trace in traces for window in trace.windows]
    for done, (trace, window) in enumerate(plan):
        tell(f"pairs within {window.width_s} s", done / (tests + 2))
        found += score_window(trace.ground, window, tests, trace.min_targets)
    tell("clusters", tests / (tests + 2))
    kept = best_of(found, ground.seen)
    validated, possible = find_groups(kept, ground.n, ground.seen, parameters)
    by_targets = len(traces) == 1  # a group that its wording shows need not meet on targets
    if parameters.timetables and validated and by_targets:
        validated, failed = _by_timetables(ground, validated, kept, parameters.alpha)
        possible += failed
    validated.sort(key=_order)
    joined = grow(ground, [g.members for g in validated], parameters)
    tell("evidence", (tests + 1) / (tests + 2))
    groups = (validated, joined, sorted(possible, key=_order))
    pairs = best_of(
        [kept, *_inside(ground, windows, _labels(ground.n, validated, joined), tests, parameters)], ground.seen
    )
    frame = pairs_table(ground, pairs, groups, parameters.alpha)
    clusters = pl.DataFrame(schema=CLUSTERS)
    if groups[0] or groups[2]:
        clusters = member_rules(clusters_table(ground, groups, pairs, windows), frame, parameters.alpha)
    return GroundResult(frame, clusters.select(list(CLUSTERS)), tuple(found))


def _by_timetables(
    ground: Ground, groups: list[Group], pairs: AccountPairs, alpha: float
) -> tuple[list[Group], list[Group]]:
    """Groups that pass the second test too, and those that do not; p_value is the larger of both tests."""
    known = timetables_on(ground, groups, pairs)
    tested = [replace(g, p_value=max(g.p_value, known.chance(g, pairs, alpha))) for g in groups]
    return [g for g in tested if g.p_value <= alpha], [g for g in tested if g.p_value > alpha]


def _inside(
    ground: Ground, windows: tuple[Window, ...], cluster_of: Ints, tests: int, parameters: Parameters
) -> list[AccountPairs]:
    """Every pair inside a validated cluster, by window."""
    members = np.flatnonzero(cluster_of >= 0)
    if not len(members):
        return []
    events, around = ground.of_accounts(members)
    return [p for w in windows for p in score_inside(events, around(w), cluster_of, w, tests, parameters)]


def _order(group: Group) -> tuple[int, int]:
    """Largest first, then by the first member's id."""
    return -len(group.members), min(group.members)


def _labels(n: int, validated: list[Group], joined: list[dict[int, float]]) -> Ints:
    cluster_of = np.full(n, -1)
    for k, (group, more) in enumerate(zip(validated, joined, strict=True)):
        cluster_of[list(group.members | more.keys())] = k
    return cluster_of


def insufficient(seen: int, targets: int) -> Reason | None:
    """What is missing where no group could have been validated, whatever the accounts did.

    seen: accounts in the whole frame; targets: those that two accounts mention.
    """
    if seen < 3:
        return reason("cluster.few_accounts")
    if not targets:
        return reason("cluster.no_shared_target")
    if targets < 2:
        return reason("cluster.one_shared_target")
    return None
