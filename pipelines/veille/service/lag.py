"""For how long the number of unread messages has not fallen. Short dips do not count: a poll takes many messages at once."""

from collections import deque

MINUTE = 60.0
KEPT_MINUTES = 180


class LagTrend:
    """The least lag of each minute. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._minutes: deque[tuple[int, int]] = deque(maxlen=KEPT_MINUTES)

    def add(self, now: float, lag: int) -> None:
        """One measurement of the messages still to read."""
        minute = int(now // MINUTE)
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1] = (minute, min(lag, self._minutes[-1][1]))
        else:
            self._minutes.append((minute, lag))

    def growing_seconds(self, now: float, floor: float) -> float | None:
        """Seconds since the earliest minute after which the least lag never fell below that of this minute.

        Only minutes count in which the lag was above `floor` messages throughout; None where this minute is none of them.
        The minute that has just begun is joined to the one before it.
        """
        recent = [(minute, lag) for minute, lag in self._minutes]
        if len(recent) > 1:
            (_, last), (minute, before) = recent.pop(), recent.pop()
            recent.append((minute, min(last, before)))
        since: int | None = None
        lowest: int | None = None
        for minute, lag in reversed(recent):
            if lag <= floor:
                break
            lowest = lag if lowest is None else min(lowest, lag)
            if lag == lowest:
                since = minute
        return None if since is None else max(0.0, now - since * MINUTE)
