"""Series with volume in a stream: surges, drops, dead feeds, collections, late counts."""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from veille.detect.surges.dense_params import DenseParams
from veille.detect.surges.records import Surge
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.stream.params import BIN_US, StreamParams
from veille.detect.surges.stream.sources import Arrived
from veille.detect.surges.stream.stream import Piece, StreamFindings, SurgeStream

START = 5_892_480
DENSE = DenseParams(baselines=(144, 288), history=576, grace=96, mute=144, relearn=96)
PARAMS = StreamParams(dense=DENSE, sparse=SparseParams(grace=96, guard=96, windows=(1, 12, 96)))
NOBODY = pl.DataFrame(schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")})
Series = tuple[str, str]
Rate = Callable[[int], dict[Series, int]]
EN, PT = ("language", "en"), ("language", "pt")


def piece(bin_: int, counts: dict[Series, int], sources: Iterable[Arrived] | None = None) -> Piece:
    total = sum(counts.values())
    arrived = [Arrived("one", total, 1.0)] if total and sources is None else list(sources or [])
    return Piece(NOBODY, {(bin_, series): n for series, n in counts.items()}, arrived)


def steady(seed: int, *series: Series, mean: float = 10.0) -> Rate:
    def counts(i: int) -> dict[Series, int]:
        rng = np.random.default_rng([seed, i])
        return {one: int(rng.poisson(mean)) for one in series}

    return counts


def walk(stream: SurgeStream, rate: Rate, first: int, last: int) -> list[tuple[int, StreamFindings]]:
    return [(i, stream.step(START + i, piece(START + i, rate(i)))) for i in range(first, last)]


def openings(steps: list[tuple[int, StreamFindings]]) -> list[Surge]:
    return [s for _, found in steps for s in found.surges if s.surge_id in found.opened]


def louder(rate: Rate, first: int, last: int, factor: int, series: Series = EN) -> Rate:
    def counts(i: int) -> dict[Series, int]:
        found = rate(i)
        return {**found, series: found[series] * factor} if first <= i < last else found

    return counts


def test_a_series_that_grows_tenfold_opens_once_and_closes() -> None:
    rate = louder(steady(1, EN, PT), 400, 424, 10)
    steps = walk(SurgeStream(PARAMS), rate, 0, 520)
    (opened,) = [s for s in openings(steps) if s.opened_at >= (START + 390) * BIN_US]
    assert (opened.series_kind, opened.series_key) == EN
    assert opened.opened_at <= (START + 404) * BIN_US
    closed = [s for _, found in steps for s in found.surges if s.surge_id == opened.surge_id][-1]
    assert closed.closed_at is not None
    assert closed.reason == "quiet"
    assert closed.low <= closed.expected <= closed.high < closed.observed


def test_a_new_level_alarms_once_and_is_learned() -> None:
    rate = louder(steady(2, EN), 400, 10_000, 8)
    found = [s for s in openings(walk(SurgeStream(PARAMS), rate, 0, 800)) if s.opened_at >= (START + 400) * BIN_US]
    assert len(found) == 1


def test_nothing_opens_on_zero_above_zero_or_before_anything_is_known() -> None:
    quiet = walk(SurgeStream(PARAMS), lambda i: {EN: 0}, 0, 300)
    loud = walk(SurgeStream(PARAMS), steady(3, EN, mean=200), 0, DENSE.grace)
    assert openings(quiet) == []
    assert openings(loud) == []


def test_a_series_that_starts_today_has_no_past_to_leave() -> None:
    def rate(i: int) -> dict[Series, int]:
        return {**steady(4, EN)(i), **({PT: 30} if i >= 400 else {})}

    steps = walk(SurgeStream(PARAMS), rate, 0, 480)
    assert [s for s in openings(steps) if s.series_key == "pt"] == []


def test_a_dead_feed_is_no_silence_and_its_return_no_surge() -> None:
    stream, rate = SurgeStream(PARAMS), steady(5, EN)
    before = walk(stream, rate, 0, 3 * 288 + 20)
    dead = walk(stream, lambda i: {}, 3 * 288 + 20, 3 * 288 + 60)
    back = walk(stream, rate, 3 * 288 + 60, 3 * 288 + 140)
    drops = [d for _, found in dead for d in found.drops]
    assert [(d.series_kind, d.series_key, d.reason) for d in drops] == [("source", "all", "dead_feed")]
    assert [d.closed_at is not None for _, found in back for d in found.drops] == [True]
    assert openings(back) == []
    assert openings(before[-288:]) == []


def test_a_series_that_falls_silent_is_a_drop_and_comes_back() -> None:
    def rate(i: int) -> dict[Series, int]:
        counts = steady(6, EN, PT)(i)
        return {**counts, PT: 0} if 920 <= i < 950 else counts

    drops = [d for _, found in walk(SurgeStream(PARAMS), rate, 0, 1000) for d in found.drops]
    assert [(d.series_key, d.reason, d.closed_at is None) for d in drops] == [
        ("pt", "drop", True),
        ("pt", "drop", False),
    ]


def test_a_collection_that_stops_is_named_and_explains_what_fell() -> None:
    stream, found = SurgeStream(PARAMS), []
    for i in range(980):
        counts = steady(7, EN, PT)(i)
        two = 0 if i >= 920 else counts[PT]
        sources = [Arrived("one", counts[EN], 1.0)] + ([Arrived("two", two, 1.0)] if two else [])
        found += stream.step(START + i, piece(START + i, {EN: counts[EN], PT: two}, sources)).drops
    assert {(d.series_kind, d.series_key, d.reason) for d in found} == {
        ("source", "two", "coverage"),
        ("language", "pt", "coverage"),
    }
    assert stream.sources.changed() == ["two"]


def test_a_collection_that_samples_less_is_a_change_of_coverage() -> None:
    stream, found = SurgeStream(PARAMS), []
    for i in range(980):
        few = i >= 920
        counts = {EN: 1 if few else steady(8, EN)(i)[EN]}
        found += stream.step(
            START + i, piece(START + i, counts, [Arrived("one", counts[EN], 0.1 if few else 1.0)])
        ).drops
    assert [d.reason for d in found if d.closed_at is None] == ["coverage"]


def test_late_counts_open_at_their_own_bin_and_amend_what_is_open() -> None:
    stream, rate = SurgeStream(PARAMS), steady(9, EN)
    walk(stream, rate, 0, 400)
    late = piece(START + 400, rate(400))
    late.counts[START + 390, EN] = 150
    (opened,) = stream.step(START + 400, late).surges
    assert opened.opened_at == (START + 390) * BIN_US
    assert opened.decided_at == (START + 401) * BIN_US
    more = piece(START + 401, rate(401))
    more.counts[START + 390, EN] = 7
    versions = [s for s in stream.step(START + 401, more).surges if s.surge_id == opened.surge_id]
    assert versions[-1].observed >= opened.observed + 7
    assert (versions[-1].opened_at, versions[-1].p_value) == (opened.opened_at, opened.p_value)


def test_a_look_opens_sooner_and_the_close_of_the_bin_confirms_it() -> None:
    plain, looked = SurgeStream(PARAMS), SurgeStream(PARAMS)
    rate = louder(steady(10, EN), 400, 424, 10)
    expected = walk(plain, rate, 0, 460)
    steps = walk(looked, rate, 0, 400)
    early = []
    for i in range(400, 460):
        counts = rate(i)
        half = looked.look(START + i, piece(START + i, {EN: counts[EN] // 2}))
        early += [s.surge_id for s in half.surges]
        steps.append((i, looked.step(START + i, piece(START + i, counts))))
    assert {s.surge_id for s in openings(expected)} <= {s.surge_id for s in openings(steps)} | set(early)
    last = {s.surge_id: s for _, found in expected for s in found.surges}
    assert {s.surge_id: (s.observed, s.closed_at, s.p_value) for _, f in steps for s in f.surges} == {
        k: (s.observed, s.closed_at, s.p_value) for k, s in last.items()
    }


def test_a_look_that_the_bin_does_not_confirm_is_withdrawn() -> None:
    stream, rate = SurgeStream(PARAMS), steady(11, EN)
    walk(stream, rate, 0, 400)
    (early,) = stream.look(START + 400, piece(START + 400, {EN: 400})).surges
    (closed,) = stream.step(START + 400, piece(START + 400, rate(400))).surges
    assert (closed.surge_id, closed.reason) == (early.surge_id, "withdrawn")


def test_places_are_bounded_and_reused() -> None:
    params = StreamParams(dense=DENSE, sparse=PARAMS.sparse, max_series=4, max_names=50)

    def rate(i: int) -> dict[Series, int]:
        wave = i // 400
        return {("language", f"l{wave}-{k}"): 5 for k in range(4)} | {("language", f"once{i}"): 1}

    stream = SurgeStream(params)
    walk(stream, rate, 0, 1590)
    assert sorted(key for _, key in stream.counted.followed) == [f"l3-{k}" for k in range(4)]
