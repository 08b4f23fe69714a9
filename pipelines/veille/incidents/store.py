"""The tables of incidents: everything that one step or command writes goes in one transaction, or not at all."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import polars as pl

from veille.incidents.basis import basis_of
from veille.incidents.cache import SLACK, Changes, IncidentCache, Key, Link, TargetLink
from veille.incidents.model import Incident, IncidentEvent, Referral, Silence
from veille.incidents.policy import Policy
from veille.store.database import Database, appending, translated
from veille.store.sql import Names, filled

_JSON = {"detail", "matchers", "payload", "facts", "bases"}
_BEGIN = datetime(1970, 1, 1)
_LATEST_SILENCES: Names = {"table": "silences", "key": "silence_id", "order": ("starts_at", "silence_id")}
_LATEST_REFERRALS: Names = {"table": "referrals", "key": "referral_id", "order": ("referred_at", "referral_id")}


class IncidentStore:
    """One for each database of a process (`IncidentStore.of`): the cache is shared by detection and by those who give it commands."""

    _all: ClassVar["WeakKeyDictionary[Database, IncidentStore]"] = WeakKeyDictionary()
    _making: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, database: Database) -> None:
        self.database = database
        self.lock = threading.RLock()
        self._cache: IncidentCache | None = None

    @classmethod
    def of(cls, database: Database) -> "IncidentStore":
        with cls._making:
            return cls._all.setdefault(database, cls(database))

    def cache(self, policy: Policy, now: datetime) -> IncidentCache:
        """What is going on; read from the tables once. Hold `lock` while using it."""
        if self._cache is None:
            self._cache = load(self.database, policy, now)
        return self._cache

    def recall(self, cache: IncidentCache, keys: Iterable[Key]) -> None:
        """Bring back what the cache has forgotten of incidents that have taken in any of these findings (kind, id)."""
        unknown = sorted({key for key in keys if key not in cache.of_finding})
        if unknown:
            wanted = pl.DataFrame(unknown, schema={"finding_kind": pl.String, "finding_id": pl.String}, orient="row")
            _hold(cache, self.database, incidents(self.database.frame_about("incidents/recalled", wanted)))

    def write(
        self,
        changes: Changes,
        known_at: datetime,
        *,
        referrals: Sequence[Referral] = (),
        cursor: tuple[datetime, datetime, int] | None = None,
    ) -> None:
        """All rows in one transaction. Where that fails the cache is forgotten, for it holds what was not written."""
        tables: dict[str, list[dict[str, Any]]] = {
            "incident_events": [_row(event) for event in changes.events],
            "incidents": [_row(incident) for incident in changes.incidents],
            "incident_findings": [_link_row(link) | {"known_at": known_at} for link in changes.links],
            "incident_targets": [_row(link) | {"known_at": known_at} for link in changes.targets],
            "silences": [_row(silence) for silence in changes.silences],
            "referrals": [_row(referral) for referral in referrals],
            "outbox": [_row(intent) for intent in changes.intents],
            "incident_cursors": [] if cursor is None else [_cursor_row(cursor)],
        }
        try:
            self._insert({name: rows for name, rows in tables.items() if rows})
        except BaseException:
            self._cache = None
            raise

    def forget(self) -> None:
        """Read the tables anew at the next use."""
        self._cache = None

    def _insert(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        if not tables:
            return
        with translated(None):
            connection = self.database.cursor()
            connection.begin()
            try:
                for name, rows in tables.items():
                    connection.register("new_rows", _frame(rows).to_arrow())
                    connection.execute(filled("store/append", appending(name)))
                    connection.unregister("new_rows")
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                connection.close()


def load(database: Database, policy: Policy, now: datetime) -> IncidentCache:
    """The cache as the tables have it: the same that detection had when it wrote them."""
    reach = policy.resolve_after + policy.cooldown + SLACK
    cache = IncidentCache()
    _hold(cache, database, incidents(database.frame("incidents/state_incidents", since=_before(now, reach))))
    for silence in silences(database):
        if silence.ended_at is None and silence.expires_at > _before(now, timedelta(days=1)):
            cache.silences[silence.silence_id] = silence
    _restore_pages(cache, database, policy, now)
    return cache


def _hold(cache: IncidentCache, database: Database, found: Sequence[Incident]) -> None:
    """Put incidents that the cache does not hold into it, with their findings and targets."""
    missing = {incident.incident_id: incident for incident in found if incident.incident_id not in cache.incidents}
    if not missing:
        return
    for incident in missing.values():
        cache.hold(incident)
    for row in database.frame("incidents/state_findings").iter_rows(named=True):
        if row["incident_id"] in missing:
            _restore_link(cache, row)
    for kind, finding_id, *state in database.frame("incidents/state_versions").iter_rows():
        if (kind, finding_id) in cache.of_finding:
            cache.taken[kind, finding_id].add(tuple(state))
    for row in database.frame("incidents/state_targets").iter_rows(named=True):
        if row["incident_id"] in missing:
            row["target_id"] = str(row["target_id"])
            cache.aim(TargetLink(**{key: value for key, value in row.items() if key != "known_at"}))


def _restore_link(cache: IncidentCache, row: dict[str, Any]) -> None:
    row["facts"] = json.loads(row["facts"])
    row["bases"] = tuple(basis_of(told) for told in json.loads(row["bases"] or "[]"))
    link = Link(**{key: value for key, value in row.items() if key != "known_at"})
    owner = cache.of_finding.get(link.key)
    cache.link(link)
    merged = cache.incidents[link.incident_id].merged_into is not None
    if owner is not None and merged and cache.incidents[owner].merged_into is None:
        cache.of_finding[link.key] = owner


def _restore_pages(cache: IncidentCache, database: Database, policy: Policy, now: datetime) -> None:
    since = _before(now, timedelta(hours=2 * policy.settings.shift_hours))
    sent = set(database.frame("incidents/sent_digests", since=since)["dedup_key"])
    for row in database.frame("incidents/state_pages", since=since).iter_rows(named=True):
        shift = (row["rota"], policy.shift(row["happened_at"]))
        if row["event"] == "due" and row["severity"] != "critical":
            cache.pages[shift] += 1
        digest_key = f"veille-digest-{row['rota']}-{shift[1].isoformat(timespec='seconds')}Z"
        if row["event"] == "digested" and json.loads(row["detail"]).get("live") and digest_key not in sent:
            cache.digested[shift].append(row["incident_id"])
    window = _before(now, timedelta(minutes=policy.settings.storm_minutes))
    for incident_id, paged_at in database.frame("incidents/state_paged", since=window).iter_rows():
        if incident_id in cache.incidents:
            cache.paged[cache.incidents[incident_id].kind].append((paged_at, incident_id))
    for incident_id, ratio in database.frame("incidents/state_ratios").iter_rows():
        if incident_id in cache.incidents:
            cache.ratio[incident_id] = ratio


def incidents(frame: pl.DataFrame) -> list[Incident]:
    return [Incident(**row) for row in frame.iter_rows(named=True)]


def events(frame: pl.DataFrame) -> list[IncidentEvent]:
    return [IncidentEvent(**{**row, "detail": json.loads(row["detail"])}) for row in frame.iter_rows(named=True)]


def silences(database: Database) -> list[Silence]:
    rows = database.frame("store/latest", _LATEST_SILENCES).iter_rows(named=True)
    return [Silence(**{**row, "matchers": json.loads(row["matchers"])}) for row in rows]


def referrals(database: Database) -> list[Referral]:
    return [Referral(**row) for row in database.frame("store/latest", _LATEST_REFERRALS).iter_rows(named=True)]


def _before(now: datetime, span: timedelta) -> datetime:
    return max(now - span, _BEGIN) if now - _BEGIN > span else _BEGIN


def _row(record: Any) -> dict[str, Any]:
    """The fields of a dataclass. Not a copy of what they hold: under an attack on thousands there are thousands of rows a turn."""
    return {name: getattr(record, name) for name in _names(record.__class__)}


def _link_row(link: Link) -> dict[str, Any]:
    return _row(link) | {"bases": [basis.as_dict() for basis in link.bases]}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _cursor_row(cursor: tuple[datetime, datetime, int]) -> dict[str, Any]:
    return dict(zip(("stepped_at", "findings_known_at", "batch"), cursor, strict=True))


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """JSON columns as text; a column that is null throughout keeps DuckDB's own type."""
    texts = [
        {key: json.dumps(value, sort_keys=True, default=str) if key in _JSON else value for key, value in row.items()}
        for row in rows
    ]
    return pl.DataFrame(texts, infer_schema_length=None)
