"""No two SQL files differ in a few names only: such a pair is one file with placeholders, filled from our own names at start."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

import pytest

from veille.store.sql import sql_folder

FEWEST_TOKENS = 7
"""Shorter statements are equal by chance."""
MOST_NAMES = 4
"""Pairs of names in which twins may differ: a table, its two views and a column. More is another question of the same shape."""
_TOKEN = re.compile(r"'(?:[^']|'')*'|\$?\{?\w+\}?|\S")
_KEYWORDS = frozenset(
    [
        "all",
        "and",
        "any",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "cast",
        "create",
        "cross",
        "delete",
        "desc",
        "distinct",
        "else",
        "end",
        "excluded",
        "exists",
        "false",
        "filter",
        "from",
        "full",
        "group",
        "having",
        "ignore",
        "in",
        "inner",
        "insert",
        "interval",
        "into",
        "is",
        "join",
        "left",
        "like",
        "limit",
        "macro",
        "name",
        "not",
        "null",
        "on",
        "or",
        "order",
        "outer",
        "over",
        "partition",
        "qualify",
        "replace",
        "select",
        "set",
        "table",
        "temp",
        "then",
        "true",
        "union",
        "update",
        "using",
        "values",
        "view",
        "when",
        "where",
        "with",
    ]
)


def tokens(text: str) -> list[str]:
    """Without comments and quotes around names."""
    body = "\n".join(line.partition("--")[0] for line in text.splitlines())
    return [found.strip('"') for found in _TOKEN.findall(body.replace('"', ""))]


def shape(words: Iterable[str]) -> tuple[str, ...]:
    """With every name, number and text the same."""
    return tuple(word if word.lower() in _KEYWORDS or re.fullmatch(r"\W", word) else "_" for word in words)


def twins(files: Mapping[str, str]) -> list[tuple[str, str]]:
    alike = defaultdict(list)
    words = {name: tokens(text) for name, text in files.items()}
    for name, found in words.items():
        if len(found) >= FEWEST_TOKENS:
            alike[shape(found)].append(name)
    return [
        pair
        for names in alike.values()
        for pair in combinations(sorted(names), 2)
        if len({both for both in zip(*(words[name] for name in pair), strict=True) if both[0] != both[1]}) <= MOST_NAMES
    ]


def test_no_two_files_differ_in_names_only() -> None:
    folder = sql_folder()
    files = {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.sql")
        if "schema" not in path.parts
    }
    assert len(files) > 100
    assert twins(files) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("SELECT a, b FROM surges WHERE x > 1", "-- of drops\nSELECT a, b FROM drops WHERE x > 1", True),
        (
            "INSERT INTO outbox BY NAME\nSELECT * FROM new_rows",
            "INSERT INTO silences BY NAME SELECT * FROM new_rows",
            True,
        ),
        ("SELECT max(a) AS a FROM surges WHERE x > 1", "SELECT max(b) AS b FROM drops WHERE x > 1", True),
        ("SELECT a, b FROM surges WHERE x > 1", "SELECT a, b FROM drops WHERE x > 1 AND y", False),
        ("SELECT a, b, c, d, e FROM f", "SELECT g, h, i, j, k FROM f", False),
        ("SELECT a FROM b", "SELECT a FROM c", False),
    ],
)
def test_a_planted_pair_is_found(one: str, other: str, found: bool) -> None:
    assert bool(twins({"one": one, "other": other})) is found
