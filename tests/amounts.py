"""How much a heavy test does: enough for CI, or, with VEILLE_TEST_LONG=1 (`make test-long`), all of it."""

import os
from collections.abc import Container, Sequence
from typing import TypeVar

LONG = os.environ.get("VEILLE_TEST_LONG") == "1"
ALL_WAYS = os.environ.get("VEILLE_TEST_WAYS") == "all"
Amount = TypeVar("Amount")
Case = TypeVar("Case")


def amount(ci: Amount, long: Amount) -> Amount:
    """`long` in the long form, `ci` otherwise. Mark such a test `long`, so that `make test-long` runs it."""
    return long if LONG else ci


def in_turn(ways: Sequence[str], cases: Sequence[Case], by_all: Container[Case] = ()) -> list[tuple[str, Case]]:
    """Each case by one of the ways, in turn, and those of `by_all` by all of them; with VEILLE_TEST_WAYS=all each by all."""
    return [
        (way, case)
        for place, case in enumerate(cases)
        for way in (ways if ALL_WAYS or case in by_all else (ways[place % len(ways)],))
    ]
