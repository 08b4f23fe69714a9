"""Organic events that look like attacks or groups and are neither."""

import numpy as np

from veille.simulate.planted.planner import Origin, Planner
from veille.simulate.rows import DAY_MS, HOUR_MS, MINUTE_MS

# Shares of sexualising, other edit, question, other.
_PILE_ON_MIX, _VIRAL_MIX = (0.22, 0.40, 0.30, 0.08), (0.02, 0.15, 0.78, 0.05)
_FAN_MIX, _THREAD_MIX, _NEWS_MIX = (0.0, 0.55, 0.25, 0.20), (0.03, 0.12, 0.55, 0.30), (0.10, 0.30, 0.52, 0.08)


def pile_ons(planner: Planner) -> None:
    """A public figure is the talk of some hours: 150 to 600 mentions of every class by unrelated accounts."""
    for number in range(planner.scenario.planted.pile_ons):
        target = int(planner.public_figures(1)[0])
        _talk(
            planner,
            Origin(source="trap", identity=f"pile-on-{number:02d}", kind="pile_on"),
            target,
            planner.number(150, 600),
            _PILE_ON_MIX,
        )


def viral(planner: Planner) -> None:
    """A post by somebody unknown goes round: 30 to 300 mentions that ask whether it is true."""
    for number in range(planner.scenario.planted.viral):
        origin = Origin(source="trap", identity=f"viral-{number:02d}", kind="viral_question")
        _talk(planner, origin, planner.new_target(), planner.number(30, 300), _VIRAL_MIX)


def fan_clubs(planner: Planner) -> None:
    """30 to 50 fans of the same two or three public figures, in the same two hours of every day."""
    for number in range(planner.scenario.planted.fan_clubs):
        rng, days = planner.rng, int(planner.scenario.days)
        fans, hour = planner.squad(planner.number(30, 50)), planner.number(0, 21)
        favourites = planner.public_figures(planner.number(2, 3))
        comes = rng.random((days, len(fans))) < 0.3
        day, fan = np.repeat(np.nonzero(comes), rng.integers(1, 3, comes.sum()), axis=1)
        times = planner.period.since + day * DAY_MS + hour * HOUR_MS + rng.integers(0, 2 * HOUR_MS, len(day))
        target = rng.choice(favourites, len(day))
        parent = 1_000_000_000 + (number * 10_000 + day) * 1_000 + target % 1_000  # one post of each favourite a day
        planner.add(
            Origin(source="trap", identity=f"fan-club-{number:02d}", kind="fan_club"),
            times,
            fans[fan],
            target,
            classes=_FAN_MIX,
            parent=parent,
        )


def reply_all(planner: Planner) -> None:
    """A thread in which each reply names the same several people: one post, one mention for each of them."""
    for number in range(planner.scenario.planted.reply_all):
        rng, posts = planner.rng, planner.number(10, 35)
        people, named = planner.crowd(planner.number(4, 12), 0.05), planner.number(3, 8)
        targets = np.unique(planner.world.targets.pick(rng, rng.random(3 * named) < 0.6))[:named]
        span = planner.number(20, 120) * MINUTE_MS
        when = planner.moment(span) + np.sort(rng.integers(0, span, posts))
        who = rng.choice(people, posts)
        each = len(targets)
        rows = planner.add(
            Origin(source="trap", identity=f"reply-all-{number:02d}", kind="reply_all"),
            np.repeat(when, each),
            np.repeat(who, each),
            np.tile(targets, posts),
            classes=_THREAD_MIX,
        )
        for field in ("cls", "kind", "variant"):
            rows[field] = np.repeat(rows[field][::each], each)  # it is one post, so it says one thing
        rows["post"] = np.repeat(number * 1_000 + np.arange(posts), each)


def news(planner: Planner) -> None:
    """Eight to twelve people are in the news together: one crowd mentions several of them within six hours."""
    for number in range(planner.scenario.planted.news):
        rng = planner.rng
        targets = np.unique(planner.world.targets.pick(rng, rng.random(20) < 0.5))[: planner.number(8, 12)]
        crowd = planner.crowd(250, 0.1)
        account = np.repeat(crowd, rng.integers(1, 5, len(crowd)))
        times = planner.moment(6 * HOUR_MS) + (rng.beta(1.2, 2.2, len(account)) * 6 * HOUR_MS).astype(np.int64)
        target = rng.choice(targets, len(account))
        parent = 5_000_000 + number * 100_000 + target % 100_000
        planner.add(
            Origin(source="trap", identity=f"news-{number:02d}", kind="news"),
            times,
            account,
            target,
            classes=_NEWS_MIX,
            parent=parent,
        )


def _talk(planner: Planner, origin: Origin, target: int, size: int, mix: tuple[float, ...]) -> None:
    rng, span = planner.rng, planner.number(90, 360) * MINUTE_MS
    onset = planner.moment(span)
    times = onset + (rng.beta(1.2, 3.0, size) * span).astype(np.int64)
    crowd = planner.crowd(round(size * 0.9), 0.08)
    planner.add(origin, times, np.concatenate([crowd, rng.choice(crowd, size - len(crowd))]), target, classes=mix)
