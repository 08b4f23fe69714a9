"""What a query may be: one statement that only reads.

Reading is limited elsewhere (locked configuration, and Linux's Landlock around the whole process). This guard is
for what DuckDB lets a reader *do*: a statement's type says little, since `WITH x AS (COPY … TO …) SELECT …` is a SELECT that
writes a file. So the parsed tree is looked through for the nodes that change something, and for functions that run
SQL given as text, or change the engine.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from veille.store.sql import statement

MAX_CHARACTERS = 100_000
_READING = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_RUNS_TEXT = frozenset({"query", "json_execute_serialized_sql", "from_substrait", "from_substrait_json"})
_CHANGES = re.compile(
    r"^(enable_|disable_|verify_|register_|deregister_|create_|destroy_|import_|copy_)\w+$"
    r"|^(checkpoint|force_checkpoint|truncate_duckdb_logs|write_log|add_parquet_key|setseed)$"
)
_EXPLAIN = re.compile(r"^\s*EXPLAIN(?:\s+ANALYZE)?(?:\s*\([^()]*\))?\s+", re.IGNORECASE)
_CURES = {
    "MULTI": "PIVOT must name its values here: PIVOT … ON column IN (…) USING …",
    "SET": "settings are fixed here; every query runs with its own limits",
    "PRAGMA": "PRAGMA is not available here; DESCRIBE, SHOW TABLES and the duckdb_…() functions are",
    "CALL": "CALL is not available here; select from the function: SELECT * FROM …",
    "COPY": "a query cannot write files; download its result, or use `veille query --output`",
    "EXPORT": "a query cannot write files; download its result, or use `veille query --output`",
    "ATTACH": "other databases cannot be opened here; choose the catalogue beside the query",
    "LOAD": "extensions cannot be installed or loaded here",
    "EXTENSION": "extensions cannot be installed or loaded here",
}


class RefusedError(Exception):
    """The query is not one that may run: one sentence with the reason and what to do instead."""


def check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raises RefusedError unless `sql` is one statement that only reads; duckdb.Error where it does not parse."""
    if len(sql) > MAX_CHARACTERS:
        raise RefusedError(f"a query may have {MAX_CHARACTERS:,} characters; this one has {len(sql):,}")
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise RefusedError(f"one statement a query, please: this text holds {len(statements)}")
    kind = str(statements[0].type).rpartition(".")[2]
    if kind == "EXPLAIN":
        check(connection, _explained(sql))
    elif kind == "SELECT":
        _check_tree(connection, statements[0].query)
    else:
        raise RefusedError(_CURES.get(kind, f"a query only reads: SELECT, not {kind.replace('_', ' ')}"))


def _explained(sql: str) -> str:
    inner, found = _EXPLAIN.subn("", sql, count=1)
    if not found:
        raise RefusedError("write EXPLAIN as the first word, with the query after it")
    return inner


def _check_tree(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    ((text,),) = connection.execute(statement("gateway/syntax_tree"), {"sql": sql}).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        raise RefusedError(f"a query only reads: {tree.get('error_message', 'this one cannot be checked')}")
    for node in _nodes(tree):
        kind = node.get("type")
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _READING:
            raise RefusedError(f"a query only reads: {kind.partition('_')[0]} inside a SELECT is refused too")
        name = node.get("function_name")
        if isinstance(name, str):
            _check_function(name.lower())


def _check_function(name: str) -> None:
    if name in _RUNS_TEXT:
        raise RefusedError(f"{name}() runs SQL that is given as text; write that SQL itself")
    if _CHANGES.match(name):
        raise RefusedError(f"{name}() changes the engine; it is not available here")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree; without recursion, however deep it is."""
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
