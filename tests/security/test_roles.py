"""Who sees what: every role × every page × what it shows, and what the queries of a viewer's pages can reach."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards import menu
from tests.unit.dashboards.caches import forgetful  # noqa: F401  used by every test here
from tests.unit.dashboards.published import history, publish
from tests.unit.dashboards.test_pages import opened
from veille.access import ROLES, SEES_PEOPLE, Principal, Role
from veille.config import Research, load
from veille.privacy import Key
from veille.store.publish.research import ResearchPublisher
from veille.store.reader import Reader

NOW = datetime.now(UTC)
OPEN: dict[str, frozenset[Role]] = {
    "now": frozenset(ROLES),
    "surges": frozenset(ROLES),
    "explore": frozenset(ROLES),
    "feed": frozenset(ROLES),
    "coordination": frozenset({*SEES_PEOPLE, "admin"}),
    "targets": frozenset({*SEES_PEOPLE, "admin"}),
    "target": frozenset({*SEES_PEOPLE, "admin"}),
    "incidents": frozenset({*SEES_PEOPLE, "admin"}),
    "sql": frozenset({"researcher", "analyst", "admin"}),
}
ALONE = "xx"
"""A language that one account used about one target: nobody but those who see people may learn of it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of mentions of seven targets, and a lone one in a language of its own; published both ways."""
    lone = history(1, NOW - timedelta(hours=30), first=5_000)[1]
    assert isinstance(lone, dict)
    lone |= {"language": ALONE, "account_id": "lone_asker", "target_id": "lone_target"}
    made = publish(tmp_path_factory.mktemp("roles") / "data", [*history(72, NOW), lone])
    settings = load(data_dir=made)
    work = made / "work"
    publisher = ResearchPublisher(settings.analyst, settings.research_folder, work, Research(small=4), Key(bytes(32)))
    publisher.publish(NOW.replace(tzinfo=None))
    return made


def as_role(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "elsewhere")
    monkeypatch.setenv("VEILLE_DASHBOARDS__DEFAULT_ROLES", f'["{role}"]')


def everything(app: Any) -> str:
    """All that a page shows, as text: words, numbers and tables."""
    words = [*app.title, *app.header, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code]
    tables = [frame.value.to_csv() for frame in app.dataframe]
    return "\n".join([*(str(each.value) for each in words), *(f"{m.label} {m.value}" for m in app.metric), *tables])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_other(role: Role) -> None:
    person = Principal("Mila", frozenset({role}))
    assert {entry.key for entry in menu.ENTRIES} >= set(OPEN)
    assert {entry.key for entry in menu.ENTRIES if entry.key in OPEN and person.may(*entry.roles)} == {
        k for k, v in OPEN.items() if role in v
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["now", "surges", "explore", "feed"])
def test_what_a_page_shows_each_role(monkeypatch: pytest.MonkeyPatch, folder: Path, role: Role, page: str) -> None:
    as_role(monkeypatch, role)
    app = opened(monkeypatch, folder, f"app_pages/{page}.py", range="all", **{"class": "all"})
    shown, sees = everything(app), role in (*SEES_PEOPLE, "admin")
    assert ("Public edition" in shown) == (not sees)
    for word in ("T-", "A-", "lone"):
        assert sees or word not in shown, word
    if page == "now":
        # Hours in which a target was asked about by few are left out, so the exact number is for who sees people.
        assert ("Targets" in shown) == sees
        assert ("Open items" in shown or "Nothing is open" in shown or "Open" in shown) or not sees
    if page == "feed":
        assert ("Dead letters" in shown) == sees
    if page == "surges":
        assert ("Insistent accounts" in shown) == sees


@pytest.mark.parametrize("role", ["viewer", "researcher"])
@pytest.mark.parametrize("page", sorted(key for key, roles in OPEN.items() if "viewer" not in roles and key != "sql"))
def test_a_closed_page_shows_nothing_of_anybody(
    monkeypatch: pytest.MonkeyPatch, folder: Path, role: Role, page: str
) -> None:
    as_role(monkeypatch, role)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opened(monkeypatch, folder, f"app_pages/{page}.py")


def test_a_surge_opened_by_its_address_stays_closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    as_role(monkeypatch, "viewer")
    app = opened(monkeypatch, folder, "app_pages/surges.py", surge="0" * 32)
    assert "Insistent accounts" not in everything(app)


def test_pages_under_the_rule_never_open_the_analyst_catalogue(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    as_role(monkeypatch, "viewer")
    read: list[str] = []
    named = Reader.named

    def spied(self: Reader, name: str, **parameters: Any) -> Any:
        read.append(f"{self.path.parent.name} {name}")
        return named(self, name, **parameters)

    monkeypatch.setattr(Reader, "named", spied)
    for page in ("now", "explore", "feed", "surges"):
        opened(monkeypatch, folder, f"app_pages/{page}.py", range="all")
    assert read
    assert {each.split()[0] for each in read} == {"research"}


def test_nothing_of_the_lone_request_is_in_reach_of_these_pages(folder: Path) -> None:
    """Every view of the schema that they read: no id, no time finer than the hour, no language that one pair used."""
    reader = Reader(load(data_dir=folder).research_folder, schema="pages")
    views = reader.query("SELECT view_name FROM duckdb_views() WHERE schema_name = 'pages'")["view_name"]
    assert len(views) >= 10
    for view in views:
        frame = reader.query(f"SELECT * FROM pages.{view}")
        for name in frame.columns:
            values = frame[name].drop_nulls()
            assert ALONE not in set(values.cast(str, strict=False)), f"{view}.{name}"
            if values.dtype.is_temporal() and view not in ("status",):
                assert values.dt.microsecond().sum() == values.dt.second().sum() == 0
        assert not {"event_id", "account_id", "post_id", "prompt"} & set(frame.columns)
        if "target_id" in frame.columns:
            assert frame["target_id"].null_count() == frame.height
