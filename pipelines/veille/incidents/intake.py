"""What incidents are made of: versions of findings, bursts, meetings of clusters and flags of suspected minors, as Findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from veille.config import Coordination, Surges
from veille.incidents.basis import TARGET, Basis, BasisSpan
from veille.incidents.clusters import ClusterVersions, cluster_findings
from veille.incidents.finding_rows import burst, deviation, drops, end_of, flags, insistent, name_of, surged
from veille.incidents.meetings import limits, meetings
from veille.incidents.model import Finding, digest
from veille.incidents.policy import Policy
from veille.store.database import Database
from veille.store.sql import Names

BEGIN = datetime(1970, 1, 1)
LATE = {
    "incidents/bursts": timedelta(hours=3),
    "incidents/meetings": timedelta(hours=3),
    "incidents/minor_flags": timedelta(days=2),
}
"""Live, events that come later than this after they happened are not looked at."""
MINUTE = timedelta(minutes=1)
AHEAD = timedelta(minutes=10)
_ALL = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far findings have been read: event time that detection had decided, when the newest finding was written, newest batch."""

    stepped_at: datetime = BEGIN
    findings_known_at: datetime = BEGIN
    batch: int = -1


@dataclass(frozen=True, slots=True)
class CountedClasses:
    """Classes of the mentions that the detectors count: of surges of targets and insistent accounts, and of clusters."""

    surges: tuple[str, ...]
    clusters: tuple[str, ...]


DEFAULT = CountedClasses(Surges().classes, Coordination().classes)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far findings are read. until: end of event time that counts. decided: live, event time that detection has decided (UTC).

    past_only: of the tables of findings only what was decided by then: the later ones wait until their turn has come.
    """

    until: datetime
    decided: datetime | None = None
    past_only: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read: `found` in the tables and in events up to where detection is, `recent` in what has just arrived."""

    found: list[Finding]
    recent: list[Finding]
    cursor: Cursor


_NEW: Mapping[str, tuple[str, Names]] = {
    "surges": ("deviations", {"table": "surges"}),
    "drops": ("deviations", {"table": "drops"}),
    "insistent_accounts": ("insistent_accounts", {}),
    "clusters": ("clusters", {}),
    "cluster_targets": ("of_clusters", {"table": "cluster_targets", "person": "target_id"}),
    "cluster_members": ("of_clusters", {"table": "cluster_members", "person": "account_id"}),
}
"""Table → the file `sql/incidents/new_<file>` that reads its new versions, and what its placeholders stand for."""


