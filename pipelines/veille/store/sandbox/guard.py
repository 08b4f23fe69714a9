"""What a query may be: one statement that only reads; and which object is run.

Text is never run. The engine's parser makes one statement object of it; the tree of that statement is looked through
(veille.store.sandbox.tree); and the caller runs the object. A text is parsed the same way each time, so object and
tree are of one mind as long as both come from the same text: the one that the parser itself gave for the statement.

An EXPLAIN has no tree of its own. So the query in it is taken out, checked as any other, written anew by the engine from its tree, which
leaves no comment in it, checked again, and explained.
"""

import re

import duckdb
import msgspec

from veille.reasons import reason
from veille.store.sandbox.errors import QueryRefusedError
from veille.store.sandbox.names import CatalogueNames
from veille.store.sandbox.tree import check_tree
from veille.store.sql import statement

MAX_CHARACTERS = 100_000
KINDS = frozenset({"SELECT", "EXPLAIN"})
"""Statement types that may run. DESCRIBE, SUMMARIZE, SHOW, VALUES and FROM are SELECTs to the parser."""
_WORD = re.compile(rb"\w+")
_BEGINS_PLAINLY = re.compile(r"[A-Za-z]")
_CURES = {
    "MULTI": reason("query.pivot"),
    "SET": reason("query.settings_fixed"),
    "VARIABLE_SET": reason("query.settings_fixed"),
    "PRAGMA": reason("query.pragma"),
    "CALL": reason("query.call"),
    "COPY": reason("query.writes"),
    "EXPORT": reason("query.writes"),
    "ATTACH": reason("query.attach"),
    "LOAD": reason("query.extension"),
    "EXTENSION": reason("query.extension"),
    "PREPARE": reason("query.prepare"),
    "EXECUTE": reason("query.prepare"),
}


def check(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The statement to run in place of `sql`, which is one that only reads.

    Raises RefusedError, UnknownError (a function that does not exist), or duckdb.Error where it does not parse.
    """
    if len(sql) > MAX_CHARACTERS:
        raise QueryRefusedError(reason("query.too_long", most=MAX_CHARACTERS, found=len(sql)))
    if "\0" in sql:
        raise QueryRefusedError(reason("query.nul"))
    names = CatalogueNames(connection)
    first = _only(connection, sql)
    if _kind(first) == "EXPLAIN":
        return _explain(connection, first.query, names)
    return _select(connection, first.query, names)[0]


def _only(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    found = connection.extract_statements(sql)
    if len(found) != 1:
        raise QueryRefusedError(reason("query.statements", found=len(found)))
    kind = _kind(found[0])
    if kind not in KINDS:
        raise QueryRefusedError(_CURES.get(kind) or reason("query.only_select", kind=kind.replace("_", " ")))
    return found[0]


def _kind(found: duckdb.Statement) -> str:
    try:
        return str(found.type.name)
    except ValueError:  # the engine has statements that its Python side does not know
        return "this statement"


def _select(connection: duckdb.DuckDBPyConnection, sql: str, names: CatalogueNames) -> tuple[duckdb.Statement, str]:
    """The one SELECT of a text, and its tree as JSON. `sql` is what the parser gave for it."""
    found = _only(connection, sql)
    if _kind(found) != "SELECT" or found.query != sql:
        raise QueryRefusedError(reason("query.not_alone"))
    ((tree,),) = connection.execute(statement("gateway/syntax_tree"), {"sql": sql}).fetchall()
    try:
        parsed = msgspec.json.decode(tree)
    except RecursionError:
        raise QueryRefusedError(reason("query.too_deep")) from None
    if parsed["error"]:
        raise QueryRefusedError(reason("query.unchecked", error=str(parsed.get("error_message", ""))))
    if len(parsed["statements"]) != 1:
        raise QueryRefusedError(reason("query.statements", found=len(parsed["statements"])))
    check_tree(parsed, names)
    return found, tree


def _explain(connection: duckdb.DuckDBPyConnection, sql: str, names: CatalogueNames) -> duckdb.Statement:
    analyze, text = _explained(sql)
    try:
        inner = _only(connection, text)
    except duckdb.ParserException:
        raise QueryRefusedError(reason("query.explain_options")) from None
    _, tree = _select(connection, inner.query, names)
    ((anew,),) = connection.execute(statement("gateway/syntax_text"), {"tree": tree}).fetchall()
    plain = anew if _BEGINS_PLAINLY.match(anew) else f"FROM {anew}"
    _select(connection, plain, names)
    made = f"EXPLAIN {'ANALYZE ' if analyze else ''}{plain}"
    found = _only(connection, made)
    if _kind(found) != "EXPLAIN" or found.query != made:
        raise QueryRefusedError(reason("query.explain_never"))
    return found


def _explained(sql: str) -> tuple[bool, str]:
    """Whether it is EXPLAIN ANALYZE, and the text after those words, found with the engine's own tokens (which count bytes)."""
    text = sql.encode()
    places = [place for place, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    words = [found[0].upper() if (found := _WORD.match(text, place)) else b"" for place in places[:2]]
    if words[:1] != [b"EXPLAIN"] or len(places) < 2:
        raise QueryRefusedError(reason("query.explain_first"))
    analyze = words[1] == b"ANALYZE" and len(places) > 2
    return analyze, text[places[2 if analyze else 1] :].decode()
