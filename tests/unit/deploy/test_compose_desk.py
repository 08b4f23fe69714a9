"""deploy/desk.yml beside docker-compose.yml: what it adds, and no more."""

import json
import re
from typing import Any, get_args

import yaml

from tests.unit.deploy.commands import invocations, problems
from tests.unit.deploy.paths import ROOT, compose
from tests.unit.deploy.test_compose import specification
from veille.access import Role
from veille.config import Dashboards

FILE = ROOT / "deploy/desk.yml"
DESK: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_it_is_valid_by_the_specification() -> None:
    assert [error.message for error in specification().iter_errors(DESK)] == []


def test_it_joins_the_two_services_and_keeps_their_networks() -> None:
    base = compose()["services"]
    for name, service in DESK["services"].items():
        assert set(service["networks"]) == {*base[name]["networks"], "desk"}
    assert DESK["networks"] == {"desk": {"internal": True}}


def test_its_variables_are_settings_and_its_roles_are_those_of_the_token() -> None:
    given = DESK["services"]["dashboards"]["environment"]
    prefix = "VEILLE_DASHBOARDS__"
    assert {key.removeprefix(prefix).lower() for key in given} <= set(Dashboards.model_fields)
    roles = set(json.loads(given[f"{prefix}DEFAULT_ROLES"]))
    assert roles <= set(get_args(Role))
    granted = set(re.findall(r"--role (\w+)", FILE.read_text(encoding="utf-8")))
    assert granted == roles - {"viewer"}
    assert given[f"{prefix}SERVICE_TOKEN_FILE"] == f"/run/secrets/{next(iter(DESK['secrets']))}"


def test_its_commands_exist() -> None:
    text = FILE.read_text(encoding="utf-8")
    lines = [line.removeprefix("#").partition(" > ")[0] for line in text.splitlines() if "veille veille" in line]
    assert lines
    assert [problem for line in lines for words in invocations(line) for problem in problems(words)] == []
