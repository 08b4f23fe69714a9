"""What is known about a simulation: planted attacks, groups, insistent accounts, organic traps, flags and policy dates."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from veille.simulate.engine import SimulationEngine
from veille.simulate.render import TIME
from veille.simulate.rhythm import from_ms
from veille.simulate.scenario import Scenario

# The default rule of incidents: what pages at once.
CRITICAL_REQUESTS, CRITICAL_ACCOUNTS, CRITICAL_WINDOW_MS = 20, 10, 3_600_000
CRITICAL_MEMBERS, CRITICAL_TARGETS = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Frames for the truth files; docs/simulator.md lists every column."""

    attacks: pl.DataFrame
    groups: pl.DataFrame
    group_targets: pl.DataFrame
    insistent: pl.DataFrame
    traps: pl.DataFrame
    labels: pl.DataFrame
    minor_flags: pl.DataFrame
    policy_events: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


def truth(engine: SimulationEngine) -> Truth:
    """The truth of all steps made so far."""
    labels = _labels(engine)
    summaries = _summaries(labels)
    attacks = _attacks(engine, labels, summaries)
    grouped = attacks.filter(pl.col("group_id").is_not_null())
    return Truth(
        attacks=pl.concat([attacks, _world_surge(engine)], how="diagonal"),
        groups=_groups(engine),
        group_targets=grouped.select("group_id", "target_id", "attack_id", "onset", "end", "requests", "accounts").sort(
            "group_id", "onset"
        ),
        insistent=_insistent(summaries),
        traps=_traps(summaries),
        labels=labels.select("event_id", "source", "source_id", "kind", "occurred_at", "account_id", "target_id"),
        minor_flags=_minor_flags(engine),
        policy_events=policy_events(engine.scenario),
    )


def policy_events(scenario: Scenario) -> pl.DataFrame:
    """Dated acts, moved with everything else: at, label, source, scenario_at."""
    rows = [
        {"at": e.at + scenario.shift, "label": e.label, "source": e.source, "scenario_at": e.at}
        for e in scenario.policy
    ]
    return pl.DataFrame(rows, schema={"at": TIME, "label": pl.String, "source": pl.String, "scenario_at": TIME})


def _labels(engine: SimulationEngine) -> pl.DataFrame:
    rows = [(i, o.source, o.identity, o.kind, o.group, o.planned, o.follows) for i, o in enumerate(engine.plan.origins)]
    schema = {"origin": pl.Int32, "source": pl.String, "source_id": pl.String, "kind": pl.String, "group_id": pl.String,
              "planned": pl.Int64, "follows": pl.String}  # fmt: skip
    origins = pl.DataFrame(rows, schema=schema, orient="row")
    return pl.concat(engine.seen.labels).join(origins, on="origin", how="left", maintain_order="left")


def _summaries(labels: pl.DataFrame) -> pl.DataFrame:
    return labels.group_by("source", "source_id", maintain_order=True).agg(
        pl.col("kind", "group_id", "planned", "follows").first(),
        pl.col("target_id").first(),
        targets=pl.col("target_id").n_unique(),
        account_id=pl.col("account_id").first(),
        onset=pl.col("occurred_at").min(),
        end=pl.col("occurred_at").max(),
        requests=pl.len().cast(pl.Int64),
        sexualising=(pl.col("request_class") == "sexualising").sum().cast(pl.Int64),
        accounts=pl.col("account_id").n_unique().cast(pl.Int64),
    )


def _attacks(engine: SimulationEngine, labels: pl.DataFrame, summaries: pl.DataFrame) -> pl.DataFrame:
    attacks = summaries.filter(pl.col("source") == "attack").sort("onset", "source_id")
    first = _first_mentions(engine)
    attacks = attacks.join(first, on="target_id", how="left", maintain_order="left").with_columns(
        first_time_target=pl.col("onset") <= pl.col("first_mention")
    )
    by_attack = {str(key[0]): part for key, part in labels.filter(pl.col("source") == "attack").group_by("source_id")}
    crossed = [
        _crossing(by_attack[a]) if first_time else None
        for a, first_time in attacks.select("source_id", "first_time_target").iter_rows()
    ]
    attacks = attacks.with_columns(
        crossed_at=pl.Series(crossed, dtype=TIME), cluster_at=pl.Series(_cluster_times(attacks, labels), dtype=TIME)
    )
    rule = (
        pl.when(pl.col("crossed_at").is_not_null())
        .then(pl.lit("first_time_target"))
        .when(pl.col("cluster_at").is_not_null())
        .then(pl.lit("cluster"))
    )
    return attacks.select(
        attack_id="source_id", kind="kind", group_id="group_id", target_id="target_id", onset="onset", end="end", planned="planned",
        requests="requests", sexualising="sexualising", accounts="accounts", first_time_target="first_time_target",
        critical=rule.is_not_null(), critical_rule=rule, critical_at=pl.min_horizontal("crossed_at", "cluster_at"), follows="follows",
    )  # fmt: skip


