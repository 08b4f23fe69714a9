"""`veille incidents`, `token` and `audit` as a person types them, on a folder and through its service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.api.test_operations import Fake
from tests.unit.cli.conftest import Run
from tests.unit.incidents.make import burst, finding
from veille import config
from veille.access import TokenFile
from veille.api import Access, create_app
from veille.incidents.engine import IncidentEngine
from veille.incidents.policy import Policy
from veille.incidents.store import IncidentStore
from veille.service.assembly import open_folder
from veille.service.http import ApiServer, folder_token
from veille.service.research import ResearchService
from veille.service.routers import incident_commands, topics

pytestmark = pytest.mark.slow


@pytest.fixture
def incidents(tmp_path: Path) -> list[str]:
    """Short ids of a paged attack and of a minor flag, in a folder that nobody holds."""
    settings = config.load(data_dir=tmp_path / "data")
    with open_folder(settings, "test", create=True) as (database, _, _):
        store, policy, now = (
            IncidentStore.of(database),
            Policy(settings.incidents),
            datetime.now(UTC).replace(tzinfo=None),
        )
        engine = IncidentEngine(policy, store.cache(policy, now), live=True)
        flag = finding("minors", "m", "minor-flag", 0, targets=(7,))
        store.write(engine.run([burst(1, 0), flag], now, now), now)
        rows = incident_commands(settings, database).list(minors=True)
        return [row.as_dict()["short"] for row in sorted(rows, key=lambda row: row.kind)]


@pytest.fixture(params=["folder", "service"])
def way(request: pytest.FixtureRequest, incidents: list[str], tmp_path: Path) -> Iterator[str]:
    if request.param == "folder":
        yield "folder"
        return
    settings = config.load(data_dir=tmp_path / "data")
    with open_folder(settings, "veille run", create=False) as (database, key, owner):
        tokens, incident_service = TokenFile(settings.tokens), incident_commands(settings, database)
        routers = topics(settings, key, database, tokens, incident_service, ResearchService(settings, database, key))
        app = create_app(Fake(), Access(folder_token(settings.data_dir), tokens), settings.api.allowed_hosts, routers)
        server = ApiServer(app, "127.0.0.1", 0)
        server.start()
        owner.announce(api=server.address)
        yield "service"
        server.stop()


def test_an_incident_from_its_page_to_its_record(run: Run, way: str, incidents: list[str], tmp_path: Path) -> None:
    attack, flag = incidents
    status, out, err = run("incidents", "list")
    assert status == 0, err
    assert attack in out
    assert flag in out, "the folder's owner is an admin"
    assert run("incidents", "ack", attack, "--comment", "looking")[0] == 0
    assert run("incidents", "comment", attack, "seen before")[0] == 0
    assert run("incidents", "assign", attack, "Zoé")[0] == 0
    assert (
        run("incidents", "refer", attack, "--to", "platform", "--recipient", "Trust desk", "--due", "2027-01-01")[0]
        == 0
    )
    status, out, err = run("incidents", "resolve", attack, "--as", "useful", "--comment", "reported")
    assert status == 0, err
    assert "resolved (useful)" in out
    shown = run("incidents", "show", attack)[1]
    for word in ("acknowledged", "looking", "seen before", "Zoé", "reported", "docs/runbooks/"):
        assert word in shown, shown
    assert json.loads(run("incidents", "show", attack, "--json")[1])["disposition"] == "useful"
    status, out, err = run("incidents", "record", attack, "--out", str(tmp_path / "reports"))
    assert status == 0, err
    assert (tmp_path / "reports" / f"{attack}.md").read_text().startswith("#")
    assert json.loads((tmp_path / "reports" / f"{attack}.json").read_text())
    assert "1 useful" in run("incidents", "precision")[1]
    assert "abuse:" in run("incidents", "handover")[1]
    assert "pages" in run("incidents", "backtest")[1]
    assert "incident_resolve" in run("audit", "list")[1]
    assert run("audit", "verify")[0] == 0


def test_silences_and_mistakes(run: Run, way: str, incidents: list[str]) -> None:
    status, out, err = run("incidents", "silence", "--match", "rule=target-surge", "--reason", "backfill")
    assert status == 0, err
    silence = out.split()[0]
    assert "rule=target-surge" in run("incidents", "silence")[1]
    assert run("incidents", "silence", "--end", silence)[0] == 0
    assert "no active silences" in run("incidents", "silence")[1]
    for wrong in (
        ("show", "I-00000000"),
        ("resolve", incidents[0], "--as", "noise", "--comment", " "),
        ("test-page", "nobody"),
        ("silence", "--match", "zork"),
    ):
        status, _, err = run("incidents", *wrong)
        assert status == 1, wrong
        assert err.startswith("veille: ")
        assert err.count("\n") == 1


def test_tokens(run: Run, way: str) -> None:
    status, out, err = run("token", "create", "Zoé", "--role", "analyst")
    assert status == 0, err
    assert out.startswith("veille_")
    assert "Zoé  analyst" in run("token", "list")[1]
    assert run("token", "create", "Zoé", "--role", "analyst")[0] == 1
    assert run("token", "create", "Ada", "--role", "root")[0] == 1
    assert run("token", "revoke", "Zoé")[0] == 0
    assert run("token", "revoke", "Zoé")[0] == 1
    assert "There are no tokens" in run("token", "list")[1]
    actions = [row["action"] for row in json.loads(run("audit", "list", "--json")[1])]
    assert (
        actions.count("token_create") == actions.count("token_revoke") == 1
    )  # what was refused is not on record as done
