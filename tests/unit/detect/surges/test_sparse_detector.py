"""The sparse detector as a whole: what opens, what does not, and that neither order nor batches matter."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.detect.surges.make import SMALL, START, Row, at, background, crowd, frame
from veille.detect.surges.looks import StepResult
from veille.detect.surges.records import Surge, insistent_frame, surges_frame
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.sparse.panel import PanelResult, run_panel

ONSET = 200 * 300


def surges(result: PanelResult) -> list[Surge]:
    return result.surges


def binned(rows: list[Row]) -> dict[int, list[Row]]:
    out: dict[int, list[Row]] = {}
    for row in rows:
        out.setdefault(START + row[2] // 300, []).append(row)
    return out


def test_a_target_nobody_mentioned_before_opens_within_the_first_mentions() -> None:
    result = run_panel(frame(background(1) + crowd("cold", ONSET, 20, 1200)), SMALL)
    (found,) = [s for s in surges(result) if s.series_key == "cold"]
    delay = found.opened_at / 1e6 - (START * 300 + ONSET)
    assert 0 <= delay <= 600
    assert found.observed == 20
    assert found.accounts == 20
    assert found.q_value <= SMALL.q
    assert found.closed_at is not None
    assert found.low <= found.expected <= found.high < found.observed
    assert len(surges_frame(surges(result))) == len(surges(result))


def test_the_background_opens_nothing() -> None:
    assert surges(run_panel(frame(background(2)), SMALL)) == []


def test_a_few_accounts_that_repeat_themselves_are_insistent_and_no_surge() -> None:
    asked: list[Row] = [("calm", f"again{i % 2}", ONSET + 60 * i) for i in range(20)]
    result = run_panel(frame(background(3) + asked), SMALL)
    assert surges(result) == []
    assert sorted(f.account_id for f in result.insistent) == ["again0", "again1"]
    assert [f.requests for f in result.insistent] == [10, 10]
    assert {f.target_id for f in result.insistent} == {"calm"}
    assert len(insistent_frame(result.insistent)) == 2


def test_an_insistent_account_within_a_crowd_is_found_as_well() -> None:
    asked: list[Row] = [("cold", "again", ONSET + 60 * i) for i in range(4)]
    result = run_panel(frame(background(4) + crowd("cold", ONSET, 20, 1200) + asked), SMALL)
    assert [s.series_key for s in surges(result)] == ["cold"]
    assert [f.account_id for f in result.insistent] == ["again"]


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 1000))
def test_the_order_of_events_does_not_matter(seed: int) -> None:
    rows = background(seed) + crowd("cold", ONSET, 15, 900)
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert surges(run_panel(frame(rows), SMALL)) == surges(run_panel(frame(shuffled), SMALL))


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 1000), st.integers(201, 280))
def test_what_was_decided_does_not_depend_on_what_came_later(seed: int, cut: int) -> None:
    rows = background(seed) + crowd("cold", ONSET, 15, 900) + crowd("other", ONSET + 6000, 15, 900)
    opened: list[list[tuple[str, int, float]]] = []
    for some in (rows, [r for r in rows if r[2] < cut * 300]):
        seen: list[tuple[str, int, float]] = []

        def note(bin_: int, result: StepResult, seen: list[tuple[str, int, float]] = seen) -> None:
            if bin_ < START + cut:
                seen.extend((s.surge_id, s.opened_at, s.p_value) for s in result.opened)

        run_panel(frame(some), SMALL, on_step=note)
        opened.append(seen)
    assert opened[0] == opened[1]


def test_early_looks_open_sooner_and_change_nothing() -> None:
    rows = background(5) + crowd("cold", ONSET, 40, 1200)
    usual = run_panel(frame(rows), SMALL)
    detector = SparseDetector(SMALL)
    opened: list[Surge] = []
    early = 0
    for bin_, mine in sorted(binned(rows).items()):
        mine.sort(key=lambda r: r[2])
        for i in range(len(mine)):
            result = detector.step(bin_, frame(mine[i : i + 1]), final=False)
            early += len(result.opened)
            opened += result.opened
        opened += detector.step(bin_, frame([])).opened
    assert early == 1
    assert [(s.surge_id, s.opened_at) for s in opened] == [(s.surge_id, s.opened_at) for s in surges(usual)]


def test_late_events_amend_a_surge_and_never_rewrite_its_opening() -> None:
    rows = background(6) + crowd("cold", ONSET, 20, 900)
    late = [("cold", f"late{i}", ONSET + 30) for i in range(5)]
    detector = SparseDetector(SMALL)
    opened, amended = [], []
    for bin_, mine in sorted(binned(rows).items()):
        extra = late if bin_ == START + 240 else []
        result = detector.step(bin_, frame(mine + extra))
        opened += [s for s in result.opened if s.series_key == "cold"]
        if extra:
            amended = [s for s in result.updated if s.series_key == "cold"]
    (first,), (last,) = opened, amended
    assert last.observed == 25
    assert last.version > first.version
    kept = ("surge_id", "opened_at", "decided_at", "since", "p_value", "q_value", "score")
    assert [getattr(first, k) for k in kept] == [getattr(last, k) for k in kept]


def test_a_restated_bin_can_open_a_surge() -> None:
    detector = SparseDetector(SMALL)
    opened = []
    for bin_, mine in sorted(binned(background(7)).items()):
        extra = crowd("cold", ONSET, 20, 290) if bin_ == START + 230 else []
        opened += detector.step(bin_, frame(mine + extra)).opened
    assert [s.series_key for s in opened] == ["cold"]
    assert opened[0].opened_at < at(ONSET + 300).timestamp() * 1e6
    assert opened[0].decided_at == (START + 231) * 300 * 1_000_000


def test_a_new_level_alarms_once_then_is_learned() -> None:
    params = SMALL.__class__(grace=96, guard=96, windows=(1, 12, 96), relearn=144)
    shift = crowd("busy", ONSET, 400 * 5, 400 * 300)  # five a bin, for ever
    result = run_panel(frame(background(8, bins=600) + shift), params)
    mine = [s for s in surges(result) if s.series_key == "busy"]
    assert len(mine) == 1
    assert mine[0].reason == "new_level"


def test_one_surge_is_one_opening_and_a_second_one_later_is_another() -> None:
    rows = background(9) + crowd("cold", ONSET, 30, 1800) + crowd("cold", ONSET + 50 * 300, 60, 1800)
    found = [s for s in surges(run_panel(frame(rows), SMALL)) if s.series_key == "cold"]
    assert len(found) == 2
    assert len({s.surge_id for s in found}) == 2


def test_nothing_opens_before_anything_is_known() -> None:
    assert surges(run_panel(frame(crowd("cold", 0, 30, 1200)), SMALL)) == []


def test_bins_left_out_are_silence_and_dead_bins_are_not() -> None:
    quiet, dead = SparseDetector(SMALL), SparseDetector(SMALL)
    rows = [r for r in background(10, bins=384, rate=0.05) if not 100 * 300 <= r[2] < 196 * 300]
    for bin_ in range(START, START + 384):
        mine = frame(binned(rows).get(bin_, []))
        quiet.step(bin_, mine)
        dead.step(bin_, mine, observed=not 100 <= bin_ - START < 196)
    assert dead.learning.baseline.exposure < quiet.learning.baseline.exposure


def test_a_bin_that_is_closed_cannot_be_stepped_again() -> None:
    detector = SparseDetector(SMALL)
    detector.step(START + 1, frame([]))
    with pytest.raises(ValueError, match="already closed"):
        detector.step(START, frame([]))


def test_a_file_without_usable_events_is_refused() -> None:
    with pytest.raises(ValueError, match="no events"):
        run_panel(frame([]).with_columns(pl.lit(None, pl.String).alias("target_id")), SMALL)
