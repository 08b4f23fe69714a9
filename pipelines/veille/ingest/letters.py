"""Dead letters: look at them, and try them again once their cause is mended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
import pyarrow as pa

from veille.events import EventType
from veille.ingest.columns import uuids
from veille.ingest.decode import Decoder
from veille.ingest.writer import Tally, Writer
from veille.privacy import LetterBox
from veille.sources.base import Chunk
from veille.sources.renames import rename_fields
from veille.store.audit import Audit
from veille.store.database import Database

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class LetterRetry:
    """Which letters to try again, and under which names their fields stand (contract field → theirs)."""

    letter_id: str | None = None
    rule: str | None = None
    mapping: Mapping[str, str] | None = None


def list_letters(
    database: Database, rule: str | None = None, *, replayed: bool = False, limit: int = 100
) -> pl.DataFrame:
    """Dead letters, newest first; columns as in sql/letters/list.sql."""
    return database.frame("letters/list", rule=rule, replayed=replayed, limit=limit)


def show_letter(database: Database, box: LetterBox, letter_id: str, reader: str) -> dict[str, Any] | None:
    """One dead letter with its raw message decrypted (`raw` None where it was not kept or is past its days).

    reader: who reads; it stands in the audit log before anything is decrypted.
    """
    found = _page(database, LetterRetry(letter_id=letter_id), after="").to_dicts()
    if not found:
        return None
    letter = found[0]
    sealed = letter["raw"]
    if sealed is not None:
        Audit(database).write(reader, "letter.read", letter_id)
    return letter | {"raw": None if sealed is None else box.decrypt(sealed).decode("utf-8", "backslashreplace")}


def replay_letters(
    database: Database, writer: Writer, decoder: Decoder, box: LetterBox, retry: LetterRetry, actor: str, now: datetime
) -> Tally:
    """Try letters again; those that now pass become events and are marked, the others stay as they are.

    actor: who asks; it stands in the audit log with the choice and the mapping before anything is decrypted.
    """
    mapping = ", ".join(f"{ours}={theirs}" for ours, theirs in sorted((retry.mapping or {}).items()))
    Audit(database).write(actor, "letters.replay", retry.letter_id or retry.rule or "all", mapping or None)
    total, after = Tally(), ""
    while (page := _page(database, retry, after)).height:
        after = page["letter_id"][-1]
        kept = page.filter(pl.col("raw").is_not_null())
        if kept.height:
            total += _replay_page(database, writer, decoder, box, retry, kept, now)
    return total


def _page(database: Database, retry: LetterRetry, after: str) -> pl.DataFrame:
    return database.frame("letters/raw", letter_id=retry.letter_id, rule=retry.rule, after=after, limit=PAGE)


def _replay_page(
    database: Database,
    writer: Writer,
    decoder: Decoder,
    box: LetterBox,
    retry: LetterRetry,
    page: pl.DataFrame,
    now: datetime,
) -> Tally:
    renames = {theirs: ours for ours, theirs in (retry.mapping or {}).items()}
    letters = list(page.iter_rows(named=True))
    chunks = [_chunk(letter, rename_fields(box.decrypt(letter["raw"]), renames)) for letter in letters]
    decoded = decoder(chunks, now)
    broken = {(letter.source, letter.partition, letter.position) for letter in decoded.letters}
    still_broken, decoded.letters = len(decoded.letters), []
    tally = writer.write(decoded, {}, now)
    mended = [
        UUID(letter["letter_id"]).bytes
        for letter in letters
        if (letter["source"], letter["partition"], letter["position"]) not in broken
    ]
    if mended:
        database.mark_replayed(pa.table({"letter_id": uuids(mended)}), now)
    return replace(tally, dead_letters=still_broken)


def _chunk(letter: Mapping[str, Any], raw: bytes) -> Chunk:
    event_type = EventType(letter["event_type"]) if letter["event_type"] else None
    return Chunk(
        source=letter["source"],
        partition=letter["partition"],
        event_type=event_type,
        messages=[raw],
        positions=[letter["position"]],
        lax=letter["lax"],
    )
