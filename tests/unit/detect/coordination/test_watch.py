"""Clusters as time goes on: what a full hour decides depends on the mentions alone."""

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.detect.coordination.planted import START, frame, strangers, strikes
from veille.detect.coordination.strength import COLUMNS
from veille.detect.coordination.watch import HOUR, CoordinationPlan, CoordinationWatch, Turn, is_due

DAY = timedelta(days=1)
DAYS = 5
PLAN = CoordinationPlan(long_span=4 * DAY, quiet=3 * DAY)
STEP = 4 * HOUR
SLOW = settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _mentions(seed: int) -> pl.DataFrame:
    """Strangers, and two groups: one within a day, one over four."""
    quick = [(f"x{a[1:]}", f"quick{t[1:]}", s / 6 + 3600) for a, t, s in strikes(seed + 1)]
    return frame(strangers(seed, 4000, 1000, 400) + strikes(seed) + quick)


def _live(
    mentions: pl.DataFrame,
    start: datetime = START,
    before: Callable[[CoordinationWatch, datetime], CoordinationWatch] | None = None,
) -> list[Turn]:
    """Each mention comes in the hours in which it happened."""
    watch, turns = CoordinationWatch(plan=PLAN), []
    for number in range(DAYS * 6):
        at = start + number * STEP
        watch.add(mentions.filter(pl.col("occurred_at").is_between(at, at + STEP, closed="left")))
        if before is not None:
            watch = before(watch, at)
        turns.append(watch.step(at + STEP))
    return turns


def _same(one: list[Turn], other: list[Turn]) -> bool:
    return len(one) == len(other) and all(_plain(a) == _plain(b) for a, b in zip(one, other, strict=True))


def _plain(turn: Turn) -> tuple[object, ...]:
    strength = {n: (s.p_value, s.edges.rows(), s.sensitivity) for n, s in turn.strength.items()}
    return turn.at, turn.clusters, strength, turn.changes


def _groups(turns: list[Turn]) -> set[frozenset[str]]:
    known = {c.cluster_id: c for t in turns for c in t.clusters}
    return {frozenset(c.members) for c in known.values() if c.tier == "validated"}


def test_both_groups_are_found_each_under_one_id() -> None:
    turns = _live(_mentions(1))
    assert sorted(sorted({name[0] for name in g}) for g in _groups(turns)) == [["g"], ["x"]]
    assert sum(c.event == "born" for t in turns for c in t.changes) == 2
    quick = next(t for t in turns if any("x00" in c.members for c in t.clusters))
    assert quick.at < START + DAY  # by the short window, long before midnight


@SLOW
@given(seed=st.integers(0, 1000))
def test_order_duplicates_and_when_they_were_added_do_not_matter(seed: int) -> None:
    mentions = _mentions(seed)
    mixed = pl.concat([mentions, mentions.head(50)]).sample(fraction=1.0, shuffle=True, seed=seed)
    watch = CoordinationWatch(plan=PLAN)
    watch.add(mixed)
    at_once = [watch.step(START + n * STEP) for n in range(1, DAYS * 6 + 1)]
    assert _same(at_once, _live(mentions))


@SLOW
@given(seed=st.integers(0, 1000))
def test_early_looks_and_moving_to_another_process_change_nothing(seed: int) -> None:
    mentions = _mentions(seed)

    def disturbed(watch: CoordinationWatch, at: datetime) -> CoordinationWatch:
        watch.look(at + STEP / 3)
        watch.look(at + STEP / 2)
        moved: CoordinationWatch = pickle.loads(pickle.dumps(watch))
        return moved

    assert _same(_live(mentions, before=disturbed), _live(mentions))


def test_other_names_and_another_week_give_the_same_groups() -> None:
    mentions = _mentions(3)
    renamed = mentions.with_columns(("z" + pl.col("account_id").str.reverse()).alias("account_id"))
    later = mentions.with_columns(pl.col("occurred_at") + 7 * DAY)
    groups = _groups(_live(mentions))
    assert _groups(_live(later, START + 7 * DAY)) == groups
    assert _groups(_live(renamed)) == {frozenset("z" + name[::-1] for name in group) for group in groups}


@SLOW
@given(seed=st.integers(0, 1000), when=st.integers(0, 4 * 86_400 - 1), who=st.sampled_from(["a000", "g00", "newcomer"]))
def test_a_mention_of_an_untouched_target_makes_no_edge_elsewhere(seed: int, when: int, who: str) -> None:
    mentions = _mentions(seed)
    more = pl.concat([mentions, frame([(who, "untouched", float(when))])])
    assert _edges(_live(more)) <= _edges(_live(mentions))


def _edges(turns: list[Turn]) -> set[tuple[str, str]]:
    frames = [s.edges for t in turns for s in t.strength.values()]
    return {pair for f in frames for pair in f.select("account_a", "account_b").iter_rows()}


def test_a_newborn_of_an_early_look_keeps_its_name() -> None:
    mentions, announced = _mentions(1), {}

    def look(watch: CoordinationWatch, at: datetime) -> CoordinationWatch:
        for minutes in (80, 160, 239):
            for one in watch.look(at + timedelta(minutes=minutes)).clusters:
                announced[one.cluster_id] = at
        return watch

    turns = _live(mentions, before=look)
    born = {c.cluster_id for t in turns for c in t.changes if c.event == "born"}
    assert announced
    assert set(announced) <= born


def test_evidence_only_grows() -> None:
    seen: dict[str, tuple[float, int]] = {}
    for turn in _live(_mentions(2)):
        for name, strength in turn.strength.items():
            now = strength.p_value, int(strength.edges["co_actions"].sum())
            assert list(strength.edges.columns) == list(COLUMNS)
            if name in seen:
                assert now[0] <= seen[name][0]
                assert now[1] >= seen[name][1]
            seen[name] = now


def test_the_long_window_is_due_from_midnight_on() -> None:
    assert [h for h in range(24) if is_due(START + h * HOUR, 6 * HOUR)] == [0, 6, 12, 18]
    assert not is_due(START + timedelta(minutes=5), HOUR)
