"""Cuts: what is published, where, and after a crash at every instant."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.unit.store.publish.conftest import NOON, Site, pseudonym
from veille.config import Publish
from veille.events import EventType
from veille.store import event_tables
from veille.store.declared import fact
from veille.store.publish import RELATIONS, Publisher, PublishError
from veille.store.publish import publisher as publisher_module
from veille.store.publish.catalogue import CatalogueWriter
from veille.store.publish.segments import Register, SegmentFolder
from veille.store.publish.whole import WHOLE

pytestmark = pytest.mark.slow

LATER = NOON + timedelta(seconds=1)


def _mentions(site: Site) -> int:
    return int(site.rows("SELECT count(*) FROM mentions")[0][0])


def test_an_empty_catalogue_is_typed(site: Site) -> None:
    assert site.rows("SELECT count(*), sum(requests) FROM requests_hour") == [(0, None)]
    columns = dict(site.rows("SELECT column_name, column_type FROM (DESCRIBE exchanges)"))
    assert columns["event_id"] == "UUID"
    assert columns["occurred_at"] == columns["answered_at"] == "TIMESTAMP"
    assert "batch" not in columns


def test_every_view_table_and_column_is_explained(site: Site) -> None:
    unexplained = site.rows(
        """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE database_name = 'veille' AND schema_name = 'main' AND comment IS NULL AND NOT internal
        UNION ALL
        SELECT view_name, NULL FROM duckdb_views()
        WHERE database_name = 'veille' AND schema_name = 'main' AND comment IS NULL AND NOT internal
        UNION ALL
        SELECT table_name, NULL FROM duckdb_tables() WHERE database_name = 'veille' AND comment IS NULL
        """
    )
    assert unexplained == []


def test_every_relation_has_a_view(site: Site) -> None:
    views = {
        name
        for (name,) in site.rows("SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal")
    }
    assert {*RELATIONS, *WHOLE, "exchanges", "surges_versions"} <= views


def test_a_cut_publishes_what_was_committed(site: Site) -> None:
    site.private.add("mentions", "m1", NOON, post_id="p1")
    site.private.add("generations", "g1", NOON + timedelta(seconds=7), mention_id="m1", model="one")
    site.private.add("moderations", "d1", NOON + timedelta(hours=1), post_id="p1")
    site.commit(LATER)
    assert site.rows("SELECT event_id, outcome, seconds_to_answer, model, removed_at, taken_down FROM exchanges") == [
        (str(pseudonym("m1")), "fulfilled", 7.0, "one", NOON + timedelta(hours=1), True)
    ]
    assert site.rows("SELECT as_of, mentions, generations, moderations, newest_occurred_at FROM status") == [
        (LATER, 1, 1, 1, NOON + timedelta(hours=1))
    ]
    assert site.rows("SELECT event_type, events, first_at FROM coverage ORDER BY event_type") == [
        ("generation", 1, NOON + timedelta(seconds=7)),
        ("mention", 1, NOON),
        ("moderation", 1, NOON + timedelta(hours=1)),
    ]
    assert site.listed("mentions") == [("day=2026-03-10", 1)]


def test_nothing_new_writes_nothing_but_a_fresh_status(site: Site) -> None:
    site.commit(LATER)
    assert not site.publisher.publish(LATER + timedelta(seconds=0.5)).wrote_catalogue
    assert site.publisher.publish(LATER + timedelta(seconds=5)).wrote_catalogue
    assert site.rows("SELECT published_at FROM status") == [(LATER + timedelta(seconds=5),)]


def test_the_watermark_and_simulation_are_told(site: Site, tmp_path: Path) -> None:
    site.private.connection.execute("INSERT INTO facts VALUES ('simulated', 'true')")
    publisher = Publisher(site.private.connection, tmp_path / "second", Publish(), watermark=lambda: NOON)
    publisher.start(LATER)
    site.reader._folder = publisher.folder.root
    assert site.rows("SELECT watermark, simulated FROM status") == [(NOON, True)]
    publisher.close()


def test_feed_and_dead_letters_are_counted(site: Site) -> None:
    site.private.letter(NOON)
    site.private.letter(NOON, rule="media")
    site.private.add("mentions", "m1", NOON)
    site.private.commit(NOON, duplicates=4)
    site.publisher.publish(LATER)
    assert site.rows('SELECT "minute", batches, accepted, duplicates FROM feed') == [(NOON, 1, 1, 4)]
    assert site.rows("SELECT rule, letters FROM dead_letter_counts ORDER BY rule") == [("json", 1), ("media", 1)]


def test_a_cut_over_many_days_is_a_handful_of_files(site: Site) -> None:
    for day in range(40):
        site.private.add("mentions", f"m{day}", NOON - timedelta(days=day))
    site.commit(LATER)
    partitions = [name for name, _ in site.listed("mentions")]
    assert len(partitions) == 5
    assert "day=mixed" in partitions
    assert _mentions(site) == 40
    assert site.rows("SELECT count(*), sum(requests) FROM requests_minute") == [(40, 40)]


def test_old_events_go_to_months_and_years(site: Site) -> None:
    for name, at in {"m1": datetime(2025, 12, 5), "m2": datetime(2019, 7, 1), "m3": NOON}.items():
        site.private.add("mentions", name, at)
    site.commit(LATER)
    assert site.listed("mentions") == [("day=2026-03-10", 1), ("month=2025-12", 1), ("year=2019", 1)]


def test_a_crash_before_registration_loses_and_doubles_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.private.add("mentions", "m1", NOON)
    site.private.commit(LATER)
    kept = list[str]()
    with monkeypatch.context() as patch:
        patch.setattr(Register, "add", _crash)
        patch.setattr(SegmentFolder, "delete", lambda _self, paths: kept.extend(paths))
        with pytest.raises(_Crash):
            site.publisher.publish(LATER)
    assert set(kept) <= set(site.files())
    (site.folder / "tmp" / "half.parquet").write_bytes(b"PAR1")
    assert _mentions(site) == 0
    site.restart(LATER)
    assert _mentions(site) == 1
    assert not set(kept) & set(site.files())
    assert not list((site.folder / "tmp").iterdir())


def test_a_crash_before_the_catalogue_publishes_at_the_next_start(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.private.add("mentions", "m1", NOON)
    site.private.commit(LATER)
    with monkeypatch.context() as patch:
        patch.setattr(CatalogueWriter, "write", _crash)
        with pytest.raises(_Crash):
            site.publisher.publish(LATER)
    assert _mentions(site) == 0
    site.restart(LATER)
    assert _mentions(site) == 1
    assert site.listed("mentions") == [("day=2026-03-10", 1)]


def test_a_full_disk_is_told_and_publishing_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.private.add("mentions", "m1", NOON)
    site.private.commit(LATER)
    before = site.files()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for broken, name in ((Path, "rename"), (CatalogueWriter, "write")):
        with monkeypatch.context() as patch:
            patch.setattr(broken, name, full)
            with pytest.raises(PublishError, match="free disk space") as caught:
                site.publisher.publish(LATER)
        assert caught.value.full
    site.publisher.publish(LATER + timedelta(seconds=1))
    assert _mentions(site) == 1
    assert len(site.files()) > len(before)


def test_a_catalogue_that_could_not_be_finished_is_not_shown(site: Site) -> None:
    site.private.add("mentions", "m1", NOON)
    site.private.commit(LATER)
    connection = site.publisher._catalogue._connection
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    with pytest.raises(PublishError, match="not finished"):
        site.publisher.publish(LATER)
    assert _mentions(site) == 0
    connection.execute("PRAGMA enable_checkpoint_on_shutdown")
    site.publisher.publish(LATER)
    assert _mentions(site) == 1


def test_a_lost_or_cut_off_segment_is_rebuilt_at_start(site: Site) -> None:
    site.private.add("mentions", "m1", NOON)
    site.commit(LATER)
    path = site.folder / site.rows("SELECT path FROM segments WHERE relation = 'mentions'")[0][0]
    path.write_bytes(path.read_bytes()[:-9])
    site.restart(LATER)
    assert _mentions(site) == 1


@pytest.mark.parametrize(
    "what", ["the folder", "its segments", "the catalogue", "half a segment", "its temporary folder"]
)
def test_what_somebody_deletes_is_published_again_while_it_runs(site: Site, what: str) -> None:
    site.private.add("mentions", "m1", NOON)
    site.commit(LATER)
    if what == "the folder":
        shutil.rmtree(site.folder)
    elif what == "its segments":
        shutil.rmtree(site.folder / "segments")
    elif what == "its temporary folder":
        shutil.rmtree(site.folder / "tmp")
    elif what == "the catalogue":
        (site.folder / "catalog.duckdb").unlink()
    else:
        path = site.folder / site.rows("SELECT path FROM segments WHERE relation = 'mentions'")[0][0]
        path.write_bytes(path.read_bytes()[:-9])
    site.publisher._looks_at = 0.0
    later = LATER + timedelta(seconds=10)
    site.publisher.publish(later)
    assert _mentions(site) == 1
    site.private.add("mentions", "m2", NOON)
    site.commit(later)
    assert _mentions(site) == 2


def test_another_format_is_rebuilt_at_start(site: Site) -> None:
    site.private.add("mentions", "m1", NOON)
    site.commit(LATER)
    before = set(site.files())
    site.private.connection.execute("UPDATE facts SET value = '0' WHERE name = 'published_format'")
    site.restart(LATER)
    assert _mentions(site) == 1
    listed = {path for (path,) in site.rows("SELECT path FROM segments")}
    assert not listed & before
    assert before <= set(site.files()), "readers of the old catalogue keep their files"


def test_a_column_that_the_folder_does_not_know_is_published_at_the_next_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is new in the declaration and in the database; the files are from before."""
    site.private.add("mentions", "m1", NOON)
    site.commit(LATER)
    site.private.connection.execute("ALTER TABLE mentions ADD COLUMN mood VARCHAR")
    more = (*event_tables.published(EventType.MENTION), fact("mood", "As declared."))
    wider = {each: event_tables.published(each) for each in EventType} | {EventType.MENTION: more}
    monkeypatch.setattr(event_tables, "published", wider.__getitem__)
    site.restart(LATER)
    assert site.rows("SELECT mood FROM mentions") == [(None,)]


