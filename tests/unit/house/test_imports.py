"""Imports: no circle, not even one hidden inside a function; decoding needs no database."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.unit.house.code import imported, modules


def circle(trees: Mapping[str, ast.Module]) -> list[str]:
    """One circle of imports, each module before the one that it imports; empty where there is none."""
    known = set(trees)
    try:
        TopologicalSorter({name: imported(tree, known) - {name} for name, tree in trees.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle(modules()) == []


@pytest.mark.parametrize(
    "importing", ["from b import x", "import b", "def f() -> None:\n    from b import x", "class A:\n    import b"]
)
def test_a_planted_circle_is_found(importing: str) -> None:
    assert set(circle({"a": ast.parse(importing), "b": ast.parse("from a import y")})) == {"a", "b"}


def test_decoding_loads_no_database() -> None:
    program = "import sys, veille.ingest.decode; print(sorted(m for m in sys.modules if 'duckdb' in m))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
