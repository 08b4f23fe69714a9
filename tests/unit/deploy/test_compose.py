"""docker-compose.yml: valid by the Compose Specification, and true to this repository."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.kafka_jars import POM
from tests.unit.deploy.commands import invocations, problems
from tests.unit.deploy.paths import DOCKERFILE, ROOT, compose
from veille.config import Kafka, Settings, load

SPECIFICATION = Path(__file__).parent / "compose-spec.json"
"""Schema of the Compose Specification (Apache-2.0, compose-spec.LICENSE) as of October 2026."""
ENDS = {"topics", "simulator"}
SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("veille")}


def specification() -> Any:
    """A validator of the draft that the schema names."""
    schema = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


@pytest.fixture
def document() -> dict[str, Any]:
    """The file as a plain mapping, as an engine's parser sees it."""
    return compose()


def test_it_is_valid_by_the_specification(document: dict[str, Any]) -> None:
    assert [f"{error.json_path}: {error.message[:200]}" for error in specification().iter_errors(document)] == []


def test_the_schema_notices_a_misspelt_key(document: dict[str, Any]) -> None:
    document["services"]["veille"]["healthchek"] = {}
    assert not specification().is_valid(document)


def test_it_names_the_services_of_the_design() -> None:
    assert {"kafka", "veille", "dashboards", "simulator"} <= SERVICES.keys()
    assert SERVICES["simulator"]["profiles"] == ["simulator"]
    assert all("profiles" not in SERVICES[name] for name in SERVICES if name != "simulator")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_without_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in ("", "root", "0", "0:0")
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("read_only") is (None if name == "kafka" else True)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_health_check_or_ends(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if name in ENDS:
        assert check == {"disable": True}
    else:
        assert check["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_restarted_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] in ("unless-stopped", "on-failure", "on-failure:5")
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"]["options"]["max-size"]


def environment() -> Iterator[tuple[str, str, str]]:
    for name, service in OURS.items():
        yield from ((name, key, value) for key, value in service["environment"].items() if key.startswith("VEILLE_"))


@pytest.mark.parametrize(("service", "variable", "value"), list(environment()))
def test_a_variable_names_a_real_setting(service: str, variable: str, value: str) -> None:
    assert value, f"{service} sets {variable} to nothing"
    node: Any = Settings
    for part in variable.removeprefix("VEILLE_").lower().split("__"):
        assert part in node.model_fields, f"{service} sets {variable}, and there is no setting {part}"
        node = node.model_fields[part].annotation


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_a_service_load(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in [key for key in os.environ if key.startswith("VEILLE_")]:
        monkeypatch.delenv(key)
    for key, value in OURS[name]["environment"].items():
        monkeypatch.setenv(key, value)
    settings = load()
    if name == "veille":
        assert settings.api.host == "0.0.0.0"
        assert {"127.0.0.1", "localhost", "veille"} <= set(settings.api.allowed_hosts)
        assert settings.key_file == Path("/run/secrets/pseudonym_key")
    if name != "dashboards":
        assert settings.kafka.bootstrap_servers == "kafka:9092"


@pytest.mark.parametrize("name", OURS)
def test_its_commands_exist_with_their_options(name: str) -> None:
    service = OURS[name]
    if "entrypoint" in service:
        commands = [words for line in service["command"][0].splitlines() for words in invocations(line)]
    else:
        commands = [service["command"]]
    assert commands
    assert [problem for words in commands for problem in problems(words)] == []


def test_the_topics_are_the_defaults_of_the_settings() -> None:
    script = SERVICES["topics"]["command"][0]
    created = re.search(r"for topic in (.+?); do", script)
    assert created
    kafka = Kafka()
    assert created[1].split() == [kafka.mentions_topic, kafka.generations_topic, kafka.moderations_topic]


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_pages_of_other_sites_cannot_follow_the_dashboards() -> None:
    assert SERVICES["dashboards"]["environment"]["STREAMLIT_SERVER_ALLOWED_HOSTS"].split() == ["127.0.0.1", "localhost"]


def test_volumes_networks_and_secrets_are_declared(document: dict[str, Any]) -> None:
    for service in SERVICES.values():
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= document["volumes"].keys()
        assert set(service["networks"]) <= document["networks"].keys()
        assert set(service.get("secrets", [])) <= document["secrets"].keys()
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()


def test_the_dashboards_get_what_is_published_and_nothing_else() -> None:
    dashboards = SERVICES["dashboards"]
    assert dashboards["volumes"] == ["published:/data/published:ro"]
    assert "published:/data/published" in SERVICES["veille"]["volumes"]
    assert "secrets" not in dashboards
    assert set(dashboards["networks"]).isdisjoint(SERVICES["kafka"]["networks"])


def test_the_key_comes_from_a_file_and_no_secret_stands_here(document: dict[str, Any]) -> None:
    assert list(document["secrets"]) == ["pseudonym_key"]
    assert SERVICES["veille"]["secrets"] == ["pseudonym_key"]
    assert "VEILLE_PRIVACY__KEY" not in {key for _, key, _ in environment()}
    assert "*" in (ROOT / "deploy/secrets/.gitignore").read_text(encoding="utf-8").splitlines()


def test_the_broker_is_the_release_that_the_tests_run() -> None:
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>([\d.]+)</version>", POM.read_text("utf-8"))
    assert version
    assert SERVICES["kafka"]["image"] == SERVICES["topics"]["image"] == f"apache/kafka:{version[1]}"


def test_our_image_names_no_version_of_its_own() -> None:
    assert {service["image"] for service in OURS.values()} == {"veille"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    argument = SERVICES["veille"]["build"]["args"]["EXTRAS"]
    assert argument in project["optional-dependencies"]


def test_the_user_is_the_one_of_the_image_and_of_the_key() -> None:
    made = re.search(r"^USER (\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert made
    assert {service["user"] for service in OURS.values()} == {made[1]}
    assert f"user={made[1].split(':')[0]}\n" in (ROOT / "deploy/prepare").read_text(encoding="utf-8")
