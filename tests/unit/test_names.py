"""A name means one thing: class names are not defined twice outside tests."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("pipelines", "dashboards")
MOST_REPEATED = 3


def class_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Each class of each module below a folder: its name and its place."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, f"{file.relative_to(folder)}:{node.lineno}"


def repeated(folders: list[Path]) -> dict[str, list[str]]:
    """Names of classes that are defined more than once, with their places."""
    places = defaultdict(list)
    for folder in folders:
        for name, place in class_names(folder):
            places[name].append(place)
    return {name: found for name, found in places.items() if len(found) > 1}


def test_class_names_are_unique() -> None:
    found = repeated([ROOT / room for room in ROOMS])
    assert len(found) <= MOST_REPEATED, found


def test_a_repeated_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class Thing:\n    pass\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("def make():\n    class Thing:\n        pass\n", encoding="utf-8")
    assert repeated([tmp_path]) == {"Thing": ["a.py:1", "b.py:2"]}
