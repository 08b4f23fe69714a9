"""Writes the research `catalog.duckdb`: views with comments over the files, replaced whole."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from veille.events import SCHEMA_VERSION
from veille.store.publish import comments
from veille.store.publish.catalogue import FILE_NAME
from veille.store.publish.research.ladders import RELATIONS
from veille.store.publish.research.month import WrittenFile, empty_path
from veille.store.publish.research.sharing import Sharing
from veille.store.publish.segments import view_of_files
from veille.store.publish.template import WITHIN, Attached
from veille.store.sql import filled, statement

FORMAT = 3
"""Format of the research folder; months of another format are made anew."""
VIEWS = (
    "requests", "requests_hour", "requests_day", "exchanges", "mentions", "production", "production_hour", "production_day",
    "generations", "moderations", "reports", "targets", "accounts", "minor_flags", "coverage", "coverage_day", "surges",
    "drops", "target_surges_day", "clusters", "official_statements",
)  # fmt: skip
TABLES = ("status", "releases", "segments")
_FILES = {
    "surges": "research/catalogue/deviations", "drops": "research/catalogue/deviations", "minor_flags": "catalogue/minor_flags",
    "official_statements": "catalogue/official_statements",
}  # fmt: skip
"""Views that a file of another name makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """A row of the table `releases`."""

    month: datetime
    release: str
    published_at: datetime
    finished: bool
    held_back: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchStatus:
    """A row of the table `status`."""

    as_of: datetime | None
    published_at: datetime
    complete_until: datetime
    simulated: bool
    smallest_group: int


def write_catalogue(
    folder: Path, files: Sequence[WrittenFile], releases: Sequence[ReleaseRow], status: ResearchStatus, sharing: Sharing
) -> None:
    """Replace the catalogue of `folder`. Raises duckdb.Error or OSError; the old one stays then."""
    temporary = folder / "tmp" / FILE_NAME
    temporary.unlink(missing_ok=True)
    connection = duckdb.connect(config={"threads": "1", "memory_limit": "256MB"})
    try:
        with Attached(connection, temporary):
            _fill(connection, folder, files, releases, status)
        if temporary.with_name(f"{FILE_NAME}.wal").exists():
            raise OSError("the research catalogue was not finished")
        sharing.file(temporary)
        os.replace(temporary, folder / FILE_NAME)  # noqa: PTH105  one call for both, as elsewhere
    finally:
        connection.close()
        for left in (temporary, temporary.with_name(f"{FILE_NAME}.wal")):
            left.unlink(missing_ok=True)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    files: Sequence[WrittenFile],
    releases: Sequence[ReleaseRow],
    status: ResearchStatus,
) -> None:
    connection.execute("CREATE SCHEMA files")
    for relation in RELATIONS:
        paths = [file.path for file in files if file.relation == relation]
        connection.execute(view_of_files(relation, folder, paths or [empty_path(relation)]))
    for name in (*VIEWS, *TABLES, "pages"):
        connection.execute(filled(f"publish/{_FILES.get(name, f'research/catalogue/{name}')}", {"view": name}))
    connection.execute(statement("publish/research/catalogue/held_back_within"))
    comments.comment(connection, "research/catalogue")
    for name in WITHIN:
        connection.execute(filled("publish/research/catalogue/within", {"macro": f"{name}_within", "relation": name}))
    connection.execute(
        "INSERT INTO status VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            status.as_of,
            status.published_at,
            status.complete_until,
            status.simulated,
            status.smallest_group,
            SCHEMA_VERSION,
            FORMAT,
        ],
    )
    for one in releases:
        row = [getattr(one, name) for name in ReleaseRow.__slots__]
        connection.execute("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?)", row)
    for file in files:
        row = [file.relation, file.path, file.month, file.row_count, file.byte_count]
        connection.execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?)", row)
