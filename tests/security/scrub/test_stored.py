"""What an earlier version stored in clear is scrubbed when the database is opened, once, and what was published with it goes."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.unit.make import KEY, NOW, chunk, generation, mention, moderation
from veille.config import Publish, Store
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.privacy import Key, Pseudonymiser
from veille.store import scrubbing
from veille.store.annotations import Annotations
from veille.store.database import Database
from veille.store.errors import KeyMismatchError
from veille.store.publish import Publisher

NAMES = Pseudonymiser(KEY)
AT = datetime(2026, 1, 10)


_CLUSTER = """
INSERT INTO clusters BY NAME
SELECT
    '0a' AS cluster_id, 1 AS version, now()::TIMESTAMP AS known_at, now()::TIMESTAMP AS decided_at, 'possible' AS tier, 'active' AS state,
    now()::TIMESTAMP AS born_at, now()::TIMESTAMP AS last_active_at, 2 AS accounts, 1 AS targets,
    '{"prompts":[{"text":"hi @zqplant","n":1}],"observed":3}' AS evidence
"""


def _older(folder: Path) -> Path:
    """A database with its published folder as version 4674ceb left them: texts and tokens in clear."""
    file = folder / "veille.duckdb"
    database = Database(file, Store(), KEY)
    writer, decoder = Writer(database), Decoder(KEY)
    events = [
        chunk([mention(n, prompt=f"text {n}", generator="grok", collection_id="c1") for n in range(1, 6)]),
        chunk([generation(1, model="m1")], EventType.GENERATION),
        chunk([moderation(1, reason="reason 1"), moderation(2, reason="reason 2")], EventType.MODERATION),
    ]
    writer.write(decoder(events, NOW), {}, NOW)
    Annotations(database).add("anna", "note", AT)
    connection = database.cursor()
    for statement in (
        "UPDATE mentions SET prompt = '@grok ask ＠zqplant and zqplant@mail.example' WHERE prompt = 'text 1'",
        "UPDATE mentions SET prompt = '写真@zqplantさん +1 555 010 0199' WHERE prompt = 'text 2'",
        "UPDATE mentions SET collection_id = 'x.com/zqplant' WHERE prompt = 'text 3'",
        "UPDATE generations SET model = 'zqplant.bsky.social'",
        "UPDATE moderations SET reason = 'by .@zqplant' WHERE reason = 'reason 1'",
        "UPDATE moderations SET reason = 'zqplant@mail.example' WHERE reason = 'reason 2'",
        "UPDATE annotations SET note = 'spoke to @zqplant'",
        _CLUSTER,
    ):
        connection.execute(statement)
    publisher = Publisher(connection, folder / "published", Publish())
    publisher.start(NOW)
    publisher.close()
    connection.execute(f"DELETE FROM migrations WHERE number = {scrubbing.NUMBER}")
    connection.execute("DROP TABLE scrubbed")
    database.close()
    assert any(_holds(path) for path in (folder / "published").rglob("*.parquet"))
    return file


def _holds(path: Path) -> bool:
    with duckdb.connect() as connection:
        return "zqplant" in str(connection.execute(f"SELECT * FROM '{path}'").fetchall()).lower()


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return _older(tmp_path)


def test_stored_texts_and_tokens_are_scrubbed_once_and_counted(older: Path) -> None:
    database = Database(older, Store(), KEY)
    connection = database.cursor()
    person = f"@{NAMES.short_person('x', 'zqplant')}"
    prompts = [row[0] for row in connection.execute("SELECT prompt FROM mentions ORDER BY prompt").fetchall()]
    assert prompts == sorted(
        [f"@grok ask {person} and [address]", f"写真{person}さん [number]", "text 3", "text 4", "text 5"]
    )
    tokens = {row[0] for row in connection.execute("SELECT collection_id FROM mentions").fetchall()}
    assert tokens == {"c1", NAMES.token("x.com/zqplant")}
    assert connection.execute("SELECT model FROM generations").fetchone() == (NAMES.token("zqplant.bsky.social"),)
    reasons = {row[0] for row in connection.execute("SELECT reason FROM moderations").fetchall()}
    assert reasons == {f"by .{person}", NAMES.token("zqplant@mail.example")}
    evidence = connection.execute("SELECT evidence FROM clusters").fetchone()
    assert evidence is not None
    assert json.loads(evidence[0])["observed"] == 3
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        assert "zqplant" not in str(connection.execute(f"SELECT * FROM {table}").fetchall()).lower(), table
    counted = connection.execute("SELECT table_name, column_name, changed FROM scrubbed ORDER BY ALL").fetchall()
    assert counted == [
        ("annotations", "note", 1),
        ("clusters", "evidence", 1),
        ("generations", "model", 1),
        ("mentions", "collection_id", 1),
        ("mentions", "prompt", 2),
        ("moderations", "reason", 2),
    ]
    database.close()
    again = Database(older, Store(), KEY)
    assert again.cursor().execute("SELECT count(*) FROM scrubbed").fetchone() == (6,)
    again.close()


def test_what_was_published_is_published_afresh_and_the_old_files_are_deleted(older: Path) -> None:
    database = Database(older, Store(), KEY)
    publisher = Publisher(database.cursor(), older.parent / "published", Publish())
    publisher.start(NOW)
    publisher.close()
    files = list((older.parent / "published").rglob("*.parquet"))
    assert files
    assert not [path for path in files if _holds(path)]
    database.close()


def test_tokens_that_are_allowed_stay(older: Path) -> None:
    database = Database(older, Store(), KEY, ("x.com/zqplant",))
    assert database.cursor().execute(
        "SELECT count(*) FROM mentions WHERE collection_id = 'x.com/zqplant'"
    ).fetchone() == (1,)
    database.close()


def test_a_crash_in_the_middle_leaves_all_of_it_to_the_next_start(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("veille.store.scrubbing.Tokens.__call__", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Database(older, Store(), KEY)
    with duckdb.connect(str(older)) as connection:
        assert connection.execute("SELECT count(*) FROM mentions WHERE prompt LIKE '%zqplant%'").fetchone() == (2,)
        assert connection.execute(f"SELECT count(*) FROM migrations WHERE number = {scrubbing.NUMBER}").fetchone() == (
            0,
        )
    Database(older, Store(), KEY).close()
    with duckdb.connect(str(older)) as connection:
        assert connection.execute("SELECT count(*) FROM mentions WHERE prompt LIKE '%zqplant%'").fetchone() == (0,)


def test_under_another_key_nothing_is_touched(older: Path) -> None:
    with pytest.raises(KeyMismatchError):
        Database(older, Store(), Key(b"k" * 32))
    with duckdb.connect(str(older)) as connection:
        assert connection.execute("SELECT count(*) FROM mentions WHERE prompt LIKE '%zqplant%'").fetchone() == (2,)


def test_a_clean_database_is_not_published_afresh(tmp_path: Path) -> None:
    file = tmp_path / "veille.duckdb"
    database = Database(file, Store(), KEY)
    Writer(database).write(Decoder(KEY)([chunk([mention(1, prompt="@grok hi", generator="grok")])], NOW), {}, NOW)
    connection = database.cursor()
    connection.execute("INSERT INTO facts VALUES ('published_format', '2')")
    connection.execute(f"DELETE FROM migrations WHERE number = {scrubbing.NUMBER}")
    connection.execute("DROP TABLE scrubbed")
    database.close()
    again = Database(file, Store(), KEY)
    assert again.cursor().execute("SELECT value FROM facts WHERE name = 'published_format'").fetchone() == ("2",)
    assert again.cursor().execute("SELECT count(*) FROM scrubbed").fetchone() == (0,)
    again.close()
