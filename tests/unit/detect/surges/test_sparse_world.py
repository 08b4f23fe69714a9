"""What the sparse detector knows of the feed as a whole: threads, its level, and who may be forgotten."""

import numpy as np

from tests.unit.detect.surges.make import SMALL, START, Row, background, crowd, frame
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.sparse.episodes import EpisodeSizes, episodes
from veille.detect.surges.sparse.level import FeedLevel
from veille.detect.surges.sparse.names import NameTable, idle
from veille.detect.surges.sparse.panel import run_panel
from veille.detect.surges.sparse.params import SparseParams


def test_mentions_within_an_hour_of_each_other_are_one_episode() -> None:
    series = np.array([1, 1, 1, 1, 2])
    bins = np.array([5, 0, 12, 40, 12], dtype=np.int32)
    found = episodes(series, bins, np.array([0, 1, 0, 0, 2]))
    assert found.series.tolist() == [1, 1, 2]
    assert list(zip(found.first.tolist(), found.last.tolist(), strict=True)) == [(0, 12), (40, 40), (12, 12)]
    assert found.accounts.tolist() == [2, 1, 1]


def test_the_tail_of_episodes_is_that_of_their_body_and_ignores_a_few_surges() -> None:
    sizes = np.random.default_rng(0).geometric(0.5, 20_000)
    plain, with_surges = EpisodeSizes(1000.0), EpisodeSizes(1000.0)
    plain.learn(sizes, 12)
    with_surges.learn(np.concatenate([sizes, np.full(100, 40)]), 12)
    assert 0.4 < plain.table[12] / plain.table[11] < 0.6
    assert with_surges.table[12] < 3 * plain.table[12]
    assert (np.diff(plain.table[1:]) <= 0).all()


def test_threads_that_are_common_open_nothing_and_a_larger_crowd_does() -> None:
    def thread(i: int, size: int) -> list[Row]:
        first = 3600 + i * 240
        return [(f"th{i}", f"a{i}-{k}", first + 280 * k) for k in range(size)]

    rng = np.random.default_rng(5)
    threads = [row for i in range(420) for row in thread(i, min(8, int(rng.geometric(0.45))))]
    found = run_panel(frame(background(12, bins=384) + threads + crowd("cold", 300 * 300, 30, 1800)), SMALL)
    late = {s.series_key for s in found.surges if s.opened_at >= (START + 300) * 300_000_000}
    assert "cold" in late
    assert len(late) <= 10  # of some twenty threads of five and more


def test_when_everybody_is_mentioned_more_nobody_surges() -> None:
    calm = background(13, bins=384, targets=600, rate=0.004)
    rng = np.random.default_rng(1)
    first, count = 300 * 300, 600 * 12
    louder: list[Row] = [
        (f"t{t}", f"x{i}", first + int(s))
        for i, (t, s) in enumerate(zip(rng.integers(0, 600, count), rng.integers(0, 84 * 300, count), strict=True))
    ]
    found = [s for s in run_panel(frame(calm + louder), SMALL).surges if s.opened_at >= (START + 312) * 300_000_000]
    assert len({s.series_key for s in found}) < 30


def test_the_level_of_the_feed_counts_targets_and_not_events() -> None:
    level = FeedLevel((1, 12), 1000.0)
    for end in range(0, 240, 12):
        level.hold(end, 1000, np.array([10.0, 50.0]))
    level.learn(240, 12)
    assert level.factor(np.array([10.0, 50.0])).tolist() == [1.0, 1.0]
    assert level.factor(np.array([40.0, 20.0])).tolist() == [3.0, 1.0]


def test_numbers_are_given_again_and_taking_them_back_leaves_no_trace() -> None:
    names: NameTable[str] = NameTable()
    assert names.numbers(["b", "a", "b"]).tolist() == [1, 0, 1]
    names.drop([0])
    assert (len(names), names.size) == (1, 2)
    first = names.numbers(["z", "y"]).tolist()
    names.undo(["y", "z"])
    assert names.numbers(["z", "y"]).tolist() == first
    assert names.known(["a", "b"]) == {"b"}


def test_idle_series_go_and_the_least_mentioned_go_first() -> None:
    params = SparseParams(forget=2000, max_series=100)
    last = np.full(200, 9_000, dtype=np.int32)
    last[:20] = 7_000  # silent for longer than `forget`
    last[20:120] = 9_000 - 600
    counts = np.arange(200, dtype=float)
    gone = idle(last, counts, 9_500, 200, params)
    assert gone.tolist() == list(range(105))
    assert idle(last, counts, 9_500, 90, params).tolist() == list(range(20))


def test_memory_follows_the_targets_that_are_mentioned() -> None:
    params = SparseParams(grace=96, guard=96, windows=(1, 12, 96), forget=300, max_series=100_000)
    detector = SparseDetector(params)
    sizes = []
    for i in range(1500):
        detector.step(START + i, frame([(f"once{i}-{k}", f"a{i}", i * 300) for k in range(5)]))
        sizes.append(detector.known.names.size)
    assert sizes[-1] == sizes[700]
    assert len(detector.known.names) < 5 * 320
