"""How many queries run at once: as many as there are places, over all processes of an installation, shared fairly by person.

A place is a locked file, so a process that dies leaves none behind. Time in a place counts by the clock: a query that
sleeps costs as much as one that computes. Who gets a place that is free (veille.research.gateway.turns) has held the fewest
places and the least time lately; the last free place is kept for somebody who holds none.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import msgspec
from filelock import FileLock, Timeout

from veille.reasons import reason
from veille.research.gateway.errors import QueryRefused
from veille.research.gateway.turns import Claim, may_take

_LOOK_SECONDS = 0.1
_ADMISSION_SECONDS = 5.0
_Kind = TypeVar("_Kind")
LATELY_SECONDS = 600.0
"""Time in places counts against a person for so long."""


class _Held(msgspec.Struct, frozen=True):
    """Who holds or waits for a place. since: seconds since 1970."""

    person: str
    since: float


class _Used(msgspec.Struct, frozen=True):
    """One stay of a person in a place, in seconds since 1970."""

    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is held. give_way: whether somebody who holds none waits, and the usual time in a place is over."""

    _sign: Path

    def give_way(self) -> bool:
        return self._sign.exists()


class Places:
    """The places of one installation.

    each: most that one person may hold. usual_seconds: after so long a query gives way to somebody who holds no place.
    """

    def __init__(
        self, folder: Path, count: int, wait_seconds: float, each: int | None = None, usual_seconds: float = 30.0
    ) -> None:
        self._folder, self._count, self._wait = folder, count, wait_seconds
        self._each = count if each is None else each
        self._usual = usual_seconds

    @contextmanager
    def one(self, given_up: Callable[[], bool], actor: str = "") -> Iterator[Place]:
        """Hold a place; waits for one. Raises QueryRefused where none becomes free, or `given_up` says so meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        person = sha256(actor.encode("utf-8", "replace")).hexdigest()[:32]
        number, lock = self._wait_for_one(person, given_up)
        started = time.time()
        try:
            yield Place(self._file(number, "yield"))
        finally:
            self._leave(number, lock, person, started)

    def _wait_for_one(self, person: str, given_up: Callable[[], bool]) -> tuple[int, FileLock]:
        until = time.monotonic() + self._wait
        with self._ticket(person) as ticket:
            while True:
                found = self._turn(person, ticket)
                if found is not None:
                    return found
                time.sleep(_LOOK_SECONDS)
                if given_up():
                    raise QueryRefused(reason("query.cancelled_waiting"), "cancelled")
                if time.monotonic() >= until:
                    raise QueryRefused(reason("query.places_taken", places=self._count))

    @contextmanager
    def _ticket(self, person: str) -> Iterator[str]:
        """Say that somebody waits, as long as this process lives."""
        name = uuid4().hex
        lock = FileLock(self._folder / f"{name}.wait", thread_local=False)
        lock.acquire()
        _write(self._folder / f"{name}.who", _Held(person, time.time()))
        try:
            yield name
        finally:
            for suffix in ("who", "wait"):
                (self._folder / f"{name}.{suffix}").unlink(missing_ok=True)
            lock.release()

    def _turn(self, person: str, ticket: str) -> tuple[int, FileLock] | None:
        """A place, where it is this one's turn to have it."""
        with self._admission():
            free = {number: lock for number in range(self._count) if (lock := _try(self._file(number, "lock")))}
            taken: tuple[int, FileLock] | None = None
            try:
                held = {number: self._holder(number) for number in range(self._count) if number not in free}
                persons = [each.person for each in held.values()]
                if may_take(self._waiting(ticket, person, held), persons, self._count, self._each):
                    taken = free.popitem()
                    self._sit_down(taken[0], person)
                elif not free and person not in persons:
                    self._ask_to_give_way(held)
            finally:
                for lock in free.values():
                    lock.release()
            return taken

    def _waiting(self, own: str, person: str, held: Mapping[int, _Held]) -> list[Claim]:
        """Who waits, this one first."""
        now = time.time()
        found = [(own, _Held(person, now))]
        for file in self._folder.glob("*.who"):
            lock = None if file.stem == own else _try(file.with_suffix(".wait"))
            if lock is not None:  # its process died
                lock.release()
                for left in (file, file.with_suffix(".wait")):
                    left.unlink(missing_ok=True)
            elif (told := _read(file, _Held)) is not None:
                found = [(own, told), *found[1:]] if file.stem == own else [*found, (file.stem, told)]
        return [Claim(each.person, self._lately(each.person, held, now), each.since, name) for name, each in found]

    def _lately(self, person: str, held: Mapping[int, _Held], now: float) -> float:
        """Seconds that a person has held places lately, those under way too."""
        stays = _read(self._folder / f"{person}.used", list[_Used]) or []
        running = [_Used(each.since, now) for each in held.values() if each.person == person]
        since = now - LATELY_SECONDS
        return sum(max(0.0, each.until - max(each.since, since)) for each in (*stays, *running))

    def _sit_down(self, number: int, person: str) -> None:
        self._file(number, "yield").unlink(missing_ok=True)
        _write(self._file(number, "who-holds"), _Held(person, time.time()))

    def _holder(self, number: int) -> _Held:
        return _read(self._file(number, "who-holds"), _Held) or _Held("", time.time())

    def _ask_to_give_way(self, held: Mapping[int, _Held]) -> None:
        """Ask the query that is longest over the usual time to end, of the person who holds most."""
        persons = [each.person for each in held.values()]
        late = [n for n, each in held.items() if time.time() - each.since > self._usual]
        if late and not any(self._file(number, "yield").exists() for number in held):
            chosen = max(late, key=lambda n: (persons.count(held[n].person), -held[n].since))
            self._file(chosen, "yield").touch(mode=0o600)

    def _leave(self, number: int, lock: FileLock, person: str, started: float) -> None:
        """Give the place back, whatever happens to the account of it."""
        try:
            with suppress(OSError, QueryRefused), self._admission():
                now = time.time()
                file = self._folder / f"{person}.used"
                stays = [each for each in _read(file, list[_Used]) or [] if each.until > now - LATELY_SECONDS]
                _write(file, [*stays[-1000:], _Used(started, now)])
                for suffix in ("who-holds", "yield"):
                    self._file(number, suffix).unlink(missing_ok=True)
                self._forget_old(now)
        finally:
            lock.release()

    def _forget_old(self, now: float) -> None:
        for file in self._folder.glob("*.used"):
            with suppress(OSError):
                if file.stat().st_mtime < now - LATELY_SECONDS:
                    file.unlink()

    @contextmanager
    def _admission(self) -> Iterator[None]:
        """One process at a time decides. Raises QueryRefused where another holds it too long: then it stands still."""
        try:
            with FileLock(self._folder / "admission.lock", thread_local=False).acquire(timeout=_ADMISSION_SECONDS):
                yield
        except Timeout:
            raise QueryRefused(reason("query.places_locked")) from None

    def _file(self, number: int, suffix: str) -> Path:
        return self._folder / f"{number}.{suffix}"


def _try(file: Path) -> FileLock | None:
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock


def _write(file: Path, what: _Held | list[_Used]) -> None:
    fresh = file.with_suffix(f".{uuid4().hex}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(msgspec.json.encode(what))
    fresh.replace(file)


def _read(file: Path, kind: type[_Kind]) -> _Kind | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None
