"""Shares from a model's labels and people's codes: coverage, refusals, weights, clusters, extremes."""

import random
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from veille.detect.estimate.estimate import Estimate, estimate
from veille.detect.estimate.frame import Frame, build

Floats = npt.NDArray[np.float64]
ROWS = 300
KINDS = ("ask", "joke", "help", "rude", "other")


class World:
    """Rows whose model errs by kind, with a text that mostly tells the truth."""

    def __init__(self, seed: int, *, share: float = 0.4, error: float = 0.1, rows: int = ROWS) -> None:
        rng = np.random.default_rng(seed)
        self.kinds = [KINDS[at] for at in rng.integers(0, len(KINDS), rows)]
        odd = np.array([kind == "rude" for kind in self.kinds])
        self.truth = (rng.random(rows) < np.where(odd, 0.9, share)).astype(float)
        wrong = rng.random(rows) < np.where(odd, 3 * error, error / 2)
        self.labels = [str(int(value)) for value in np.where(wrong, 1 - self.truth, self.truth)]
        said = np.where(rng.random(rows) < 0.1, 1 - self.truth, self.truth)
        filler = random.Random(seed)
        self.texts = [
            f"{'sorry, that is not possible' if one else 'here is what you asked for'} {filler.choice('abcdefgh')} "
            f"word{filler.randrange(40)} word{filler.randrange(40)}"
            for one in said
        ]

    def frame(self, **more: object) -> Frame:
        return build(self.labels, "1", frozenset("01"), texts=self.texts, kinds=self.kinds, **more)  # type: ignore[arg-type]

    def codes(self, rng: np.random.Generator, count: int, among: list[str] | None = None) -> Floats:
        pool = [row for row, kind in enumerate(self.kinds) if among is None or kind in among]
        chosen = rng.choice(pool, count, replace=False)
        codes = np.full(len(self.truth), np.nan)
        codes[chosen] = self.truth[chosen]
        return codes


def holds(result: Estimate, truth: float) -> bool:
    share = result.corrected
    return share.value is not None and share.low - 1e-9 <= truth <= share.high + 1e-9


@pytest.mark.parametrize(("share", "error"), [(0.05, 0.01), (0.05, 0.4), (0.4, 0.0), (0.4, 0.1)])
def test_the_interval_holds_the_truth(share: float, error: float) -> None:
    rng = np.random.default_rng(7)
    world = World(3, share=share, error=error)
    frame = world.frame()
    results = [estimate(frame, world.codes(rng, 60), by_kind=False) for _ in range(120)]
    assert np.mean([holds(one, world.truth.mean()) for one in results]) >= 0.91  # two standard errors below .95
    assert abs(np.mean([one.corrected.value for one in results if one.corrected.value]) - world.truth.mean()) < 0.015


def test_label_kind_and_text_each_make_it_narrower_and_a_useless_model_costs_little() -> None:
    world, rng = World(5, error=0.15), np.random.default_rng(1)
    noise = [str(rng.integers(0, 2)) for _ in world.labels]
    known = frozenset("01")
    frames = {
        "all": world.frame(),
        "label": build(world.labels, "1", known),
        "noise": build(noise, "1", known),
    }
    width: dict[str, list[float]] = {"all": [], "label": [], "noise": [], "people": []}
    for _ in range(60):
        codes = world.codes(rng, 80)
        for name, frame in frames.items():
            result = estimate(frame, codes, by_kind=False)
            width[name].append(result.corrected.high - result.corrected.low)
        width["people"].append(result.people_alone.high - result.people_alone.low)
    median = {name: float(np.median(found)) for name, found in width.items()}
    assert median["all"] < 0.95 * median["label"] < 0.9 * median["people"]
    assert median["noise"] < 1.12 * median["people"]


def test_a_kind_without_codes_is_refused_in_every_draw() -> None:
    world, rng = World(2), np.random.default_rng(4)
    frame, coded = world.frame(), ["ask", "joke", "help"]
    for _ in range(20):
        result = estimate(frame, world.codes(rng, 60, coded))
        assert result.corrected.value is None
        assert "no code in 2 kinds" in (result.corrected.refused or "")
        assert result.corrected.low <= world.truth.mean() <= result.corrected.high
        by_kind = {one.kind: one for one in result.kinds}
        assert {name for name, one in by_kind.items() if one.corrected.value is None} >= {"rude", "other"}
        assert (by_kind["rude"].corrected.low, by_kind["rude"].corrected.high) == (0.0, 1.0)
        assert by_kind["ask"].people_alone.value is not None