class Intake:
    """Reads what is new since a cursor, by event time; live also by batch, as events arrive in any order."""

    def __init__(self, database: Database, policy: Policy, *, live: bool, classes: CountedClasses = DEFAULT) -> None:
        self._database, self._policy, self._live, self._classes = database, policy, live, classes
        self._before: dict[str, int] = {}

    def read(self, cursor: Cursor, reach: Reach) -> Taken:
        """What is new since the cursor, and the cursor after it."""
        batch = self._database.last_batch
        tables, known_at = self._tables(cursor.findings_known_at, reach.decided if reach.past_only else None)
        passed = reach.decided if self._live else reach.until
        found = [
            *self._surges(tables["surges"]),
            *drops(tables["drops"]),
            *insistent(tables["insistent_accounts"], self._policy.settings.insistent_requests, self._classes.surges),
            *self._clusters(tables),
        ]
        if passed is not None and passed > cursor.stepped_at:
            span = {"since": cursor.stepped_at, "until": passed, "after_batch": -1, "to_batch": _ALL}
            found += self._events(dict.fromkeys(LATE, span))
        recent = list(self._events(self._arrived(cursor.batch, batch, reach.until))) if self._live else []
        stepped_at = cursor.stepped_at if passed is None else max(passed, cursor.stepped_at)
        return Taken(found, recent, Cursor(stepped_at, known_at, batch))

    def _tables(self, since: datetime, decided_by: datetime | None) -> tuple[dict[str, pl.DataFrame], datetime]:
        """Rows of the tables of findings, and since when the next call must read. decided_by: None takes all."""
        tables = {
            name: self._database.frame(f"incidents/new_{file}", names, since=since)
            for name, (file, names) in _NEW.items()
        }
        if decided_by is None:
            return tables, max([since, *_known(tables.values(), max)])
        waiting = [frame.filter(pl.col("decided_at") > decided_by) for frame in tables.values()]
        ready = {name: frame.filter(pl.col("decided_at") <= decided_by) for name, frame in tables.items()}
        held = [at for at in _known(waiting, min) if at >= since]
        return ready, min(held) if held else max([since, *_known(tables.values(), max)])

    def _arrived(self, after: int, upto: int, until: datetime) -> dict[str, dict[str, Any]]:
        """The events of new batches that are not too late, for each query."""
        return {
            name: {"since": until - late, "until": until + AHEAD, "after_batch": after, "to_batch": upto}
            for name, late in LATE.items()
        }

    def _events(self, spans: dict[str, dict[str, Any]]) -> Iterator[Finding]:
        """Bursts, meetings of clusters and flags of minors among the events of these spans."""
        yield from self._bursts(spans)
        yield from self._meetings(spans["incidents/meetings"])
        yield from flags(self._database.frame("incidents/minor_flags", **spans["incidents/minor_flags"]))

    def _meetings(self, span: dict[str, Any]) -> Iterator[Finding]:
        if span["after_batch"] >= span["to_batch"]:  # live, most reads find no new batch
            return iter(())
        classes = self._classes.clusters
        rows = self._database.frame("incidents/meetings", **limits(self._policy, classes), **span)
        return meetings(rows, self._rejected() if len(rows) else frozenset(), self._policy, classes)

    def _clusters(self, tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
        return cluster_findings(
            ClusterVersions(tables["clusters"], tables["cluster_targets"], tables["cluster_members"]),
            self._rejected(),
            self._policy,
            self._classes.clusters,
        )

    def _rejected(self) -> frozenset[str]:
        return frozenset(self._database.frame("incidents/rejected_clusters")["cluster_id"])

    def _surges(self, rows: pl.DataFrame) -> Iterator[Finding]:
        self._count_before(rows.filter(pl.col("target_id").is_not_null()), "surge_id", "since")
        hours = self._spread(rows)
        for row in rows.iter_rows(named=True):
            yield self._target_surge(row) if row["target_id"] else self._series_surge(row, hours)

    def _target_surge(self, row: dict[str, Any]) -> Finding:
        before = self._before[row["surge_id"]]
        first_time = self._policy.first_time(before)
        facts = {**surged(row), "first_time_target": first_time, "history_requests": before}
        targets = {row["target_id"]: end_of(row)}
        basis = Basis((BasisSpan(TARGET, row["target_id"], row["since"], end_of(row)),), self._classes.surges)
        return deviation("surge", row, "target-surge", ("target", row["target_id"]), targets, facts, basis)

    def _series_surge(self, row: dict[str, Any], hours: dict[datetime, int]) -> Finding:
        """The ratio of all sexualising requests is that of the last hour, without its five most requested targets."""
        series, end = (row["series_kind"], row["series_key"]), end_of(row)
        lasted = end - row["since"]
        ratio = row["observed"] / max(row["expected"], 1.0)
        if self._policy.gathers(series):
            hourly = row["expected"] * timedelta(hours=1) / max(lasted, MINUTE)
            ratio = hours.get(end, 0) / max(hourly, 1.0)
        rule = self._policy.series_rule(series, ratio, lasted, storm=bool(row["storm"]))
        name = name_of(series)
        facts = {**surged(row), "series": name, "ratio": round(ratio, 3)}
        return deviation(
            "surge", row, rule, ("series", name), {}, facts, Basis((BasisSpan(*series, row["since"], end),))
        )

    def _spread(self, rows: pl.DataFrame) -> dict[datetime, int]:
        """Sexualising requests of the hour before each version of a surge of all of them, the largest targets left out."""
        ends = sorted(
            {
                end_of(row)
                for row in rows.iter_rows(named=True)
                if self._policy.gathers((row["series_kind"], row["series_key"]))
            }
        )
        if not ends:
            return {}
        found = self._database.frame_about(
            "incidents/spread", pl.DataFrame({"until": ends}, schema={"until": pl.Datetime("us")})
        )
        return {row["until"]: row["requests"] - row["largest"] for row in found.iter_rows(named=True)}

    def _bursts(self, spans: dict[str, dict[str, Any]]) -> Iterator[Finding]:
        for tier in self._policy.tiers():
            limits = {"requests": tier.requests, "accounts": tier.accounts, "minutes": tier.minutes}
            rows = self._database.frame("incidents/bursts", **limits, **spans["incidents/bursts"])
            named = rows.with_columns(
                burst_id=pl.Series(
                    [digest("burst", tier.rule, *key) for key in rows.select("target_id", "met_on").iter_rows()],
                    dtype=pl.String,
                )
            )
            self._count_before(named, "burst_id", "began_at")
            for row in named.iter_rows(named=True):
                if self._policy.first_time(self._before[row["burst_id"]]):
                    yield burst(row, self._before[row["burst_id"]], tier)

    def _count_before(self, rows: pl.DataFrame, key: str, moment: str) -> None:
        """Note how often the target of each finding had been mentioned before it: once, when it is first met."""
        unknown = rows.filter(~pl.col(key).is_in(list(self._before)))
        first = unknown.unique(key, keep="first", maintain_order=True)
        counts = self._mentions_before(first["target_id"], first[moment])
        self._before |= dict(zip(first[key], counts, strict=True))

    def _mentions_before(self, targets: pl.Series, before: pl.Series) -> list[int]:
        """Mentions of each target in the policy's days before each time."""
        if targets.is_empty():
            return []
        wanted = pl.DataFrame({"target_id": targets, "before": before})
        days = self._policy.settings.first_time_days
        found = self._database.frame_about("incidents/mentions_before", wanted.unique(), days=days)
        joined = wanted.join(found, on=["target_id", "before"], how="left", maintain_order="left")
        return joined["mentions"].fill_null(0).to_list()


def _known(tables: Iterable[pl.DataFrame], chosen: Callable[[Iterable[datetime]], datetime]) -> Iterator[datetime]:
    """When rows were written: of each table that has any, the first (min) or the last (max)."""
    return (chosen(frame["known_at"].to_list()) for frame in tables if len(frame))
