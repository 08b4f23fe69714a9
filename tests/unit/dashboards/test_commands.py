"""In whose name the pages act."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards import commands
from tests.unit.dashboards.published import history, publish
from tests.unit.dashboards.serving import Service, serving
from veille.access import Principal, Role, TokenFile
from veille.client import ApiError
from veille.config import Settings

ANN = Principal("ann", frozenset[Role]({"analyst", "steward"}))
LOOK = {"action": "target.read", "subject": "T-7K3Q-M2XA-9DFH"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = publish(tmp_path_factory.mktemp("desk"), history(1, datetime.now(UTC)))
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def token(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token of its own for whoever sits at the desk."""
    file = tmp_path_factory.mktemp("secrets") / "desk.token"
    file.write_text(TokenFile(service.settings.tokens).create("desk", ["analyst"]) + "\n", encoding="ascii")
    return file


def acting(settings: Settings, **dashboards: object) -> Settings:
    return settings.model_copy(update={"dashboards": settings.dashboards.model_copy(update=dashboards)})


def test_a_person_who_is_known_acts_in_her_name(service: Service) -> None:
    commands._client_for(service.settings, ANN).post("/v1/audit", LOOK)
    assert service.looks()[-1] == ("ann", "target.read", LOOK["subject"])


def test_where_nobody_is_known_the_token_says_who_acts_and_what_she_may(service: Service, token: Path) -> None:
    client = commands._client_for(acting(service.settings, login="elsewhere", service_token_file=token), ANN)
    client.post("/v1/audit", LOOK)
    assert service.looks()[-1] == ("desk (shared)", "target.read", LOOK["subject"])
    with pytest.raises(ApiError, match="needs the role"):
        client.get("/v1/audit")


def test_a_token_of_its_own_never_acts_for_people_who_are_known(service: Service, token: Path) -> None:
    client = commands._client_for(acting(service.settings, login="oidc", service_token_file=token), ANN)
    with pytest.raises(ApiError, match="may act for another person"):
        client.post("/v1/audit", LOOK)


def test_the_folders_token_is_never_used_without_a_name(service: Service) -> None:
    file = service.settings.data_dir / "api.token"
    commands._client_for(acting(service.settings, login="elsewhere", service_token_file=file), ANN).post(
        "/v1/audit", LOOK
    )
    assert service.looks()[-1][0] == "ann"
