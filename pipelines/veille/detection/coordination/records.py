"""What the coordination detector writes: clusters with their evidence, members, edges, targets and history."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from veille.detect.coordination.described import described, standing
from veille.detect.coordination.evidence import Background, evidence, targets_met
from veille.detect.coordination.history import Change, KnownCluster
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.strength import Strength, among, error_rate
from veille.detect.coordination.watch import Turn
from veille.store.database import Database
from veille.store.findings import Findings
from veille.times import naive

HOUR = timedelta(hours=1)


class Records:
    """Writes turns of the watch; belongs to one thread.

    Rows of early looks are recognised by their time, which is not a full hour: they are left out when the watch is
    restored, and closed at the next full hour where that did not confirm them.
    """

    def __init__(
        self, database: Database, findings: Findings, classes: Sequence[str], parameters: Parameters, reach: timedelta
    ) -> None:
        self._database, self._findings = database, findings
        self._classes, self._parameters, self._reach = list(classes), parameters, reach
        self._announced: set[str] = set()

    def resume(self, hour: datetime) -> None:
        """Take up what was recorded by a full hour."""
        latest = self._findings.latest("clusters")
        early = latest.filter(pl.col("decided_at") != pl.col("decided_at").dt.truncate("1h"))
        self._announced = set(early.filter(version=1, state="active")["cluster_id"])

    def write(self, turn: Turn) -> None:
        """Record what a full hour decided."""
        self.recall(turn)
        self._withdraw(turn)

    def recall(self, turn: Turn) -> None:
        """Record what a far look added, after the full hour at which it is taken up."""
        self._record(turn, turn.clusters)
        if turn.changes:
            self._put("cluster_history", turn.at, _history(turn.changes))

    def announce(self, turn: Turn) -> None:
        """Record newborn clusters of an early look, once."""
        fresh = [c for c in turn.clusters if c.cluster_id not in self._announced]
        known = set(self._findings.latest("clusters")["cluster_id"]) if fresh else set()
        fresh = [c for c in fresh if c.cluster_id not in known]
        self._record(turn, fresh)
        for cluster in fresh:
            self._announced.add(cluster.cluster_id)

    def _record(self, turn: Turn, clusters: Iterable[KnownCluster]) -> None:
        changed = list(clusters)
        if not changed:
            return
        kept = dict(self._findings.latest("clusters").select("cluster_id", "evidence").iter_rows())
        seen = [c for c in changed if c.state == "active" or c.cluster_id in turn.seen]
        if turn.period is not None:  # what has happened since its period is for the next hour to say
            seen = [c for c in changed if c.cluster_id in turn.seen]
        cards = self._cards(turn, seen, kept)
        rows = [self._row(c, turn, *cards[c.cluster_id]) for c in seen]
        rows += [self._row(c, turn, *self._before(c.cluster_id, kept)) for c in changed if c.cluster_id not in cards]
        self._put("clusters", turn.at, pl.DataFrame(rows, infer_schema_length=None))
        self._put("cluster_members", turn.at, _members(changed, turn.strength, self._parameters.alpha))
        self._put("cluster_edges", turn.at, _edges((c.cluster_id, turn.strength[c.cluster_id]) for c in seen))
        targets = [_targets(c.cluster_id, cards[c.cluster_id][0]) for c in seen]
        if targets:
            self._put("cluster_targets", turn.at, pl.concat(targets))

    def _before(self, name: str, kept: Mapping[str, str | None]) -> tuple[int, str | None]:
        """Targets and card as they stood: nothing was seen that would change them."""
        known = self._findings.latest("clusters").filter(cluster_id=name)
        return (int(known["targets"][0]), kept[name]) if len(known) else (0, None)

    def _cards(
        self, turn: Turn, clusters: Sequence[KnownCluster], kept: Mapping[str, str | None]
    ) -> dict[str, tuple[pl.DataFrame, str]]:
        """Present targets and card of each cluster, from the mentions around it and from what the run knew of everybody.

        The card is made anew where this look supports the cluster more than any before; else it is kept as it was then.
        """
        if not clusters:
            return {}
        since, until = turn.period or (turn.at - self._reach, turn.at)
        present = naive(since), naive(until)
        period = {"since": present[0], "until": present[1], "classes": self._classes}
        traffic = self._database.frame("detect/coordination/traffic", **period)
        around = self._around(turn, clusters, period) if turn.period is None else None
        found = {}
        for cluster in clusters:
            name, strength = cluster.cluster_id, turn.strength[cluster.cluster_id]
            mentions = (
                self._around(turn, [cluster], period) if around is None else around
            )  # of months: one cluster at a time
            targets = targets_met(_near(mentions, cluster.standing), cluster.standing, self._parameters)
            told = self._fresh(strength, mentions, traffic) if strength.best.until == until else None
            card = told or json.loads(kept.get(name) or "{}")
            listed = targets["target_id"].to_list()
            found[name] = (targets, standing(card, cluster, strength, self._parameters.alpha, present, listed))
        return found

    def _around(self, turn: Turn, clusters: Sequence[KnownCluster], period: Mapping[str, Any]) -> pl.DataFrame:
        """What those asked who are or were in these clusters, and what others asked about the same targets."""
        everyone = sorted({a for c in clusters for a in (*c.standing, *turn.strength[c.cluster_id].best.accounts)})
        return self._database.frame("detect/coordination/around", accounts=everyone, **period)

    def _fresh(self, strength: Strength, around: pl.DataFrame, traffic: pl.DataFrame) -> dict[str, Any]:
        """The card of the look that has just supported a cluster most: all of it is of that look's period and members."""
        look = strength.best
        since = look.since.replace(tzinfo=None)
        mentions = around.filter(pl.col("occurred_at") >= since)
        pairs = among(strength.edges, look.accounts)
        background = Background(pairs, strength.sensitivity, traffic.filter(pl.col("hour") >= since))
        card = evidence(_near(mentions, look.accounts), look.accounts, self._parameters, background)
        return described(card, look, strength.sensitivity, self._classes)

    def _row(
        self, cluster: KnownCluster, turn: Turn, targets: pl.DataFrame | int, told: str | None
    ) -> dict[str, object]:
        strength = turn.strength[cluster.cluster_id]
        return {
            "cluster_id": cluster.cluster_id,
            "tier": cluster.tier,
            "state": cluster.state,
            "born_at": cluster.born_at,
            "last_active_at": cluster.last_active_at,
            "accounts": len(cluster.standing),
            "targets": targets if isinstance(targets, int) else len(targets),
            "p_value": strength.p_value,
            "q_value": strength.edges["q_value"].min(),
            "evidence": told,
            **_found(strength),
        }

    def _withdraw(self, turn: Turn) -> None:
        """Close what an early look announced and this hour did not find."""
        missing = self._announced - {c.cluster_id for c in turn.clusters}
        self._announced.clear()
        if not missing:
            return
        latest = self._findings.latest("clusters").filter(pl.col("cluster_id").is_in(sorted(missing)))
        gone = latest.filter(state="active").drop("version", "known_at", "decided_at")
        if len(gone):
            self._put("clusters", turn.at + timedelta(microseconds=1), gone.with_columns(state=pl.lit("dormant")))

    def _put(self, table: str, at: datetime, rows: pl.DataFrame) -> None:
        decided = rows.with_columns(decided_at=pl.lit(at.replace(tzinfo=None)))
        self._findings.record(table, decided, datetime.now(UTC))


