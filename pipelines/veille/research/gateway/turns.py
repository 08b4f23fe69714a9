"""Whose turn it is when places for queries are free. Pure: no clock, no files."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody waits for a place. lately: seconds that this person has held places lately. since: when the waiting began."""

    person: str
    lately: float
    since: float
    ticket: str


def may_take(waiting: Sequence[Claim], holders: Sequence[str], places: int, each: int) -> bool:
    """Whether the first of `waiting` may take a place now.

    Places are given one after another to who holds the fewest, then to who has used the least time, then to who has waited
    longest. Nobody holds more than `each`. The last free place of several is for somebody who holds none.
    """
    if not waiting:
        return False
    held, free, claims = Counter(holders), places - len(holders), list(waiting)
    while free > 0:
        allowed = [claim for claim in claims if _allowed(held[claim.person], free, places, each)]
        if not allowed:
            return False
        chosen = min(allowed, key=lambda claim: (held[claim.person], claim.lately, claim.since, claim.ticket))
        if chosen is waiting[0]:
            return True
        claims.remove(chosen)
        held[chosen.person] += 1
        free -= 1
    return False


def _allowed(held: int, free: int, places: int, each: int) -> bool:
    return held < each and (held == 0 or free > 1 or places == 1)