def _first_mentions(engine: SimulationEngine) -> pl.DataFrame:
    """When each target was first mentioned by anybody."""
    first = engine.seen.first_mention
    known = np.flatnonzero(first != np.iinfo(np.int64).max)
    return pl.DataFrame(
        {"target_id": engine.world.targets.handles.gather(known), "first_mention": engine.names.time(first[known])}
    )


def _crossing(part: pl.DataFrame) -> Any:
    """When the sexualising requests of an attack first number 20 by 10 accounts within an hour; None if never."""
    part = part.filter(pl.col("request_class") == "sexualising").sort("occurred_at")
    at, account = part["occurred_at"].to_physical().to_list(), part["account_id"].to_list()
    start = 0
    for i, now in enumerate(at):
        while at[start] < now - CRITICAL_WINDOW_MS:
            start += 1
        if i - start + 1 >= CRITICAL_REQUESTS and len(set(account[start : i + 1])) >= CRITICAL_ACCOUNTS:
            return from_ms(now)
    return None


def _cluster_times(attacks: pl.DataFrame, labels: pl.DataFrame) -> list[Any]:
    """For attacks of a group from its third target on, once eight members have acted: the attack's onset."""
    members = {str(key[0]): set(part["account_id"]) for key, part in labels.group_by("source_id")}
    acted: dict[str, set[str]] = {}
    targets: dict[str, set[str]] = {}
    times: list[Any] = []
    for group, attack, target, onset in attacks.select("group_id", "source_id", "target_id", "onset").iter_rows():
        if group is None:
            times.append(None)
            continue
        acted.setdefault(group, set()).update(members[attack])
        targets.setdefault(group, set()).add(target)
        enough = len(acted[group]) >= CRITICAL_MEMBERS and len(targets[group]) >= CRITICAL_TARGETS
        times.append(onset if enough else None)
    return times


def _world_surge(engine: SimulationEngine) -> pl.DataFrame:
    """The surge of everything, where the scenario has one: critical by the rule on all sexualising requests."""
    if engine.scenario.global_surge is None:
        return pl.DataFrame(schema={"attack_id": pl.String})
    since, until = (moment + engine.scenario.shift for moment in engine.scenario.global_surge)
    counted = engine.seen.world_surge
    return pl.DataFrame(
        [{"attack_id": "global", "kind": "global", "onset": since, "end": until, "requests": counted["requests"],
          "sexualising": counted["sexualising"], "critical": True, "critical_rule": "global", "critical_at": None}],
        schema_overrides={"onset": TIME, "end": TIME, "critical_at": TIME},
    )  # fmt: skip


def _groups(engine: SimulationEngine) -> pl.DataFrame:
    members, time = engine.plan.members, engine.names.time
    handles = engine.world.accounts.handles.gather(np.array([m.account for m in members], np.int64))
    return pl.DataFrame({
        "group_id": pl.Series([m.group for m in members], dtype=pl.String),
        "kind": pl.Series([m.kind for m in members], dtype=pl.String),
        "account_id": handles,
        "since": time(np.array([m.since for m in members], np.int64)),
        "until": time(np.array([m.until for m in members], np.int64)),
    })  # fmt: skip


def _insistent(summaries: pl.DataFrame) -> pl.DataFrame:
    return summaries.filter(pl.col("source") == "insistent").sort("onset", "source_id").select(
        insistent_id="source_id", account_id="account_id", target_id="target_id", onset="onset", end="end", requests="requests"
    )  # fmt: skip


def _traps(summaries: pl.DataFrame) -> pl.DataFrame:
    one = pl.when(pl.col("targets") == 1).then("target_id")
    return summaries.filter(pl.col("source") == "trap").sort("onset", "source_id").select(
        trap_id="source_id", kind="kind", target_id=one, targets="targets", accounts="accounts", mentions="requests",
        sexualising="sexualising", onset="onset", end="end",
    )  # fmt: skip


def _minor_flags(engine: SimulationEngine) -> pl.DataFrame:
    """Targets with a flag of a suspected minor: when first, on how many mentions."""
    return pl.concat(engine.seen.minors).group_by("target_id").agg(
        first_at=pl.col("occurred_at").min(), mentions=pl.len().cast(pl.Int64),
        sexualising=(pl.col("request_class") == "sexualising").sum().cast(pl.Int64),
    ).sort("first_at", "target_id")  # fmt: skip
