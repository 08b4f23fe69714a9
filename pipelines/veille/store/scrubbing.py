"""Scrubs what an earlier version stored: once, in the transaction of its migration, so a crash leaves all or nothing of it.

Texts of events can no longer be compared with the ids of their rows, which are pseudonyms by now: what remains of
these is what the earlier version left. The audit log is not changed, for its rows are chained.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import structlog

from veille.privacy import Key, Pseudonymiser
from veille.scrub import CODE, Scrubber, Tokens
from veille.times import naive_now

NUMBER = 25
"""Of the migration that this belongs to."""
PURGE_FACT = "purge_segments"
"""`due` from the migration on until replaced segments are deleted."""

_ROWS = 100_000
TEXTS = {
    "mentions": ("prompt", "platform", "generator"),
    "moderations": ("reason", "platform", None),
    "annotations": ("note", None, None),
    "cluster_verdicts": ("reason", None, None),
    "incident_events": ("reason", None, None),
    "silences": ("reason", None, None),
    "samples": ("question", None, None),
    "referrals": ("outcome", None, None),
    "service_modes": ("comment", None, None),
    "clusters": ("evidence", None, None),
}
"""Table → column of free text, with those of its platform and generator."""
_TOKENS = {
    "mentions": ("collection_id", "generator", "request_class_source", "minor_suspected_source"),
    "generations": ("collection_id", "generator", "model", "minor_suspected_source"),
    "moderations": ("collection_id",),
    "surges": ("series_key",),
    "drops": ("series_key",),
}
_SAID_BY_PEOPLE = {
    "incident_events": "actor <> 'veille'",
    "surges": "series_kind = 'generator'",
    "drops": "series_kind = 'generator'",
}
"""Which rows of a table are looked at, where that is not all."""

log = structlog.get_logger(__name__)

Row = tuple[str, str | None, str | None]


@dataclass(slots=True)
class _Stored:
    """The cleaning of one database."""

    connection: duckdb.DuckDBPyConnection
    scrub: Scrubber
    tokens: Tokens
    changed: dict[tuple[str, str], int] = field(default_factory=dict)

    def texts(self, table: str, column: str, platform: str | None, generator: str | None) -> None:
        clean = {"evidence": self._evidence, "reason": self._reason}.get(column, self._text)
        self._rewrite(table, (column, platform, generator), clean)

    def token(self, table: str, column: str) -> None:
        self._rewrite(table, (column, None, None), lambda row: self.tokens(row[0]))

    def _text(self, row: Row) -> str:
        return self.scrub(row[0], row[1] or "unknown", row[2])

    def _reason(self, row: Row) -> str:
        return self.tokens(row[0]) if row[1] and CODE.fullmatch(row[0]) else self._text(row)

    def _evidence(self, row: Row) -> str:
        """The evidence card of a cluster, JSON, with its wordings scrubbed."""
        card = json.loads(row[0])
        for prompt in card.get("prompts", []):
            if isinstance(prompt.get("text"), str):
                prompt["text"] = self.scrub(prompt["text"])
        return json.dumps(card, ensure_ascii=False, separators=(",", ":"))

    def _rewrite(self, table: str, names: tuple[str, str | None, str | None], clean: Callable[[Row], str]) -> None:
        column, platform, generator = names
        where = _SAID_BY_PEOPLE.get(table, "true")
        keys = (
            f'"{column}" AS old, {platform or "NULL"}::VARCHAR AS platform, {generator or "NULL"}::VARCHAR AS generator'
        )
        query = f'SELECT DISTINCT {keys} FROM {table} WHERE "{column}" IS NOT NULL AND {where}'  # noqa: S608  our own names
        found = [(*row, new) for row in self._rows(query) if (new := clean(row)) != row[0]]
        if not found:
            return
        self.connection.register("scrubbed_values", _changes(found))
        try:
            held = f't."{column}" = v.old'
            same = [f"v.{ours} IS NOT DISTINCT FROM t.{ours}" for ours in (platform, generator) if ours]
            update = (
                f'UPDATE {table} AS t SET "{column}" = v.new FROM scrubbed_values AS v '  # noqa: S608  our own names
                f"WHERE {' AND '.join([held, where, *same])}"
            )
            counted = self.connection.execute(update).fetchone()
        finally:
            self.connection.unregister("scrubbed_values")
        self.changed[table, column] = int((counted or (0,))[0])

    def _rows(self, query: str) -> Iterator[Row]:
        """Rows, read in pieces: there may be millions."""
        cursor = self.connection.execute(query)
        while rows := cursor.fetchmany(_ROWS):
            yield from rows


def scrub_stored(connection: duckdb.DuckDBPyConnection, key: Key, allowed_tokens: Collection[str] = ()) -> int:
    """Scrub every text and token that is stored, in the caller's transaction; returns how many values changed.

    Where any did, everything is published afresh at the next start and replaced segments are deleted at once. Raises duckdb.Error.
    """
    names = Pseudonymiser(key)
    stored = _Stored(connection, Scrubber(names.short_person), Tokens(names.token, allowed_tokens))
    for table, columns in TEXTS.items():
        stored.texts(table, *columns)
    for table, tokens in _TOKENS.items():
        for column in tokens:
            stored.token(table, column)
    for (table, column), changed in sorted(stored.changed.items()):
        row = {
            "at": naive_now(),
            "table_name": table,
            "column_name": column,
            "changed": changed,
        }
        connection.execute("INSERT INTO scrubbed VALUES ($at, $table_name, $column_name, $changed)", row)
        log.info("scrubbed what was stored", table=table, column=column, changed=changed)
    if stored.changed:
        connection.execute("DELETE FROM facts WHERE name IN ('published_format', $purge)", {"purge": PURGE_FACT})
        connection.execute("INSERT INTO facts VALUES ($purge, 'due')", {"purge": PURGE_FACT})
    return sum(stored.changed.values())


def _changes(found: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*found, strict=True)
    names = ("old", "platform", "generator", "new")
    return pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})
