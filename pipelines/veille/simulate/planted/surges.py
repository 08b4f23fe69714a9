"""Surges on single targets by unrelated accounts, copycats after a protest, and accounts that insist alone."""

import numpy as np

from veille.simulate.planted.planner import Origin, Planner
from veille.simulate.rows import DAY_MS, HOUR_MS, MINUTE_MS

_MIX = (0.94, 0.06)  # sexualising, other edits
_NEW_ACCOUNTS = 0.3
_ACCOUNTS_PER_REQUEST = 0.85
_AFTERMATH = 0.15  # requests that trickle in over the next day, per request of the surge


def surges(planner: Planner) -> None:
    """On targets nobody has mentioned: every size of the plan, each several times; some are followed by copycats."""
    planted = planner.scenario.planted
    for number, size in enumerate(np.repeat(planted.sizes, planted.per_size).tolist()):
        identity, target = f"surge-{number:03d}", planner.new_target()
        span = _span(planner, size)
        onset = planner.moment(span + DAY_MS // 2)
        _burst(planner, Origin(source="attack", identity=identity, kind="surge", planned=size), target, onset, span)
        if size >= 20 and planner.rng.random() < planted.copycat_share:
            _copycats(planner, identity, target, onset + span, size)


def warm(planner: Planner) -> None:
    """On targets that are mentioned now and then."""
    for number in range(planner.scenario.planted.warm):
        size = planner.number(20, 150)
        span = _span(planner, size)
        origin = Origin(source="attack", identity=f"warm-{number:03d}", kind="warm", planned=size)
        _burst(planner, origin, planner.known_target(), planner.moment(span), span)


def insistent(planner: Planner) -> None:
    """One account, one target, again and again: within hours, a quarter of them over days."""
    rng = planner.rng
    for number in range(planner.scenario.planted.insistent):
        requests = planner.number(6, 30)
        span = planner.number(1, 3) * DAY_MS if rng.random() < 0.25 else planner.number(30, 420) * MINUTE_MS
        account = planner.new_accounts(1) if rng.random() < 0.4 else planner.world.accounts.anyone(rng, 1)
        target = planner.new_target() if rng.random() < 0.6 else planner.known_target()
        times = planner.moment(span) + np.sort(rng.integers(0, span, requests))
        planner.add(
            Origin(source="insistent", identity=f"insistent-{number:03d}", kind="insistent"),
            times,
            np.repeat(account, requests),
            target,
        )


def _span(planner: Planner, size: int) -> int:
    """Small surges take 10 to 50 minutes, the largest up to two hours."""
    return int(planner.rng.uniform(10, 50 if size < 100 else 120) * MINUTE_MS)


def _burst(planner: Planner, origin: Origin, target: int, onset: int, span: int) -> None:
    rng, size = planner.rng, origin.planned
    crowd = planner.crowd(max(3, round(size * _ACCOUNTS_PER_REQUEST)), _NEW_ACCOUNTS)[:size]
    account = np.concatenate([crowd, rng.choice(crowd, size - len(crowd))])
    times = onset + (rng.beta(1.1, 1.8, size) * span).astype(np.int64)
    times[0] = onset
    posts = np.array([planner.post() for _ in range(1 + size // 60)])
    planner.add(origin, times, account, target, classes=_MIX, parent=rng.choice(posts, size))
    later = rng.poisson(_AFTERMATH * size)
    if later:
        trickle = onset + span + (rng.exponential(8 * HOUR_MS, later)).astype(np.int64)
        trickle = trickle[trickle < planner.period.until]
        planner.add(None, trickle, planner.crowd(len(trickle), 0.2), target, classes=_MIX, parent=int(posts[0]))


def _copycats(planner: Planner, identity: str, target: int, after: int, size: int) -> None:
    """The target protests in public; a second burst follows (Reuters, 2 January)."""
    onset = after + planner.number(60, 360) * MINUTE_MS
    again = round(size * planner.rng.uniform(0.6, 1.6))
    span = _span(planner, again)
    if onset + span < planner.period.until:
        origin = Origin(
            source="attack", identity=f"copycat-of-{identity}", kind="copycat", planned=again, follows=identity
        )
        _burst(planner, origin, target, onset, span)
