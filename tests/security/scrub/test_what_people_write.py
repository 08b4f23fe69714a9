"""What people write about incidents, clusters, notes, samples and reasons is kept scrubbed."""

from datetime import datetime
from typing import Any

import pytest

from tests.unit.make import KEY
from veille.config import Store
from veille.store.annotations import Annotations
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.samples import NewSample, Samples

PLANTS = (
    *(
        "call +1 555 010 0199",
        "@zqplant",
        "写真＠zqplantさん",
        "zqplant@mail.example",
        "see x.com\\zqplant",
        "u/zqplant wrote",
    ),
    "zq\u200bplant.bsky.social",
)


@pytest.fixture
def database() -> Database:
    return Database(None, Store(), KEY)


def _everything(database: Database) -> str:
    connection = database.cursor()
    tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    return str([connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables]).lower()


@pytest.mark.parametrize("plant", PLANTS)
def test_nothing_planted_is_kept(database: Database, plant: str) -> None:
    Audit(database).write("anna", "target.lookup", "T-7K3Q-M2XA-9DFH", f"because {plant}")
    Annotations(database).add("anna", f"note {plant}", datetime(2026, 1, 1))
    Samples(database).add(
        "anna",
        NewSample(
            question=f"is it {plant}?",
            filters={},
            seed="1",
            drawn_from=0,
            event_ids=["00000000-0000-0000-0000-000000000001"],
        ),
    )
    kept = _everything(database)
    assert "because" in kept
    assert "note" in kept
    assert not any(word in kept for word in ("zqplant", "zq\\u200bplant", "010 0199")), kept


def test_the_audit_log_still_verifies_and_says_what_is_said(database: Database) -> None:
    audit = Audit(database)
    said: list[Any] = ["analyst, oncall", "I-3F9A12BC is over", "surge 0f1e2d3c4b5a69788796a5b4c3d2e1f0", None]
    for reason in said:
        audit.write("anna", "x", "y", reason)
    assert audit.entries()["reason"].to_list() == said[::-1]
    assert audit.verify().sound