def test_a_small_kind_that_a_random_draw_leaves_out_is_told_and_not_refused() -> None:
    world = World(2)
    world.kinds[0] = "once"
    codes = world.codes(np.random.default_rng(1), 60, list(KINDS))
    result = estimate(world.frame(), codes)
    assert result.corrected.value is not None
    assert "once" in result.notes[0]
    assert next(one for one in result.kinds if one.kind == "once").corrected.refused


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("codes", [5, 29, 60])
@pytest.mark.parametrize("clustered", [False, True])
def test_none_or_all_of_n_gives_an_interval(value: float, codes: int, clustered: bool) -> None:
    clusters = [str(row // 3) for row in range(ROWS)] if clustered else None
    coded = np.full(ROWS, np.nan)
    coded[: codes * 3 : 3] = value
    result = estimate(build([str(int(value))] * ROWS, "1", frozenset("01"), clusters=clusters), coded)
    for share in (result.people_alone, result.corrected):
        assert share.value == value
        assert share.high - share.low > 0.3 / codes
        assert 0.0 <= share.low < share.high <= 1.0
    assert "people alone" in result.method


@pytest.mark.parametrize("codes", range(5))
def test_too_few_codes_are_refused_with_what_is_possible(codes: int) -> None:
    coded = np.full(ROWS, np.nan)
    coded[:codes] = 1.0
    result = estimate(build(["1"] * ROWS, "1", frozenset("01")), coded)
    assert result.corrected.value is None
    assert "at least 5 are needed" in (result.corrected.refused or "")
    assert (result.corrected.low, result.corrected.high) == (codes / ROWS, 1.0)
    assert result.model_alone.value == 1.0


def test_everything_coded_has_no_error() -> None:
    world = World(1)
    result = estimate(world.frame(), world.truth)
    assert result.corrected.value == result.corrected.low == result.corrected.high == pytest.approx(world.truth.mean())


def test_weights_undo_an_unequal_draw() -> None:
    world, rng = World(9, error=0.2), np.random.default_rng(3)
    chance = np.where(np.array(world.labels) == "1", 0.35, 0.1)
    frame, unweighted = world.frame(weights=1 / chance), world.frame()
    weighted, naive = [], []
    for _ in range(100):
        codes = np.where(rng.random(ROWS) < chance, world.truth, np.nan)
        weighted.append(estimate(frame, codes, by_kind=False))
        naive.append(estimate(unweighted, codes, by_kind=False))
    truth = world.truth.mean()
    assert np.mean([holds(one, truth) for one in weighted]) >= 0.91
    people = np.mean([one.people_alone.value for one in weighted if one.people_alone.value is not None])
    assert abs(people - truth) < 0.02
    assert abs(np.mean([one.people_alone.value for one in naive if one.people_alone.value is not None]) - truth) > 0.1
    assert np.mean([one.people_alone.low <= truth <= one.people_alone.high for one in weighted]) >= 0.91


def test_whole_clusters_coded_widen_the_interval() -> None:
    rng = np.random.default_rng(6)
    targets, size, drawn = 80, 6, 25
    clusters = [str(row // size) for row in range(targets * size)]
    covered, widths = {"alone": 0, "together": 0}, {"alone": 0.0, "together": 0.0}
    for _ in range(120):
        truth = np.repeat(rng.random(targets) < 0.4, size).astype(float)
        wrong = np.repeat(rng.random(targets) < 0.15, size)
        labels = [str(int(value)) for value in np.where(wrong, 1 - truth, truth)]
        chosen = np.isin(np.arange(targets * size) // size, rng.choice(targets, drawn, replace=False))
        codes = np.where(chosen, truth, np.nan)
        for name, given in (("alone", None), ("together", clusters)):
            result = estimate(build(labels, "1", frozenset("01"), clusters=given), codes)
            covered[name] += holds(result, truth.mean())
            widths[name] += result.corrected.high - result.corrected.low
    assert covered["together"] >= 0.9 * 120 > 0.85 * 120 > covered["alone"]
    assert widths["together"] > 1.5 * widths["alone"]


def test_too_few_clusters_are_refused() -> None:
    coded = np.full(ROWS, np.nan)
    coded[:60] = [0.0, 1.0] * 30
    clusters = [str(row // 20) for row in range(ROWS)]
    result = estimate(build(["1"] * ROWS, "1", frozenset("01"), clusters=clusters), coded)
    assert result.corrected.refused == "3 clusters: at least 5 are needed"


def test_unreadable_labels_are_missing_and_bound_the_model() -> None:
    labels: list[str | None] = [*["yes"] * 6, "no", " NO ", "I am sorry, but I cannot judge that.", None]
    result = estimate(build(labels, "yes", frozenset({"yes", "no"})), np.full(10, np.nan))
    alone = result.model_alone
    assert (alone.value, alone.low, alone.high) == (0.75, 0.6, 0.8)


def test_probabilities_are_read_as_such() -> None:
    world, rng = World(4), np.random.default_rng(2)
    labels = [f"{min(max(rng.normal(0.2 + 0.6 * value, 0.1), 0), 1):.3f}" for value in world.truth]
    result = estimate(build(labels, "1", frozenset("01")), world.codes(rng, 80))
    assert result.model_alone.value == pytest.approx(np.mean([float(label) for label in labels]))
    assert result.corrected.high - result.corrected.low < 0.6 * (result.people_alone.high - result.people_alone.low)
    assert holds(result, world.truth.mean())


def test_the_order_of_rows_and_the_names_of_labels_change_little() -> None:
    world, rng = World(8), np.random.default_rng(2)
    codes = world.codes(rng, 80)
    usual = estimate(world.frame(), codes).corrected
    renamed = build(
        [{"1": "Sì", "0": "nein"}[one] for one in world.labels],
        "sì",
        frozenset({"sì", "nein"}),
        texts=world.texts,
        kinds=world.kinds,
    )
    assert estimate(renamed, codes).corrected == usual
    order = rng.permutation(ROWS)
    take = partial(lambda cells: [cells[row] for row in order])
    moved = build(take(world.labels), "1", frozenset("01"), texts=take(world.texts), kinds=take(world.kinds))
    other = estimate(moved, codes[order]).corrected
    assert (other.value, other.low, other.high) == pytest.approx((usual.value, usual.low, usual.high), abs=1e-6)