def _near(around: pl.DataFrame, accounts: Collection[str]) -> pl.DataFrame:
    own = around.filter(pl.col("account_id").is_in(list(accounts)))
    return around.join(own.select("target_id").unique(), on="target_id", how="semi", maintain_order="left")


def _found(strength: Strength) -> dict[str, object]:
    """The look that found a cluster first, and its period."""
    first = strength.first
    if first is None:
        return {"found_by": None, "found_since": None, "found_until": None}
    return {"found_by": first.reach, "found_since": first.since, "found_until": first.until}


def _history(changes: Iterable[Change]) -> pl.DataFrame:
    rows = [(c.cluster_id, c.happened_at, c.event, c.detail) for c in changes]
    return pl.DataFrame(rows, schema=["cluster_id", "happened_at", "event", "detail"], orient="row")


def _members(clusters: Iterable[KnownCluster], strengths: Mapping[str, Strength], alpha: float) -> pl.DataFrame:
    moment = pl.Datetime("us", "UTC")
    schema: dict[str, Any] = {
        "cluster_id": pl.String, "account_id": pl.String, "role": pl.String, "since": moment, "until": moment,
        "standing": pl.Boolean, "rule": pl.String, "error_rate": pl.Float64, "rule_value": pl.Float64,
    }  # fmt: skip
    rows = []
    for cluster in clusters:
        rules, stands = strengths[cluster.cluster_id].rules, cluster.standing
        for account, m in cluster.members.items():
            rule, value = rules.get(account, (None, None))
            belongs = (account in stands, rule, error_rate(rule, alpha), value)
            rows.append((cluster.cluster_id, account, m.role, m.since, m.until, *belongs))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _edges(strengths: Iterable[tuple[str, Strength]]) -> pl.DataFrame:
    parts = [s.edges.with_columns(cluster_id=pl.lit(name)) for name, s in strengths]
    if not parts:
        return pl.DataFrame()
    renamed = pl.concat(parts).rename({"window_s": "window_seconds", "latest_window_s": "latest_window_seconds"})
    return renamed.with_columns(supported=pl.col("supported_by").is_not_null())


def _targets(name: str, targets: pl.DataFrame) -> pl.DataFrame:
    renamed = targets.drop("share").rename({"mentions": "burden", "by_members": "mentions"})
    return renamed.with_columns(cluster_id=pl.lit(name))
