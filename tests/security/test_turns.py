"""Places for queries are shared by person: whatever some people ask, somebody else gets a place soon."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.research.gateway import QueryRefused
from veille.research.gateway.places import Places
from veille.research.gateway.turns import Claim, may_take

PERSONS = st.sampled_from("abcdef")


@given(
    st.lists(st.tuples(PERSONS, st.floats(0, 600)), min_size=1, max_size=8),
    st.lists(PERSONS, max_size=5),
    st.integers(1, 5),
    st.integers(1, 3),
)
def test_as_many_are_chosen_as_the_rules_allow(
    waiting: list[tuple[str, float]], holders: list[str], places: int, each: int
) -> None:
    """Each claim is asked as if it were first: those who may take a place agree with each other."""
    holders = holders[:places]
    claims = [Claim(person, lately, float(n), str(n)) for n, (person, lately) in enumerate(waiting)]
    chosen = [
        claim for claim in claims if may_take([claim, *(c for c in claims if c is not claim)], holders, places, each)
    ]
    assert len(chosen) + len(holders) <= places
    after = [*holders, *(claim.person for claim in chosen)]
    for claim in chosen:
        assert after.count(claim.person) <= max(each, holders.count(claim.person))
    newcomers = {claim.person for claim in claims} - set(holders)
    free = places - len(holders)
    assert len({claim.person for claim in chosen} & newcomers) >= min(free, len(newcomers))
    if free == 1 and places > 1 and not newcomers:
        assert not chosen


def _soon(true: Callable[[], bool]) -> bool:
    """Whether it comes true, however busy the machine is."""
    until = time.monotonic() + 60
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


HOLD = """
import pathlib, sys, time
from veille.research.gateway.places import Places
with Places(pathlib.Path(sys.argv[1]), 4, 5.0, each=2).one(lambda: False, "a"):
    print("ready", flush=True)
    time.sleep(60)
"""
"""Another process that holds a place, as a query that sleeps does."""


def test_two_people_do_not_hold_all_places(tmp_path: Path) -> None:
    elsewhere = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert elsewhere.stdout is not None
    assert elsewhere.stdout.readline() == "ready\n"
    places, hasty = (Places(tmp_path, 4, seconds, each=2) for seconds in (60.0, 1.5))
    try:
        with places.one(lambda: False, "a"), places.one(lambda: False, "b"):
            for actor in ("b", "a"):  # the last place is for somebody who holds none
                with pytest.raises(QueryRefused, match="reserved"), hasty.one(lambda: False, actor):
                    pass
            with places.one(lambda: False, "c"):
                pass
    finally:
        elsewhere.kill()
        elsewhere.communicate()
    with places.one(lambda: False, "a"), places.one(lambda: False, "a"):  # who was killed holds nothing
        pass


def test_who_holds_longest_gives_way(tmp_path: Path) -> None:
    """All places are taken by people who each hold one: beyond the usual time one of them ends for who holds none."""
    places = Places(tmp_path, 2, 60.0, each=2, usual_seconds=0.5)
    ended, running = [], threading.Barrier(3)

    def sleeper(actor: str) -> None:
        with places.one(lambda: False, actor) as place:
            running.wait()
            while not place.give_way():
                time.sleep(0.05)
        ended.append(actor)

    threads = [threading.Thread(target=sleeper, args=(actor,), daemon=True) for actor in ("a", "b")]
    for thread in threads:
        thread.start()
    running.wait()
    with places.one(lambda: False, "c"):
        assert _soon(lambda: len(ended) == 1)
        with pytest.raises(QueryRefused), Places(tmp_path, 2, 0.2, each=2, usual_seconds=9e9).one(lambda: False, "c"):
            pass
    with places.one(lambda: False, "d"), places.one(lambda: False, "e"):
        pass
    for thread in threads:
        thread.join(10)


def test_time_counts_by_the_clock(tmp_path: Path) -> None:
    """Of two who wait, the place goes to who has held places for less time, whenever they came."""
    places = Places(tmp_path, 1, 60.0)
    with places.one(lambda: False, "often"):
        time.sleep(0.4)
    order = []

    def ask(actor: str) -> None:
        with places.one(lambda: False, actor):
            order.append(actor)

    threads = [threading.Thread(target=ask, args=(actor,)) for actor in ("often", "seldom")]
    with places.one(lambda: False, "third"):
        for number, thread in enumerate(threads, start=1):
            thread.start()
            assert _soon(lambda waiting=number: len(list(tmp_path.glob("*.who"))) == waiting)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert order == ["seldom", "often"]
    assert not list(tmp_path.glob("*.wait"))
