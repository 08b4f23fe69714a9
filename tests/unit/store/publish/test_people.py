"""Aliases are published with their widest dates, and rows follow when their persons change."""

from datetime import datetime, timedelta
from typing import Any

from tests.unit.store.publish.conftest import NOON, Site, pseudonym
from veille.store import resolving
from veille.store.publish import columns
from veille.store.publish import publisher as publisher_module

LATER = NOON + timedelta(seconds=1)
ALIASES = "SELECT handle_pseudonym, person_pseudonym, first_at, last_at FROM people_aliases"


def _alias(site: Site, handle: str, person: str, first_at: datetime, last_at: datetime) -> None:
    """As the next batch shows it."""
    row = [pseudonym(handle), pseudonym(person), first_at, last_at, NOON, site.private.batch + 1]
    site.private.connection.cursor().execute(
        "INSERT INTO people_aliases (handle_pseudonym, person_pseudonym, first_at, last_at, known_at, batch) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET first_at = least(people_aliases.first_at, excluded.first_at), "
        "last_at = greatest(people_aliases.last_at, excluded.last_at), batch = excluded.batch",
        row,
    )


def _fact(site: Site, name: str) -> str:
    (value,) = site.private.connection.cursor().execute("SELECT value FROM facts WHERE name = ?", [name]).fetchall()[0]
    return str(value)


def _resolve(site: Site) -> int:
    return resolving.resolve_waiting(site.private.connection.cursor(), None)


def _people(site: Site) -> list[tuple[Any, ...]]:
    return site.rows("SELECT target_id, is_self FROM mentions ORDER BY occurred_at")


def test_an_alias_is_one_row_however_often_it_is_widened_and_merged(site: Site) -> None:
    for day in (3, 1, 2):
        at = NOON + timedelta(days=day)
        _alias(site, "anna", "11", at, at)
        site.commit(NOON + timedelta(minutes=day))
    wanted = [(str(pseudonym("anna")), str(pseudonym("11")), NOON + timedelta(days=1), NOON + timedelta(days=3))]
    assert site.rows(ALIASES) == wanted
    assert len(site.listed("people_aliases")) == 3
    assert site.compact(NOON + timedelta(days=40)) > 0
    assert len(site.listed("people_aliases")) == 1
    assert site.rows(ALIASES) == wanted
    site.publisher.rebuild(LATER)
    assert site.rows(ALIASES) == wanted


def test_rows_that_are_published_follow_the_person_and_so_do_counts(site: Site) -> None:
    site.private.add("mentions", "m1", NOON, target_id="11", account_id="asker")
    site.private.add("mentions", "m2", NOON + timedelta(minutes=1), target_id="anna", account_id="asker")
    site.private.add("mentions", "m3", NOON + timedelta(minutes=2), target_id="anna", account_id="11")
    site.commit(LATER)
    assert site.rows("SELECT count(*) FROM first_asked") == [(2,)]
    _alias(site, "anna", "11", NOON, NOON)
    site.commit(LATER)
    assert _resolve(site) == 2
    site.publisher.publish(LATER + timedelta(seconds=1))
    eleven = str(pseudonym("11"))
    assert _people(site) == [(eleven, False), (eleven, False), (eleven, True)]
    assert site.rows("SELECT target_id, first_at FROM first_asked") == [(eleven, NOON)]
    assert site.rows("SELECT is_self, sum(requests)::BIGINT FROM requests_hour GROUP BY ALL ORDER BY ALL") == [
        (False, 2),
        (True, 1),
    ]


def test_publishing_afresh_rests_and_is_made_up_for_at_a_start(site: Site) -> None:
    for number, handle in enumerate(("anna", "berta", "cara")):
        site.private.add("mentions", f"m{number}", NOON, target_id=handle)
    site.commit(LATER)
    for batch, handle in enumerate(("anna", "berta")):
        _alias(site, handle, "11", NOON, NOON)
        site.commit(LATER + timedelta(seconds=batch))
        assert _resolve(site) == 1
        site.publisher.publish(LATER + timedelta(seconds=batch))
    published = {row[0] for row in _people(site)}
    assert published == {str(pseudonym(name)) for name in ("11", "berta", "cara")}  # the second rests
    site.publisher._rests_until = 0.0
    site.publisher.publish(LATER + timedelta(seconds=3))
    assert {row[0] for row in _people(site)} == {str(pseudonym(name)) for name in ("11", "cara")}
    _alias(site, "cara", "11", NOON, NOON)
    site.private.commit(LATER)
    assert _resolve(site) == 1
    site.restart(LATER + timedelta(seconds=9))
    assert {row[0] for row in _people(site)} == {str(pseudonym("11"))}
    assert publisher_module.RESTS > 1


def test_a_folder_of_a_version_without_aliases_is_published_afresh(site: Site) -> None:
    _alias(site, "anna", "11", NOON, NOON)
    site.private.connection.cursor().execute("UPDATE people_aliases SET batch = 0")  # as the migration leaves it
    known = columns.loaded(_fact(site, columns.FACT))
    older = columns.dumped(tuple(each for each in known if each[0] != "people_aliases"))
    site.private.connection.cursor().execute(
        "UPDATE facts SET value = $older WHERE name = $name", {"older": older, "name": columns.FACT}
    )
    site.restart(LATER)
    assert len(site.rows(ALIASES)) == 1
