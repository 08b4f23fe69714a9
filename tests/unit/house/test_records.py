"""Records of more than four fields are built by keyword: two fields of one type cannot be exchanged unseen."""

import ast

import pytest

from tests.unit.house.code import modules

MOST = 4


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


def positional(tree: ast.Module) -> list[str]:
    """Dataclasses and msgspec records of more than four fields that may be built by position."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        decorators = " ".join(map(_text, node.decorator_list))
        bases = [_text(base) for base in node.bases]
        fields = [
            each for each in node.body if isinstance(each, ast.AnnAssign) and "ClassVar" not in _text(each.annotation)
        ]
        keyword = "kw_only=True" in decorators or any(
            _text(each.value) == "True" and each.arg == "kw_only" for each in node.keywords
        )
        record = "dataclass" in decorators or any(base.endswith("Struct") for base in bases)
        if record and len(fields) > MOST and not keyword:
            found.append(node.name)
    return found


def test_long_records_are_built_by_keyword() -> None:
    assert {f"{module}.{name}" for module, tree in modules().items() for name in positional(tree)} == set()


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("@dataclass\nclass A:", ["A"]),
        ("@dataclass(frozen=True)\nclass A:", ["A"]),
        ("@dataclass(frozen=True, kw_only=True)\nclass A:", []),
        ("class A(msgspec.Struct):", ["A"]),
        ("class A(msgspec.Struct, kw_only=True):", []),
        ("class A:", []),
    ],
)
def test_a_planted_record_is_found(head: str, found: list[str]) -> None:
    assert positional(ast.parse(head + "".join(f"\n    f{n}: int" for n in range(MOST + 1)))) == found
