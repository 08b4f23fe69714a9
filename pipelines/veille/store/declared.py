"""How a table of findings is declared: its name, key, columns with their meaning, and what each column tells of a person."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column tells of a person. The values are the headings of the table in docs/privacy.md."""

    PERSON = "pseudonyms of people"
    THING = "pseudonyms of posts and events"
    TEXT = "free text, scrubbed"
    QUASI = "may single out, with other facts"
    STAFF = "people who work with Veille"
    SEALED = "encrypted"


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """meaning: its comment in the catalogue and in the dictionary. kind: None where it tells nothing of a person."""

    name: str
    meaning: str
    kind: Kind | None = None


def fact(name: str, meaning: str) -> DeclaredColumn:
    """A column that tells nothing of a person."""
    return DeclaredColumn(name, meaning)


def person(name: str, meaning: str) -> DeclaredColumn:
    """A pseudonym of somebody."""
    return DeclaredColumn(name, meaning, Kind.PERSON)


def quasi(name: str, meaning: str) -> DeclaredColumn:
    """A fact that may single somebody out, with other facts."""
    return DeclaredColumn(name, meaning, Kind.QUASI)


def free_text(name: str, meaning: str) -> DeclaredColumn:
    """What a person wrote, scrubbed."""
    return DeclaredColumn(name, meaning, Kind.TEXT)


def staff(name: str, meaning: str) -> DeclaredColumn:
    """Somebody who works with Veille."""
    return DeclaredColumn(name, meaning, Kind.STAFF)


VERSIONED = (
    fact("version", "Number of this version of the finding; 1 is the first."),
    fact("known_at", "When Veille wrote this version (UTC)."),
    fact("decided_at", "Event time (UTC) of the step that decided it."),
)
"""Columns of every table of findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTable:
    """One table of findings and its published view of the same name, in the order of its columns.

    meaning: comment of the view, from `One row a …` on. key: the columns that identify a finding. published: the column that says when a
    row was written; a later one publishes the table anew. added: columns that the view has besides; then `sql/publish/catalogue/<name>.sql`
    makes the view (own_view). said_by_people: not cleared when history is detected afresh. stored: the table that holds the rows, where it
    is another one; constants: the values of its further columns, by which the rows of this one are told apart there.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[DeclaredColumn, ...]
    published: str = "known_at"
    added: tuple[DeclaredColumn, ...] = ()
    own_view: bool = False
    said_by_people: bool = False
    stored: str = ""
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Where its rows are stored."""
        return self.stored or self.name

    @property
    def names(self) -> list[str]:
        """Its columns without those that the view adds."""
        return [column.name for column in self.columns]
