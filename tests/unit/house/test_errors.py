"""Every exception of ours is a VeilleError: one line with cause and cure, printed or returned in one place each."""

import ast
import builtins
import importlib
import pickle
import sys

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from tests.unit.api.test_operations import Fake
from tests.unit.house.code import modules
from veille import cli
from veille.api import Access, NotFoundError, create_app
from veille.errors import VeilleError
from veille.store.errors import StoreError


def exceptions() -> list[tuple[str, str]]:
    """Module and name of every class that, by its bases' names, is an exception."""
    known = {
        name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
    }
    found: dict[tuple[str, str], None] = {}
    classes = [
        (module, node)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    while True:
        new = [
            (module, node.name)
            for module, node in classes
            if (module, node.name) not in found
            and {ast.unparse(base).rpartition(".")[2] for base in node.bases} & known
        ]
        if not new:
            return sorted(found)
        found |= dict.fromkeys(new)
        known |= {name for _, name in new}


def test_every_exception_derives_from_the_root() -> None:
    found = exceptions()
    assert len(found) > 40
    strangers = [f"{m}.{n}" for m, n in found if not issubclass(getattr(importlib.import_module(m), n), VeilleError)]
    assert strangers == []


def test_an_error_names_its_cause_then_its_cure_also_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(StoreError("the disk is full", "make room")))
    assert (str(error), error.cause, error.cure) == ("the disk is full: make room", "the disk is full", "make room")
    assert str(StoreError("no room")) == "no room"


ERRORS = [(StoreError("the disk is full", "make room"), 500), (NotFoundError("no such note"), 404)]


@pytest.mark.parametrize("error", [error for error, _ in ERRORS])
def test_a_command_prints_any_of_them_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: VeilleError
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.setattr(sys, "argv", ["veille"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().err) == (1, f"veille: {error}\n")


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_the_api_answers_any_of_them_with_its_line(error: VeilleError, status: int) -> None:
    router = APIRouter()

    @router.get("/failing")
    def failing() -> None:
        raise error

    found = TestClient(create_app(Fake(), Access("folder"), ("localhost",), [router]), "http://localhost").get(
        "/failing"
    )
    assert (found.status_code, found.json()) == (status, {"detail": str(error)})


def test_a_page_shows_any_of_them() -> None:
    def page() -> None:
        from dashboards import states
        from veille.errors import VeilleError

        states.tell(VeilleError("the disk is full", "make room"))

    shown = AppTest.from_function(page).run(timeout=60)
    assert not shown.exception
    assert [each.value for each in shown.code] == ["the disk is full: make room"]
