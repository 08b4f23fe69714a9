"""Silence of one series, of the feed, and of a collection are three different things; on the stream that runs live."""

from copy import deepcopy

import numpy as np
import pytest

from tests.unit.detect.surges.test_stream import PARAMS, START, Series, piece
from veille.detect.surges.records import Surge
from veille.detect.surges.stream.sources import Arrived
from veille.detect.surges.stream.stream import SurgeStream

DAYS = 4
LAST = START + DAYS * 288
"""The bin in which a silence begins."""
A, B, C, RARE = (("language", name) for name in ("a", "b", "c", "rare"))
MEANS = {A: 8.0, B: 8.0, C: 8.0, RARE: 0.2}


def counts(bin_: int, silent: set[Series]) -> dict[Series, int]:
    rng = np.random.default_rng(bin_)
    drawn = {series: int(rng.poisson(mean)) for series, mean in MEANS.items()}
    return {series: 0 if series in silent else events for series, events in drawn.items()}


def arrived(bin_: int, stopped: bool, silent: set[Series]) -> list[Arrived]:
    total = sum(counts(bin_, silent).values())
    both = [Arrived("x", total - total // 2, 1.0), Arrived("y", total // 2, 1.0)]
    return [each for each in both if each.events and not (stopped and each.collection == "y")]


@pytest.fixture(scope="module")
def known() -> SurgeStream:
    """A stream that has seen some days in which nothing fell."""
    stream = SurgeStream(PARAMS)
    drops = [
        drop
        for bin_ in range(START, LAST)
        for drop in stream.step(bin_, piece(bin_, counts(bin_, set()), arrived(bin_, False, set()))).drops
    ]
    assert drops == []
    return stream


def hour(known: SurgeStream, silent: set[Series], *, stopped: bool = False) -> list[Surge]:
    """Drops that open in the hour after: `silent` series have no events, collection y is `stopped` or not."""
    stream, found = deepcopy(known), []
    for bin_ in range(LAST, LAST + 12):
        found += stream.step(bin_, piece(bin_, counts(bin_, silent), arrived(bin_, stopped, silent))).drops
    return found


def test_one_silent_series_is_a_drop(known: SurgeStream) -> None:
    (found,) = hour(known, {A})
    assert (found.series_kind, found.series_key, found.reason) == (*A, "drop")
    assert found.observed <= found.expected / 4
    assert found.expected > found.low > found.observed
    assert found.q_value < 0.01


def test_everything_silent_is_a_dead_feed_and_not_many_drops(known: SurgeStream) -> None:
    assert [(d.series_kind, d.series_key, d.reason) for d in hour(known, set(MEANS))] == [
        ("source", "all", "dead_feed")
    ]


def test_a_collection_that_stopped_is_named_as_the_cause(known: SurgeStream) -> None:
    found = {(d.series_kind, d.series_key, d.reason) for d in hour(known, {A}, stopped=True)}
    assert found == {(*A, "coverage"), ("source", "y", "coverage")}


def test_nothing_dropped_and_too_little_volume_say_nothing(known: SurgeStream) -> None:
    assert hour(known, set()) == []
    assert hour(known, {RARE}) == []
