"""What holds of every detector, whatever it looks for. A new one is added in subjects.py."""

import doctest
import importlib
import pkgutil
import random
import time

import pytest

from tests.unit.detect.subjects import SUBJECTS, Decided, Subject, by_bin
from veille import detect
from veille.detect.surges import multivariate

EVERY = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
EXAMPLES = [subject.module for subject in SUBJECTS] + [multivariate]


@pytest.fixture(scope="module")
def usual() -> dict[str, Decided]:
    """What each detector says of its world, bins in order, each in one go."""
    return {each.name: each.decide(each.world(1), each.bins, False) for each in SUBJECTS}


@EVERY
def test_it_finds_what_is_planted(subject: Subject, usual: dict[str, Decided]) -> None:
    assert any(subject.planted in finding for bin_ in usual[subject.name] for finding in bin_)


@EVERY
def test_what_was_decided_does_not_depend_on_what_comes_later(subject: Subject, usual: dict[str, Decided]) -> None:
    events, chance = subject.world(1), random.Random(1)
    found = [number for number, bin_ in enumerate(usual[subject.name]) if bin_]
    for cut in {found[0] + 1, chance.randrange(found[0] + 1, subject.bins)}:
        before = [event for event in events if event.bin < cut]
        assert subject.decide(before, cut, False) == usual[subject.name][:cut]


@EVERY
def test_the_order_of_events_within_a_bin_changes_nothing(subject: Subject, usual: dict[str, Decided]) -> None:
    events = subject.world(1)
    random.Random(2).shuffle(events)
    assert subject.decide(events, subject.bins, False) == usual[subject.name]


@EVERY
def test_batches_and_early_looks_change_nothing(subject: Subject, usual: dict[str, Decided]) -> None:
    assert subject.decide(subject.world(1), subject.bins, True) == usual[subject.name]


@EVERY
def test_in_a_larger_world_the_same_is_found_and_the_cost_grows_no_faster(subject: Subject) -> None:
    costs = {}
    for size in (1, 4):
        events = subject.world(size)
        started = time.thread_time()
        found = subject.decide(events, subject.bins, False)
        costs[size] = time.thread_time() - started
        assert any(subject.planted in finding for bin_ in found for finding in bin_), f"lost in {len(events)} events"
    assert costs[4] < 12 * costs[1] + 0.5, "four times the world costs more than three times as much for each event"


def test_the_worlds_have_events_in_most_bins() -> None:
    """Else the checks above would compare nothing with nothing."""
    for subject in SUBJECTS:
        filled = sum(bool(mine) for mine in by_bin(subject.world(1), subject.bins))
        assert filled > subject.bins * 0.6, subject.name


@pytest.mark.parametrize("module", EXAMPLES, ids=lambda module: module.__name__)
def test_its_example_runs(module: object) -> None:
    done = doctest.testmod(module)  # type: ignore[arg-type]
    assert done.attempted > 0, "a detector shows in its docstring how it is used"
    assert done.failed == 0


def test_all_other_examples_run_too() -> None:
    for found in pkgutil.walk_packages(detect.__path__, f"{detect.__name__}."):
        assert doctest.testmod(importlib.import_module(found.name)).failed == 0, found.name
