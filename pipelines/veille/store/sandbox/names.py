"""Which relations and functions a query may name."""

import difflib
import re
from functools import cached_property

import duckdb

from veille.store.sandbox import functions
from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sql import statement

_PLAIN = re.compile(r"[\w $-]+")
"""A name of these characters is no file: DuckDB takes a name for a file by its ending, which begins with a dot."""
_CLOSED = (
    "queries cannot open files, addresses, extensions or other databases: they read the views of their catalogue "
    "(SHOW TABLES lists them)"
)


class CatalogueNames:
    """The names of the attached catalogue, read when first needed, beside those of the engine."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def require_relation(self, name: str, inner: frozenset[str]) -> None:
        """Raises RefusedError unless it is a relation that may be read. inner: the query's own WITH names, in lower case.

        What exists nowhere is left to the engine, which says so.
        """
        folded = name.lower()
        own = self._relations.get(folded)
        if own is False or (folded in inner and _PLAIN.fullmatch(name)):
            return
        if own and folded not in functions.RELATIONS:
            raise QueryRefusedError(f"{name} is a view of the engine's own use; it is not available here")
        if not _PLAIN.fullmatch(name):
            raise QueryRefusedError(_CLOSED)

    def require_function(self, name: str, *, in_from: bool) -> None:
        """Raises RefusedError unless a query may call it there, UnknownError where no such function exists."""
        folded = name.lower()
        known = functions.TABLES if in_from else functions.EXPRESSIONS
        if folded in known:
            return
        if reason := _reason(folded):
            raise QueryRefusedError(f"{name}() {reason}")
        if folded in self._macros - functions.POINTERS:
            return
        similar = difflib.get_close_matches(folded, known | self._macros, n=1)
        where = "that may stand in FROM" if in_from else "for queries"
        cure = f"; did you mean {similar[0]}()?" if similar else ": SELECT * FROM duckdb_functions() lists them"
        raise UnknownError(f"there is no function {name}() {where}{cure}")

    @cached_property
    def _relations(self) -> dict[str, bool]:
        """Name in lower case → whether it is the engine's own; the catalogue's wins where both have it."""
        found = self._connection.execute(statement("gateway/relations")).fetchall()
        return {str(name).lower(): bool(internal) for name, internal in found}

    @cached_property
    def _macros(self) -> frozenset[str]:
        """Macros of the catalogue, in lower case."""
        found = self._connection.execute(statement("gateway/macros")).fetchall()
        return frozenset(str(name).lower() for (name,) in found)


def _reason(name: str) -> str | None:
    if name in functions.RUNS_TEXT:
        return "runs SQL that is given as text; write that SQL itself"
    if name in functions.OPENS_FILES:
        return "opens files; a query reads the views of its catalogue (SHOW TABLES lists them)"
    if name in functions.CHANGES:
        return "changes the engine; it is not available here"
    if name in functions.INTERNAL or name.startswith(functions.INTERNAL_FAMILIES):
        return "is for the engine's own use; it is not available here"
    return None
