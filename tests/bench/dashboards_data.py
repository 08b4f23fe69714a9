"""Twenty million published events for the bench of the pages, made in the database itself and kept under the temporary folder.

Sixty days up to the present hour; requests and answers as in the winter surge in shape (a daily rhythm, few busy targets among many with
one request), not in size. Pseudonyms are as random as real ones. Making them takes some minutes, once.
"""

import shutil
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from veille.config import Settings, load
from veille.privacy import Key
from veille.store.database import Database
from veille.store.publish import Publisher
from veille.store.publish.relations import FORMAT
from veille.store.sql import sql_folder

MENTIONS, GENERATIONS, MODERATIONS = 12_000_000, 7_500_000, 500_000
DAYS = 60
_PREFIX = "veille-bench-pages-"

_AT = """TIMESTAMP '{end}' - to_microseconds((({days} * 86400e6) * pow(unit(n, 1), 1.3))::BIGINT)"""
_COLUMNS = """
    md5('{kind} ' || n)::UUID AS event_id,
    CASE WHEN draw(n, 2, 10) < 8 THEN 'x' WHEN draw(n, 2, 10) = 8 THEN 'threads' ELSE 'bluesky' END AS platform,
    TIMESTAMP '{end}' AS ingested_at,
    CASE WHEN draw(n, 3, 4) = 0 THEN 'keyword-v2' ELSE 'firehose-a' END AS collection_id,
    CASE WHEN draw(n, 3, 4) = 0 THEN 0.5 ELSE 1.0 END AS sampling_probability,
    ['US', 'GB', 'FR', 'DE', 'BR', 'IN', 'JP', NULL][1 + draw(n, 4, 8)] AS jurisdiction,
    1 + n // 500000 AS batch"""
_PERSON = "md5('{space} ' || ({rank})::BIGINT)::UUID"
_TARGET = _PERSON.format(space="target", rank="4000000 * pow(unit(n, 5), 3)")
_ACCOUNT = _PERSON.format(space="account", rank="1500000 * pow(unit(n, 6), 2)")
_OUTCOME = (
    "['fulfilled', 'partial', 'refused', 'refused', 'refused', 'refused', 'refused', 'error'][1 + draw(n, 11, 8)]"
)

STATEMENTS = (
    f"""INSERT INTO mentions BY NAME SELECT {_AT} AS occurred_at, {_COLUMNS}, {_ACCOUNT} AS account_id, {_TARGET} AS target_id,
    draw(n, 7, 100) = 0 AS is_self, 'post_author' AS target_basis, 'grok' AS generator,
    'a request of some words, number ' || n AS prompt,
    ['en', 'en', 'en', 'ja', 'es', 'pt', 'fr', 'hi', 'de', 'id', 'ar', NULL][1 + draw(n, 8, 12)] AS language,
    ['sexualising', 'sexualising', 'sexualising', 'other_edit', 'question', 'other', 'unknown'][1 + draw(n, 9, 7)] AS request_class,
    'classifier-v1' AS request_class_source, ['woman', 'woman', 'man', 'unknown'][1 + draw(n, 10, 4)] AS target_gender,
    ['provider', 'classifier', 'self_declared', NULL][1 + draw(n, 10, 4)] AS target_gender_source
    FROM range({{first}}, {{last}}) AS numbers(n)""",
    f"""INSERT INTO generations BY NAME SELECT {_AT.replace("unit(n, 1)", "unit(n * 3 // 2, 1)")} + INTERVAL 20 SECOND AS occurred_at,
    {_COLUMNS.replace("{kind}", "2")}, {_OUTCOME} AS outcome, 'grok' AS generator, 'image' AS media_type,
    ['none', 'suggestive', 'suggestive', 'nudity', 'unknown'][1 + draw(n, 12, 5)] AS sexualised,
    ['reply', 'app', 'web', 'edit_button'][1 + draw(n, 13, 4)] AS surface, 'unknown' AS plan,
    md5('1 ' || n * 3 // 2)::UUID AS mention_id
    FROM range({{first}}, {{last}}) AS numbers(n)""",
    f"""INSERT INTO moderations BY NAME SELECT {_AT} AS occurred_at, {_COLUMNS.replace("{kind}", "3")}, 'post' AS subject_type,
    {_TARGET} AS subject_id, ['reported', 'report_validated', 'removed'][1 + draw(n, 14, 3)] AS action
    FROM range({{first}}, {{last}}) AS numbers(n)""",
)
_MACROS = """CREATE TEMP MACRO draw(n, which, most) AS (hash(n, which) % most)::BIGINT;
CREATE TEMP MACRO unit(n, which) AS (hash(n, which) % 1000000007) / 1000000007"""
_CHUNK = 500_000


def published() -> Path:
    """The data folder, made where it is not there yet."""
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{_fingerprint()}"
    for outdated in folder.parent.glob(f"{_PREFIX}*"):
        if outdated != folder:
            shutil.rmtree(outdated)
    if not (folder / "done").exists():
        _make(folder, load(data_dir=folder))
        (folder / "done").touch()
    return folder


def _fingerprint() -> str:
    """Of what is published, and how: another catalogue needs other files."""
    found = sha256("".join((str(FORMAT), *STATEMENTS)).encode())
    for file in sorted((sql_folder() / "publish").rglob("*.sql")):
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


def _make(folder: Path, settings: Settings) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    settings.database.unlink(missing_ok=True)
    now = datetime.now(UTC)
    end = now.replace(tzinfo=None, microsecond=0)
    database = Database(settings.database, settings.store, Key(bytes(32)))
    publisher = None
    try:
        connection = database.cursor()
        connection.execute(_MACROS)
        for statement, count, kind in zip(STATEMENTS, (MENTIONS, GENERATIONS, MODERATIONS), (1, 2, 3), strict=True):
            for first in range(0, count, _CHUNK):
                values = {"end": end, "days": DAYS, "kind": kind, "first": first, "last": min(first + _CHUNK, count)}
                connection.execute(statement.format(**values))
        connection.execute(
            "INSERT INTO batches SELECT n, $at, 800000, 0, 0, 0 FROM range(1, 26) AS numbers(n)", {"at": end}
        )
        publisher = Publisher(database.cursor(), settings.analyst, settings.publish, lambda: end)
        publisher.start(now)
    finally:
        if publisher:
            publisher.close()
        database.close()
    settings.database.unlink()
