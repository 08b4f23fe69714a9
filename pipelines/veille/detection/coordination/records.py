"""What the coordination detector writes: clusters with their evidence, members, edges, targets and history."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from veille.detect.coordination.described import described
from veille.detect.coordination.evidence import Background, Card, evidence
from veille.detect.coordination.history import Change, KnownCluster
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.watch import Strength, Turn
from veille.store.database import Database
from veille.store.findings import Findings

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
        self._record(turn, turn.clusters)
        if turn.changes:
            self._put("cluster_history", turn.at, _history(turn.changes))
        self._withdraw(turn)

    def announce(self, turn: Turn) -> None:
        """Record newborn clusters of an early look, once."""
        fresh = [c for c in turn.clusters if c.cluster_id not in self._announced]
        known = set(self._findings.latest("clusters")["cluster_id"]) if fresh else set()
        fresh = [c for c in fresh if c.cluster_id not in known]
        self._record(turn, fresh)
        for cluster in fresh:
            self._announced.add(cluster.cluster_id)

    def _record(self, turn: Turn, clusters: Iterable[KnownCluster]) -> None:
        living = [c for c in clusters if c.state == "active"]
        resting = [c for c in clusters if c.state != "active"]
        cards = self._cards(turn, living)
        rows = [self._row(c, turn, len(card.targets), told) for c, (card, told) in zip(living, cards, strict=True)]
        known = self._findings.latest("clusters").select("cluster_id", "targets", "evidence") if resting else None
        before = {name: (targets, told) for name, targets, told in known.iter_rows()} if known is not None else {}
        rows += [self._row(c, turn, *before.get(c.cluster_id, (0, None))) for c in resting]
        if not rows:
            return
        self._put("clusters", turn.at, pl.DataFrame(rows, infer_schema_length=None))
        self._put("cluster_members", turn.at, _members([*living, *resting]))
        self._put("cluster_edges", turn.at, _edges((c.cluster_id, turn.strength[c.cluster_id]) for c in living))
        targets = [_targets(c.cluster_id, card) for c, (card, _) in zip(living, cards, strict=True)]
        if targets:
            self._put("cluster_targets", turn.at, pl.concat(targets))

    def _cards(self, turn: Turn, clusters: Sequence[KnownCluster]) -> list[tuple[Card, str]]:
        """Evidence of clusters that changed, from the mentions around them and from what the run knew of everybody."""
        if not clusters:
            return []
        until = turn.at.replace(tzinfo=None)
        since = until - self._reach
        everyone = sorted({a for c in clusters for a in c.present})
        period = {"since": since, "until": until, "classes": self._classes}
        around = self._database.frame("detect/coordination/around", accounts=everyone, **period)
        traffic = self._database.frame("detect/coordination/traffic", **period)
        found = []
        for cluster in clusters:
            strength = turn.strength[cluster.cluster_id]
            pairs = _among(strength.edges, cluster.present)
            background = Background(pairs, strength.sensitivity, traffic)
            card = evidence(_near(around, cluster), cluster.present, self._parameters, background)
            found.append((card, described(card, cluster, strength, (since, until), self._classes)))
        return found

    def _row(self, cluster: KnownCluster, turn: Turn, targets: int, described_as: str | None) -> dict[str, object]:
        strength = turn.strength[cluster.cluster_id]
        best = strength.edges["q_value"].min()
        return {
            "cluster_id": cluster.cluster_id,
            "tier": cluster.tier,
            "state": cluster.state,
            "born_at": cluster.born_at,
            "last_active_at": cluster.last_active_at,
            "accounts": len(cluster.present),
            "targets": targets,
            "p_value": strength.p_value,
            "q_value": best,
            "evidence": described_as,
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


def _near(around: pl.DataFrame, cluster: KnownCluster) -> pl.DataFrame:
    own = around.filter(pl.col("account_id").is_in(list(cluster.present)))
    return around.join(own.select("target_id").unique(), on="target_id", how="semi", maintain_order="left")


def _among(edges: pl.DataFrame, present: Collection[str]) -> pl.DataFrame:
    """Pairs of members who belong to it now: what a member did who has left says nothing of those who stay."""
    names = list(present)
    return edges.filter(pl.col("account_a").is_in(names) & pl.col("account_b").is_in(names))


def _history(changes: Iterable[Change]) -> pl.DataFrame:
    rows = [(c.cluster_id, c.happened_at, c.event, c.detail) for c in changes]
    return pl.DataFrame(rows, schema=["cluster_id", "happened_at", "event", "detail"], orient="row")


def _members(clusters: Iterable[KnownCluster]) -> pl.DataFrame:
    rows = [(c.cluster_id, account, m.role, m.since, m.until) for c in clusters for account, m in c.members.items()]
    moment = pl.Datetime("us", "UTC")
    names = ("cluster_id", "account_id", "role")
    return pl.DataFrame(
        rows, schema=[*((n, pl.String) for n in names), ("since", moment), ("until", moment)], orient="row"
    )


def _edges(strengths: Iterable[tuple[str, Strength]]) -> pl.DataFrame:
    parts = [s.edges.with_columns(cluster_id=pl.lit(name)) for name, s in strengths]
    return pl.concat(parts).rename({"window_s": "window_seconds"}) if parts else pl.DataFrame()


def _targets(name: str, card: Card) -> pl.DataFrame:
    renamed = card.targets.drop("share").rename({"mentions": "burden", "by_members": "mentions"})
    return renamed.with_columns(cluster_id=pl.lit(name))
