"""What README.md and docs/ tell to type, set, measure or read exists."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.unit.deploy.commands import documented, invocations, problems, shell_blocks
from tests.unit.deploy.paths import DOCUMENTS, ROOT, compose
from veille.config import Channel, Settings
from veille.incidents.faults import FAULTS
from veille.service.metrics import Metrics

OPERATIONS = ROOT / "docs/operations.md"
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"\bVEILLE_[A-Z_]+\b")
SETTING = re.compile(r"`([a-z_]+)` under `\[([a-z]+)\]`")

TESTS = Path(__file__).parents[2]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def sources() -> list[Path]:
    return [*DOCUMENTS, ROOT / "veille.toml", ROOT / "docker-compose.yml"]


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_command_exists_with_its_options(file: Path) -> None:
    wrong = {f"veille {' '.join(words)}": found for words in documented(file) if (found := problems(words))}
    assert wrong == {}


def test_the_check_notices_what_does_not_exist() -> None:
    assert problems(["run", "--bootstrap", "a:1"]) == []
    assert problems(["rum"]) == ["no command 'rum'"]
    assert problems(["run", "--bootstrp", "a:1"])
    assert problems(["schema", "mention", "twice"])
    assert problems(["deadletters", "replay", "--map", "prompt=text"]) == []


def test_command_lines_are_found_wherever_they_stand() -> None:
    line = "cat a | veille replay - --type mention && FOO=1 .venv/bin/veille doctor  # a word"
    assert list(invocations(line)) == [["replay", "-", "--type", "mention"], ["doctor"]]
    assert list(invocations("$ docker compose exec veille veille backup /backup/x")) == [["backup", "/backup/x"]]
    assert list(invocations("docker compose logs veille")) == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_relative_links_resolve(file: Path) -> None:
    for found in LINK.finditer(file.read_text(encoding="utf-8")):
        target = found[1] or found[2]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (file.parent / path).resolve() if path else file
        assert linked.exists(), f"{target} is not there"
        if anchor:
            assert anchor in anchors(linked), f"{target}: no such heading"


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", sources(), ids=name)
def test_variables_and_settings_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    own = {"VEILLE_CONFIG", "VEILLE_KEY_FILE", "VEILLE_SECTION__KEY"}
    for variable in set(VARIABLE.findall(text)) - own:
        if variable.startswith("VEILLE_TEST_"):
            assert any(variable in test.read_text(encoding="utf-8") for test in TESTS.rglob("*.py")), (
                f"no test reads {variable}"
            )
            continue
        assert setting(variable.removeprefix("VEILLE_").lower().split("__")), f"{variable} is no setting"
    for key, section in SETTING.findall(text):
        assert setting([section, key]), f"[{section}] has no {key}"


def setting(parts: list[str]) -> bool:
    if parts[0] == "channels":  # under a name of their own
        kinds = get_args(get_args(Channel)[0])
        return any(parts[-1] in kind.model_fields for kind in kinds)
    node: Any = Settings
    for part in parts:
        if part not in getattr(node, "model_fields", {}):
            return False
        node = node.model_fields[part].annotation
    return True


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_targets_of_make_and_services_of_compose_exist(file: Path) -> None:
    blocks = "\n".join(shell_blocks(file))
    asked = {target for line in re.findall(r"^make ([a-z -]+)", blocks, re.MULTILINE) for target in line.split()}
    assert asked <= targets()
    services = set(re.findall(r"docker compose (?:exec|logs|restart|stop|start|run)(?: -\S+| --\S+)* ([a-z]+)", blocks))
    assert services <= compose()["services"].keys()
    profiles = set(re.findall(r"--profile ([a-z]+)", blocks))
    assert profiles <= {profile for each in compose()["services"].values() for profile in each.get("profiles", [])}


def metrics() -> Iterator[tuple[str, str]]:
    for family in Metrics().registry.collect():
        if family.name.startswith("veille_"):
            yield f"{family.name}_total" if family.type == "counter" else family.name, family.type


def test_every_metric_is_documented_with_its_kind_and_no_other() -> None:
    table = re.findall(r"^\| `(veille_[a-z_]+)`[^|]*\| (\w+) \|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(table) == dict(metrics())
    assert len(table) == len(dict(table))


def test_every_fault_is_documented_as_declared_and_has_a_runbook() -> None:
    row = r"^\| \[`([a-z-]+)`\]\(runbooks/\1\.md\) \| (\w+) \| (.*) \|$"
    table = re.findall(row, OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert table == [(each.rule, each.effect, each.cause) for each in FAULTS]
    assert [each.rule for each in FAULTS if not (ROOT / f"docs/runbooks/{each.rule}.md").is_file()] == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_json_in_documents_is_json(file: Path) -> None:
    for block in re.findall(r"```json\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.strip().splitlines():
            json.loads(line)