def test_a_failed_rebuild_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.private.add("mentions", "m1", NOON)
    site.commit(LATER)
    before = site.files()
    with monkeypatch.context() as patch:
        patch.setattr(Register, "set_fact", _crash)
        with pytest.raises(_Crash):
            site.publisher.rebuild(LATER)
    assert site.files() == before
    site.private.add("mentions", "m2", NOON)
    site.commit(LATER + timedelta(seconds=1))
    assert _mentions(site) == 2


def test_a_large_backlog_is_rebuilt(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "REBUILD_EVENTS", 3)
    for day in range(20):
        site.private.add("mentions", f"m{day}", NOON - timedelta(days=day))
    site.commit(LATER)
    assert len(site.listed("mentions")) == 20, "one file a day straight away"
    assert _mentions(site) == 20


def test_a_backlog_is_cut_in_pieces(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "CUT_EVENTS", 2)
    for name in ("m1", "m2", "m3"):
        site.private.add("mentions", name, NOON)
        site.private.commit(LATER)
    assert site.publisher.publish(LATER).behind
    assert _mentions(site) == 2
    assert not site.publisher.publish(LATER).behind
    assert _mentions(site) == 3


def test_a_folder_that_reads_as_a_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="choose another"):
        Publisher(duckdb.connect(), tmp_path / "a*b", Publish())


class _Crash(BaseException):
    """What no handler of errors catches."""


def _crash(*_: Any, **__: Any) -> None:
    raise _Crash
