"""The files of comments say each meaning once, and name nothing that is not published."""

import duckdb
import pytest

from tests.unit.dashboards.published import publish
from veille.config import Research
from veille.privacy import Key
from veille.store.finding_tables import FINDINGS
from veille.store.publish.comments import described
from veille.store.publish.research.publisher import ResearchPublisher
from veille.times import naive_now

FOLDERS = {"analyst": "catalogue", "research": "research/catalogue"}
Columns = dict[str, dict[str, str | None]]


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Columns]:
    """Catalogue → relation → column → its comment."""
    work = tmp_path_factory.mktemp("comments")
    folder = publish(work, []) / "published"
    ResearchPublisher(folder / "analyst", folder / "research", work / "work", Research(), Key(b"k" * 32)).publish(
        naive_now()
    )
    found: dict[str, Columns] = {}
    for name in FOLDERS:
        with duckdb.connect(folder / name / "catalog.duckdb", read_only=True) as connection:
            rows = connection.sql(
                "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
            ).fetchall()
        columns: Columns = {}
        for relation, column, comment in rows:
            columns.setdefault(relation, {})[column] = comment
        found[name] = columns
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_every_published_column_says_what_it_means(name: str, catalogues: dict[str, Columns]) -> None:
    silent = [
        (relation, column) for relation, known in catalogues[name].items() for column, said in known.items() if not said
    ]
    assert silent == []


@pytest.mark.parametrize("name", FOLDERS)
def test_the_file_names_only_what_is_published(name: str, catalogues: dict[str, Columns]) -> None:
    columns, said = catalogues[name], described(FOLDERS[name])
    used = {column for relation in said["relations"] for column in columns[relation]}
    assert set(said["relations"]) <= set(columns)
    assert set(said["columns"]) <= used
    assert [(r, c) for r, own in said["of"].items() for c in own if c not in columns[r]] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_an_exception_says_something_else(name: str) -> None:
    said = described(FOLDERS[name])
    assert [(r, c) for r, own in said["of"].items() for c, text in own.items() if said["columns"].get(c) == text] == []
    assert not set(said["relations"]) & set(FINDINGS) or name == "research"


@pytest.mark.parametrize("name", FOLDERS)
def test_a_meaning_that_two_relations_share_stands_once(name: str) -> None:
    said = described(FOLDERS[name])
    exceptions = [(column, text) for own in said["of"].values() for column, text in own.items()]
    without_default = {column for column, _ in exceptions} - set(said["columns"])
    assert [each for each in set(exceptions) if exceptions.count(each) > 1 and each[0] in without_default] == []
