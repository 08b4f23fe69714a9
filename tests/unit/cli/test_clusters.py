"""`veille clusters` on a folder that no service holds."""

import json
from pathlib import Path

import networkx as nx
import pytest

from tests.unit.cli.conftest import Run
from tests.unit.make import mention, raw
from tests.unit.store.clusters import NAME, record
from veille.config import load
from veille.service.assembly import open_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A data folder with one cluster."""
    (tmp_path / "m.ndjson").write_bytes(raw({**mention(1), "event_type": "mention"}))
    assert run("replay", "m.ndjson", "--type", "mention")[0] == 0
    with open_folder(load(), "test", create=False) as (database, _, _):
        record(database)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_list_and_show(run: Run) -> None:
    assert NAME[:12] in run("clusters", "list")[1]
    assert json.loads(run("clusters", "list", "--json")[1])[0]["accounts"] == 3
    _, out, _ = run("clusters", "show", NAME[:6])
    assert "9 co-actions, 0.25 expected by chance" in out
    assert "Evidence against: fan club" in out
    assert "T-" in out
    assert json.loads(run("clusters", "show", NAME, "--json")[1])["evidence"]["observed"] == 9


@pytest.mark.usefixtures("folder")
def test_reject_then_reopen_are_kept_and_audited(run: Run) -> None:
    assert run("clusters", "reject", NAME[:8], "--reason", "a family")[:2] == (0, f"{NAME[:12]}: rejected\n")
    assert "rejected" in run("clusters", "list", "--verdict", "rejected")[1]
    assert run("clusters", "reopen", NAME[:8], "--reason", "new facts")[0] == 0
    assert "a family" in run("clusters", "show", NAME)[1]
    log = [row["action"] for row in json.loads(run("audit", "list", "--json")[1])]
    assert log[:2] == ["cluster.open", "cluster.rejected"]


def test_export_for_gephi(run: Run, folder: Path) -> None:
    assert run("clusters", "export", NAME, "--out", "c.gexf")[0] == 0
    graph = nx.read_gexf(folder / "c.gexf")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (3, 3)


@pytest.mark.usefixtures("folder")
def test_mistakes_are_one_line(run: Run) -> None:
    status, _, err = run("clusters", "show", "ffff")
    assert (status, err.count("\n")) == (1, 1)
    assert run("clusters", "reject", NAME, "--reason", " ")[0] == 2
    assert run("clusters", "list", "--tier", "sure")[0] == 2
    assert run("clusters", "reject", NAME)[0] == 2
