"""No provider id reaches the disk or any output: every byte and every value is searched for planted ids."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.runner import veille
from tests.unit.make import generation, mention, moderation, raw
from veille.config import Store
from veille.privacy import load_key
from veille.store.database import Database

PLANT = "zqplant"
"""Every planted id holds this and nothing else does."""


def planted_events() -> dict[str, list[Any]]:
    mentions = [
        mention(
            n,
            event_id=f"{PLANT}_ev{n}",
            account_id=f"{PLANT}_acc{n}",
            target_id=f"{PLANT}_tgt{n}",
            post_id=f"{PLANT}_post{n}",
            parent_post_id=f"{PLANT}_parent{n}",
            prompt=f"@grok ask @{PLANT}_friend about {PLANT}_tgt{n} at https://x.example/{PLANT}/1 or {PLANT}@mail.example",
            generator="grok",
            **{f"{PLANT}_unknown_field": f"{PLANT}_value"},
        )
        for n in range(50)
    ]
    generations = [
        generation(
            n,
            event_id=f"{PLANT}_gen{n}",
            mention_id=f"{PLANT}_ev{n}",
            account_id=f"{PLANT}_acc{n}",
            post_id=f"{PLANT}_a{n}",
        )
        for n in range(50)
    ]
    moderations = [
        moderation(
            n,
            event_id=f"{PLANT}_mod{n}",
            subject_id=f"{PLANT}_post{n}",
            report_id=f"{PLANT}_rep{n}",
            mention_id=f"{PLANT}_ev{n}",
            reason=f"reported by @{PLANT}_friend, see {PLANT}_post{n}",
        )
        for n in range(20)
    ]
    poison = [
        raw(mention(1, account_id=f"{PLANT}_acc", target_gender=f"{PLANT}_gender")),
        f'{{"event_id": "{PLANT}_cut'.encode(),
        f'{{"event_id": "{PLANT}\xff"'.encode("latin-1"),
        raw({f"{PLANT}_key": f"{PLANT}_value"}),
        raw([f"{PLANT}"]),
        raw(f"{PLANT}"),
        raw(mention(2, account_id=[f"{PLANT}"])),
        raw(mention(3, account_id=f"{PLANT}" * 100)),
        raw(mention(4, account_id=f"{PLANT}_a", prompt=f"data:image/png;base64,{PLANT}")),
        raw(mention(5, account_id=f"{PLANT}_a", occurred_at=f"{PLANT}")),
        raw(mention(6, account_id=f"{PLANT}_a", language=f"{PLANT} {PLANT}")),
        raw(mention(7, account_id=f"{PLANT}_a", event_type=f"{PLANT}")),
        raw(mention(8, account_id=f"{PLANT}_a", account_followers=f"{PLANT}")),
    ]
    return {"mentions": mentions + poison, "generations": generations, "moderations": moderations}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A data folder with all of it taken in, and everything that the commands printed."""
    base = tmp_path_factory.mktemp("leak")
    for name, events in planted_events().items():
        (base / f"{name}.ndjson").write_bytes(b"\n".join(raw(event) for event in events))
    data = base / "data"
    printed = []
    files = [str(base / f"{name}.ndjson") for name in ("mentions", "generations", "moderations")]
    for arguments in (
        ["replay", *files, "--json"],
        ["replay", *files],
        ["deadletters", "list", "--json"],
        ["deadletters", "replay"],
        ["query", "SELECT * FROM mentions", "--format", "csv"],
        ["query", "SELECT * FROM exchanges", "--format", "json"],
        ["query", "SELECT * FROM coverage"],
        ["doctor", "--offline"],
        ["backup", str(data / "copy")],
    ):
        done = veille(*arguments, data_dir=data, VEILLE_RESEARCH__PUBLISH="true")
        printed += [done.stdout, done.stderr]
    wrong = veille("replay", files[0], data_dir=data, check=False, VEILLE_PRIVACY__KEY="00" * 32)
    assert wrong.returncode == 1
    assert "another pseudonym key" in wrong.stderr
    return data, [*printed, wrong.stdout, wrong.stderr]


def test_the_counts_are_right(folder: tuple[Path, list[str]]) -> None:
    first = json.loads(folder[1][0].splitlines()[-1])
    assert first == {"lines": 133, "accepted": 121, "duplicates": 0, "dead_letters": 12, "left_out": {}}


def test_no_byte_on_disk_holds_a_planted_id(folder: tuple[Path, list[str]]) -> None:
    files = [file for file in folder[0].rglob("*") if file.is_file()]
    assert len(files) > 10
    for file in files:
        assert PLANT.encode() not in file.read_bytes().lower(), file
        assert PLANT not in str(file)


def test_no_value_of_any_table_or_segment_holds_one(folder: tuple[Path, list[str]]) -> None:
    """Columns may be compressed on disk, so their values are read as well."""
    data = folder[0]
    database = Database(data / "veille.duckdb", Store(), load_key(data / "pseudonym.key"))
    connection, seen = database.cursor(), 0
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    sources = [f'"{name}"' for (name,) in tables] + [f"'{file}'" for file in data.rglob("*.parquet")]
    for source in sources:
        for row in connection.execute(f"SELECT * FROM {source}").fetchall():
            seen += 1
            assert PLANT not in str(row).lower(), source
    database.close()
    assert seen > 300


def test_no_output_holds_one(folder: tuple[Path, list[str]]) -> None:
    for text in folder[1]:
        assert PLANT not in text.lower()


def test_the_published_catalogue_holds_none(folder: tuple[Path, list[str]]) -> None:
    with duckdb.connect(str(folder[0] / "published/analyst/catalog.duckdb"), read_only=True) as connection:
        views = connection.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        assert len(views) >= 8
        for schema, view in views:
            assert PLANT not in str(connection.execute(f'SELECT * FROM "{schema}"."{view}"').fetchall()).lower()
