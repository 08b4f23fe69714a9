"""DuckDB is imported, and its databases are opened, in `veille.store` only."""

import ast
import re
import tomllib

import pytest

from tests.unit.house.code import ROOT, modules


def uses(tree: ast.Module) -> list[str]:
    """Where a module imports duckdb or opens a database, by whichever name."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == "duckdb" for alias in node.names):
            found.append("import duckdb")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "duckdb":
            found.append("from duckdb")
        elif isinstance(node, ast.Call) and re.search(r"\bduckdb\b", ast.unparse(node.func)):
            found.append(ast.unparse(node.func))
        elif isinstance(node, ast.Call) and any(
            isinstance(value, ast.Constant) and value.value == "duckdb" for value in node.args
        ):
            found.append(ast.unparse(node))
    return found


def test_only_store_opens_databases() -> None:
    found = {name: uses(tree) for name, tree in modules().items()}
    opening = {name for name, used in found.items() if used}
    assert sorted(name for name in opening if not name.startswith("veille.store.")) == []
    assert opening, "nothing opens a database: this test looks for the wrong thing"


def test_the_import_rule_covers_every_room_but_store() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (rule,) = (each for each in settings["contracts"] if each["name"] == "duckdb only in store")
    rooms = {
        ".".join(name.split(".")[:2]) if name.startswith("veille.") else "dashboards"
        for name in set(modules()) - {"veille"}
    }
    assert set(rule["source_modules"]) == rooms - {"veille.store"}
    assert "ignore_imports" not in rule


@pytest.mark.parametrize(
    "text",
    [
        "import duckdb", "from duckdb import connect", "import duckdb as d", "def f():\n    import duckdb.typing",
        "import importlib\nimportlib.import_module('duckdb')", "__import__('duckdb')",
    ],
)  # fmt: skip
def test_a_planted_use_is_found(text: str) -> None:
    assert uses(ast.parse(text))
