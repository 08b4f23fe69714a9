"""Personal data, declared once: which columns of which table name or describe a person, and until when they are kept.

docs/privacy.md holds the tables that this makes, retention and erasure read it, and a table or a column of text that stands
nowhere here fails a test.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from veille.events import EventType
from veille.store import event_tables
from veille.store.declared import DeclaredColumn, Kind, person
from veille.store.finding_tables import FINDINGS


class Kept(StrEnum):
    """Until when rows are kept. Retention by age is the operator's decision: nothing else is deleted in this version."""

    ALWAYS = "until the data folder is deleted"
    LETTERS = "`raw` for `dead_letter_days` (7), the rest until the data folder is deleted"
    QUERIES = "`log_days` (180)"
    STEPS = "14 days"
    REPLACED = "until it is published again; replaced files for `retire_minutes` (15)"
    COMMAND = "until deleted by a user"


@dataclass(frozen=True, slots=True)
class Declared:
    """One table. columns: what each personal column is. plain: text columns that tell nothing of a person."""

    kept: Kept
    columns: Mapping[str, Kind]
    plain: frozenset[str] = frozenset()

    def of(self, kind: Kind) -> list[str]:
        return [column for column, each in self.columns.items() if each is kind]


def _table(kept: Kept = Kept.ALWAYS, plain: str = "", **kinds: str) -> Declared:
    """kinds: name of a Kind in lower case → its columns, separated by spaces."""
    columns = {column: Kind[kind.upper()] for kind, names in kinds.items() for column in names.split()}
    return Declared(kept, columns, frozenset(plain.split()))


def _declared(columns: Iterable[DeclaredColumn], constants: Iterable[str] = ()) -> Declared:
    """What the declaration of a table's columns says of people. constants: further columns of the table."""
    every = list(columns)
    personal = {column.name: column.kind for column in every if column.kind is not None}
    return Declared(
        Kept.ALWAYS, personal, frozenset({column.name for column in every} - set(personal) | set(constants))
    )


def _events(event_type: EventType) -> Declared:
    came_as = [person(name, "") for name in event_tables.CAME_AS[event_type].values()]
    return _declared((*event_tables.stored(event_type), *came_as))


TABLES: Mapping[str, Declared] = {
    **{event_type.table: _events(event_type) for event_type in EventType},
    "vault": _table(person="pseudonym", sealed="sealed", plain="space"),
    "people_aliases": _table(person="handle_pseudonym person_pseudonym", quasi="first_at last_at"),
    "dead_letters": _table(Kept.LETTERS, sealed="raw", quasi="source", plain="letter_id event_type path rule detail"),
    "first_asked": _table(person="target_id", quasi="first_at"),
    "answers": _table(thing="mention_id", quasi="mention_at", plain="outcome"),
    "waiting_answers": _table(thing="mention_id", plain="outcome"),
    **{table.table: _declared(table.columns, table.constants) for table in FINDINGS.values()},
    "incidents": _table(
        person="subject",
        quasi="title evidence onset_at first_at newest_at",
        staff="owner",
        plain="incident_id kind rota rule policy severity state suppressed_by parent_id merged_into subject_kind disposition",
    ),
    "incident_events": _table(
        text="reason", quasi="detail", staff="actor", plain="incident_id rota event state severity"
    ),
    "incident_findings": _table(person="bases", quasi="facts", plain="incident_id finding_kind finding_id rule rota"),
    "incident_targets": _table(person="target_id", quasi="last_at", plain="incident_id rota"),
    "silences": _table(person="matchers", text="reason", staff="actor ended_by", plain="silence_id"),
    "referrals": _table(
        text="outcome", quasi="reference", staff="recipient actor", plain="referral_id incident_id rota recipient_kind"
    ),
    "outbox": _table(quasi="payload", plain="intent_id incident_id dedup_key kind severity rota"),
    "deliveries": _table(plain="intent_id channel outcome reference detail"),
    "webhook_events": _table(plain="event_id event_type subject dedup_key"),
    "annotations": _table(text="note", staff="author", plain="annotation_id about state"),
    "samples": _table(text="question", quasi="filters", staff="author", plain="sample_id seed"),
    "sample_items": _table(thing="event_id", plain="sample_id"),
    "sample_codes": _table(thing="event_id", staff="coder", plain="sample_id code"),
    "audit_log": _table(person="subject", text="reason", staff="actor", plain="action digest"),
    "query_log": _table(Kept.QUERIES, quasi="sql", staff="actor", plain="query_id way catalogue outcome"),
    "service_modes": _table(text="comment", staff="actor", plain="folder mode reason neighbour live_at what"),
    "detector_steps": _table(Kept.STEPS, plain="detector"),
    "segments": _table(Kept.REPLACED, plain="path relation partition"),
    "positions": _table(plain="topic log_id"),
    "stream_changes": _table(plain="topic reason log_id"),
    "scrubbed": _table(plain="table_name column_name"),
    "official_statements": _table(plain="platform breakdown value source"),
    "migrations": _table(plain="name"),
    "facts": _table(plain="name value"),
    "batches": _table(),
    "detection_progress": _table(),
    "detected_history": _table(),
    "incident_cursors": _table(),
}
"""Every table of the private database."""


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file. where: below the data folder unless the settings say otherwise."""

    where: str
    holds: str
    kept: str


FILES: tuple[File, ...] = (
    File("`veille.duckdb`", "the tables above", "as said above"),
    File(
        "`published/analyst`",
        "events, findings, incidents and notes with pseudonyms and scrubbed text; nothing of the vault, dead letters, the audit log "
        "or the rota for minors",
        Kept.REPLACED,
    ),
    File("`published/research`", "events and counts without accounts, targets and texts", Kept.REPLACED),
    File("`snapshots/`", "a copy of one of the two published folders", "until `veille snapshot delete`"),
    File("packs", "a query and its result, with pseudonyms if it ran on the analyst catalogue", Kept.COMMAND),
    File("releases, `releases.json`", "counts above the k-rule; the reasons given for releases", Kept.COMMAND),
    File("backups", "copy of `veille.duckdb`, including raw dead letters", Kept.COMMAND),
    File("`gateway/`", "temporary files of running queries", "until the query ends, or the next start"),
    File("`pseudonym.key`", "the key of all pseudonyms; not personal data itself", Kept.ALWAYS),
    File("tokens", "names of users of Veille, digests of their tokens", "until `veille token revoke`"),
    File("logs and metrics", "counts and Veille's own IDs", "as configured in your log system"),
)
"""Every kind of file that Veille writes."""


def markdown() -> str:
    """The tables of docs/privacy.md, each line ended."""
    return "".join(f"{line}\n" for line in (*_table_lines(), "", *_file_lines()))


def _table_lines() -> Iterator[str]:
    shown = {name: declared for name, declared in TABLES.items() if declared.columns}
    yield f"| table | {' | '.join(Kind)} | kept |"
    yield f"|---|{'---|' * len(Kind)}---|"
    for name, declared in shown.items():
        cells = [", ".join(f"`{column}`" for column in declared.of(kind)) or "–" for kind in Kind]
        yield f"| `{name}` | {' | '.join(cells)} | {declared.kept} |"
    yield ""
    yield "The other tables hold nothing of a person."


def _file_lines() -> Iterator[str]:
    yield "| file | personal data | retention |"
    yield "|---|---|---|"
    for file in FILES:
        yield f"| {file.where} | {file.holds} | {file.kept} |"
