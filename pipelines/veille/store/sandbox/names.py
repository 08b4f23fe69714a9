"""Which relations and functions a query may name."""

import difflib
import re
from functools import cached_property

import duckdb

from veille.reasons import Reason, reason
from veille.store.sandbox import functions
from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sql import statement

_PLAIN = re.compile(r"[\w $-]+")
"""A name of these characters is no file: DuckDB takes a name for a file by its ending, which begins with a dot."""


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
            raise QueryRefusedError(reason("query.engine_view", name=name))
        if not _PLAIN.fullmatch(name):
            raise QueryRefusedError(reason("query.closed"))

    def require_function(self, name: str, *, in_from: bool) -> None:
        """Raises RefusedError unless a query may call it there, UnknownError where no such function exists."""
        folded = name.lower()
        known = functions.TABLES if in_from else functions.EXPRESSIONS
        if folded in known:
            return
        if why := _never(folded, name):
            raise QueryRefusedError(why)
        if folded in self._macros - functions.POINTERS:
            return
        similar = difflib.get_close_matches(folded, known | self._macros, n=1)
        raise UnknownError(_unknown(name, similar[0] if similar else None, in_from=in_from))

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


def _never(folded: str, name: str) -> Reason | None:
    """Why a function that exists may not be called."""
    if folded in functions.RUNS_TEXT:
        return reason("query.function_runs", name=name)
    if folded in functions.OPENS_FILES:
        return reason("query.function_opens", name=name)
    if folded in functions.CHANGES:
        return reason("query.function_changes", name=name)
    if folded in functions.INTERNAL or folded.startswith(functions.INTERNAL_FAMILIES):
        return reason("query.function_internal", name=name)
    return None


def _unknown(name: str, similar: str | None, *, in_from: bool) -> Reason:
    if similar is None:
        return reason("query.no_source", name=name) if in_from else reason("query.no_function", name=name)
    if in_from:
        return reason("query.no_source_but", name=name, similar=similar)
    return reason("query.no_function_but", name=name, similar=similar)
