"""The ring of two weeks: sums of hours that are carried on with each bin are those counted anew."""

import numpy as np
import pytest

from veille.detect.surges.stream.history import DAY, DAYS, HOUR, History

START = 5_000_000


def counted_anew(
    counts: dict[int, list[int]], unobserved: set[int], now: int, since: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """What `History.hours` says, from all counts: the last hour, and the same clock time of each day before."""

    def hour(row: int, end: int) -> float:
        return float(sum(counts.get(bin_, [0, 0])[row] for bin_ in range(end - HOUR + 1, end + 1)))

    def known(row: int, end: int) -> bool:
        bins = range(end - HOUR + 1, end + 1)
        return bins[0] >= since[row] and all(bin_ in counts and bin_ not in unobserved for bin_ in bins)

    days = [now - DAY * back for back in range(1, DAYS + 1)]
    past = [[hour(row, end) if known(row, end) else np.nan for end in days] for row in range(2)]
    return np.array([hour(row, now) for row in range(2)]), np.array(past)


@pytest.mark.parametrize("seed", [1, 2])
def test_hours_are_those_counted_anew_over_gaps_late_events_and_dead_feeds(seed: int) -> None:
    chance, history = np.random.default_rng(seed), History(1)
    history.grow(2)
    since = [START, START + 400]
    counts: dict[int, list[int]] = {}
    unobserved: set[int] = set()
    bin_ = START
    while bin_ < START + 16 * DAY:
        for row in (0, 1):
            if bin_ == since[row]:
                history.start(row, bin_)
        now = [int(chance.integers(0, 9)), int(chance.integers(0, 9)) if bin_ >= since[1] else 0]
        seen = bool(chance.random() > 0.002)
        counts[bin_] = now
        if not seen:
            unobserved.add(bin_)
        history.push(bin_, np.array(now, dtype=float), observed=seen)
        late = bin_ - int(chance.integers(1, 40))
        if chance.random() < 0.05 and late in counts:
            history.add(0, late, 3)
            counts[late][0] += 3
        if bin_ % 97 == 0:
            last, past = counted_anew(counts, unobserved, bin_, since)
            np.testing.assert_array_equal(history.hours()[1], past)
            complete = all(b in counts and b not in unobserved for b in range(bin_ - HOUR + 1, bin_ + 1))
            assert history.complete == complete
            np.testing.assert_array_equal(history.last_hour(), last)
        bin_ += 1 if chance.random() > 0.001 or bin_ < START + 401 else int(chance.integers(2, 30))
