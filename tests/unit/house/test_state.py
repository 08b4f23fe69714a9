"""No hidden singletons: state that outlives a call belongs to an object that somebody passes on; the exceptions are named here."""

import ast
import re
from collections.abc import Mapping

import pytest

from tests.unit.house.code import modules

STATE = {
    "dashboards.address_token._guarded": "Streamlit runs pages without arguments: one server a process says whether it checks",
    "dashboards.figures._listening": "Streamlit runs pages in threads of its own: who listens to their numbers, none in service",
    "veille.incidents.store.IncidentStore._all": "one cache for each database, as long as that lives",
    "veille.incidents.store.IncidentStore._making": "the lock of the former",
    "veille.service.folder_api._Borrowing._turn": "pages of one process open the folder one after the other",
}
"""State of a process → why it is not passed on."""
CACHES = {
    *("veille.store.sql.sql_folder", "veille.store.sql.statement", "veille.store.publish.comments.described"),
    "veille.store.publish.template.template",
    *("veille.reasons.words.templates", "veille.reasons.words._catalogue", "dashboards.texts.catalogues.catalogue"),
    *(
        "veille.research.examples.library.examples",
        "veille.scrub.links.top_level_domains",
        "veille.simulate.phrases.table",
    ),
    *("veille.ingest.parse.fast_parser", "veille.ingest.parse._full_decoder", "veille.ingest.parse._patterns"),
    *("veille.ingest.parse._plain_struct", "veille.ingest.pool._decoder", "veille.incidents.store._names"),
    *("veille.store.event_tables.stored", "veille.store.event_tables.published"),
    *("veille.sources.adapters.base._written", "veille.sources.adapters.base._tag"),
    "dashboards.zones.choices",
}
"""Functions of nothing but their arguments and of files of the installation, whose answers are kept."""
_CHANGES = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "update",
    ]
)
_CONSTRUCTORS = re.compile(
    r"\b(dict|list|set|Counter|deque|defaultdict|OrderedDict|Lock|RLock|Event|\w*Dictionary|local|ContextVar)\("
)


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _changed(tree: ast.Module) -> set[str]:
    """Names whose value is changed in place somewhere in the module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            found.add(ast.unparse(node.func.value))
        elif isinstance(node, ast.stmt):
            found |= {ast.unparse(each.value) for each in _targets(node) if isinstance(each, ast.Subscript)}
    return found


def _held(name: str, body: list[ast.stmt], changed: set[str] | None) -> set[str]:
    """Names of a body that hold something mutable; changed: only those, for modules also of constants."""
    found = set()
    for node in body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        text = ast.unparse(node.value)
        mutable = isinstance(node.value, ast.List | ast.Dict | ast.Set) or _CONSTRUCTORS.search(text)
        for target in map(ast.unparse, _targets(node)):
            made = bool(_CONSTRUCTORS.search(text)) if changed is None else bool(mutable) and target in changed
            if made and "field(" not in text:
                found.add(f"{name}.{target}")
    return found


def state(trees: Mapping[str, ast.Module]) -> set[str]:
    """Module globals that functions set, containers of modules that are changed, and mutable values of classes."""
    found: set[str] = set()
    for name, tree in trees.items():
        found |= _held(name, tree.body, _changed(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                found |= {f"{name}.{each}" for each in node.names}
            elif isinstance(node, ast.ClassDef):
                found |= _held(f"{name}.{node.name}", node.body, None)
    return found


def caches(trees: Mapping[str, ast.Module]) -> set[str]:
    """Functions whose answers a process keeps."""
    return {
        f"{name}.{node.name}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(re.fullmatch(r"(functools\.)?(lru_)?cache(\(.*\))?", ast.unparse(each)) for each in node.decorator_list)
    }


def test_state_of_a_process_is_declared() -> None:
    assert state(modules()) == set(STATE)


def test_what_a_process_keeps_is_declared() -> None:
    assert caches(modules()) == CACHES


@pytest.mark.parametrize(
    "text",
    [
        "x = None\ndef f():\n    global x\n    x = 1", "seen = []\ndef f():\n    seen.append(1)",
        "_all = dict()\ndef f(k):\n    _all[k] = 1",
        "class A:\n    one = set()", "class A:\n    lock: ClassVar[Lock] = Lock()",
    ],
)  # fmt: skip
def test_planted_state_is_found(text: str) -> None:
    assert state({"m": ast.parse(text)})


@pytest.mark.parametrize("text", ["NAMES = ['a', 'b']", "class A:\n    names: list[str] = field(default_factory=list)"])
def test_a_constant_is_no_state(text: str) -> None:
    assert state({"m": ast.parse(text)}) == set()


@pytest.mark.parametrize("decorator", ["cache", "lru_cache(maxsize=None)", "functools.cache", "lru_cache"])
def test_a_planted_cache_is_found(decorator: str) -> None:
    assert caches({"m": ast.parse(f"@{decorator}\ndef f(): ...")}) == {"m.f"}
