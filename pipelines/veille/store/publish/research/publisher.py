"""Publishes the research catalogue from the analyst one: months that changed are made anew, the others stay as they are."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from time import time

import duckdb

from veille.config import Research
from veille.privacy import Key
from veille.store.attach import attach
from veille.store.errors import StoreError
from veille.store.publish.catalogue import FILE_NAME
from veille.store.publish.errors import PublishError, translated
from veille.store.publish.relations import month_partition
from veille.store.publish.research.catalogue import FORMAT, ReleaseRow, ResearchStatus, write_catalogue
from veille.store.publish.research.month import OFFICIAL, Month, MonthWriter, WrittenFile
from veille.store.publish.research.pseudonyms import release_key
from veille.store.publish.research.sharing import Sharing
from veille.store.publish.run import one, run
from veille.store.reader import CatalogueMissing, Reader
from veille.store.sql import literal

SETTLED = timedelta(days=35)
"""A month that has been over for so long is final, unless events of it were added or deleted since."""
FINISHED_EVERY = timedelta(days=1)
"""How often a month that is over, and not settled yet, is made anew for late answers and removals."""
RETIRED_SECONDS = 900.0
MEMORY_LIMIT = "512MB"


@dataclass(frozen=True, slots=True)
class ResearchPublished:
    """What one call did. complete_until: events before that hour are in. months: how many were made anew."""

    complete_until: datetime
    months: int
    rows: int


class ResearchPublisher:
    """Owns one research folder; one call at a time, from any process."""

    def __init__(self, analyst: Path, folder: Path, work: Path, settings: Research, key: Key) -> None:
        """work: a folder for temporary files, which hold more than researchers may see; emptied at each call."""
        self._analyst, self._folder, self._work = analyst.resolve(), folder.resolve(), work
        self._settings, self._key = settings, key

    def publish(self, now: datetime) -> ResearchPublished:
        """Publish what has been over for the lag. Raises PublishError; the old catalogue stays then. now: UTC, naive."""
        until = complete_until(self._settings, now)
        for folder in (self._folder / "segments", self._folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        with translated(self._folder), self._connected() as connection:
            return self._publish(connection, until, now)

    def _publish(self, connection: duckdb.DuckDBPyConnection, until: datetime, now: datetime) -> ResearchPublished:
        sharing = Sharing.with_group(self._settings.folder_group)
        writer = MonthWriter(connection, self._folder, self._settings.small)
        writer.write_empty(b"nobody")
        before, listed = self._state()
        files: list[WrittenFile] = []
        releases: list[ReleaseRow] = []
        made = 0
        for (start,) in run(connection, "research/months"):
            month = _month(start, until)
            if month is None:
                continue
            old = before.get(month.since)
            release = self._release(month, writer.counted(month), now)
            if old is not None and self._still_good(old, release, month, now):
                files += [file for file in listed if file.month == month.since and file.relation != OFFICIAL]
                releases.append(old)
                continue
            written, held_back = writer.write(month, self._release_key(month))
            made += 1
            files += written
            releases.append(replace(release, held_back=self._at_most(held_back)))
        files += writer.write_official(until)
        sharing.tree(self._folder)
        write_catalogue(self._folder, files, releases, self._status(connection, until, now), sharing)
        self._clear({file.path for file in files}, {file.path for file in listed})
        return ResearchPublished(until, made, sum(file.row_count for file in files))

    def _still_good(self, old: ReleaseRow, new: ReleaseRow, month: Month, now: datetime) -> bool:
        """Whether what is published of the month may stay: answers and removals still come, events seldom do."""
        if (old.fingerprint, old.finished) != (new.fingerprint, new.finished):
            return False
        if not month.finished:
            return old.published_at >= now.replace(minute=0, second=0, microsecond=0)
        return old.published_at >= month.until + SETTLED or now - old.published_at < FINISHED_EVERY

    def _release(self, month: Month, counted: tuple[int, int, int], now: datetime) -> ReleaseRow:
        fingerprint = self._fingerprint(month, counted)
        return ReleaseRow(
            month=month.since,
            release=self._name(month),
            published_at=now,
            finished=month.finished,
            held_back=0,
            fingerprint=fingerprint,
        )

    def _at_most(self, count: int) -> int:
        """A count that may be small, as a bound that tells nobody apart."""
        return -(-count // self._settings.small) * self._settings.small

    def _name(self, month: Month) -> str:
        prefix = f"{self._settings.release} " if self._settings.release else ""
        return f"{prefix}{month.since:%Y-%m}"

    def _release_key(self, month: Month) -> bytes:
        return release_key(self._key, self._name(month))

    def _fingerprint(self, month: Month, counted: tuple[int, int, int]) -> str:
        """Format, settings and a keyed digest of the events' numbers, which may be too small to publish."""
        digest = blake2b(repr(counted).encode(), key=self._release_key(month), digest_size=8).hexdigest()
        return f"{FORMAT}/{self._settings.small}/{digest}"

    def _status(self, connection: duckdb.DuckDBPyConnection, until: datetime, now: datetime) -> ResearchStatus:
        found = one(connection, "research/status") or (None, False)
        return ResearchStatus(
            as_of=found[0],
            published_at=now,
            complete_until=until,
            simulated=bool(found[1]),
            smallest_group=self._settings.small,
        )

    def _state(self) -> tuple[dict[datetime, ReleaseRow], list[WrittenFile]]:
        """What the present catalogue holds; nothing where there is none that can be read."""
        reader = Reader(self._folder, threads=1)
        try:
            releases = [ReleaseRow(**row) for row in reader.named("publish/research/state").iter_rows(named=True)]
            listed = [WrittenFile(**row) for row in reader.named("publish/research/listed").iter_rows(named=True)]
        except (CatalogueMissing, StoreError):
            return {}, []
        finally:
            reader.close()
        whole = all((self._folder / file.path).is_file() for file in listed)
        return ({release.month: release for release in releases} if whole else {}), listed

    def _clear(self, current: set[str], before: set[str]) -> None:
        """Delete what no catalogue has listed for a while; a reader may still hold the last one."""
        for path in self._folder.glob("segments/*/*/*.parquet"):
            name = path.relative_to(self._folder).as_posix()
            if name in current:
                continue
            if name in before:
                path.touch()
            elif path.stat().st_mtime < time() - RETIRED_SECONDS:
                path.unlink(missing_ok=True)

    @contextmanager
    def _connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A small DuckDB that uses the analyst catalogue, and spills where researchers cannot look."""
        if not (self._analyst / FILE_NAME).is_file():
            raise PublishError(f"nothing is published in {self._analyst} yet: the research catalogue is made from it")
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True, mode=0o700)
        connection = duckdb.connect(
            config={"threads": "1", "memory_limit": MEMORY_LIMIT, "temp_directory": str(self._work)}
        )
        try:
            connection.execute("SET enable_progress_bar = false")
            attach(connection, self._analyst / FILE_NAME)
            connection.execute(f"SET VARIABLE veille_root = {literal(str(self._analyst))}")
            yield connection
        finally:
            connection.close()
            shutil.rmtree(self._work, ignore_errors=True)


def _month(start: datetime, until: datetime) -> Month | None:
    whole = month_partition(start.date())
    if whole.since >= until:
        return None
    return Month(whole.since, min(whole.until, until), finished=whole.until <= until)


def complete_until(settings: Research, now: datetime) -> datetime:
    """Events before this hour may be published for research. now: UTC, naive."""
    return (now - timedelta(hours=settings.lag_hours)).replace(minute=0, second=0, microsecond=0)
