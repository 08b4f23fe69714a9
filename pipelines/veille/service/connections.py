"""Connections to the API: how many there are and how long one may say nothing, so that they never take what the service needs.

uvicorn gives a connection all the time in the world to send its header. Here a connection without a complete header, without
a request, or with an answer that nobody takes is closed in time; and where there are as many as there may be, the oldest
one that has no request under way makes room for a new one.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

BACKLOG = 16
"""Connections that the kernel keeps until they are accepted. asyncio accepts so many at once before anything can refuse one."""
HEADER_BYTES = 16 * 1024
_PIECE_BYTES = 1024
"""h11 bounds only a header that is not complete yet, so one that came in a single read would pass whatever its length."""
LINGER_SECONDS = 1.0
"""How long a connection takes more of a body that nobody reads, after its answer."""
_LEAST = 8
_LOOPBACK = ("127.", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Seconds until a header is complete, without a request, and without an answer being taken; connections in all, and of one address."""

    header_seconds: float = 10.0
    idle_seconds: float = 5.0
    stalled_seconds: float = 30.0
    most: int = 200
    each: int = 50


def affordable(wanted: int) -> int:
    """As many connections as were asked for, and at most a quarter of the descriptors that this process may have."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else max(_LEAST, min(wanted, soft // 4))


class Connections:
    """The open connections of one server; used by its event loop only. closed(reason) is told of each that was closed early."""

    def __init__(self, limits: ConnectionLimits, closed: Callable[[str], None] = lambda _reason: None) -> None:
        self.limits = limits
        self.closed = closed
        self._open: dict[Connection, None] = {}
        self._of: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: "Connection") -> bool:
        """Take one in; False where there is no room, not even by closing another."""
        address = connection.address
        crowded = not address.startswith(_LOOPBACK) and self._of[address] >= self.limits.each
        if (crowded or len(self._open) >= self.limits.most) and not self._make_room(address if crowded else None):
            return False
        self._open[connection] = None
        self._of[address] += 1
        return True

    def remove(self, connection: "Connection") -> None:
        """Forget one that has ended."""
        if connection in self._open:
            del self._open[connection]
            self._of[connection.address] -= 1
            if not self._of[connection.address]:
                del self._of[connection.address]

    def _make_room(self, address: str | None) -> bool:
        """Close the oldest connection without a request: of one address, or of the address that has most.

        One that has been answered before is spared while there are others: its caller may be about to use it again, and it is
        closed soon by itself.
        """
        idle = [each for each in self._open if not each.busy() and address in (None, each.address)]
        idle = [each for each in idle if not each.answered] or idle
        if not idle:
            return False
        most = max(self._of[each.address] for each in idle)
        oldest = next(each for each in idle if self._of[each.address] == most)
        self.remove(oldest)
        oldest.end("room")
        return True


class Connection(H11Protocol):
    """One connection, with its deadlines."""

    def __init__(self, *arguments: Any, connections: Connections, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._all = connections
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._ended = False
        self.answered = False
        self.address = ""

    def busy(self) -> bool:
        """Whether a request is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    def end(self, reason: str) -> None:
        """Close at once."""
        self._all.closed(reason)
        self.transport.abort()

    # -- asyncio.Protocol ------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        if not self._all.add(self):
            self._ended = True
            self.end("full")
            return
        self._expect_header()

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        for start in range(0, len(data), _PIECE_BYTES):
            if not self.transport.is_closing():
                super().data_received(data[start : start + _PIECE_BYTES])
        if self.busy():
            self._cancel()
        elif self._deadline is None and not self.transport.is_closing():
            self._expect_header()

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.remove(self)
        self._cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self._all.limits.stalled_seconds, self.end, "stalled")

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    # -- uvicorn -----------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """What follows must begin soon; a body that is still being sent is no longer taken."""
        self.answered = True
        body_left = self.conn.their_state is h11.SEND_BODY
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if body_left:
            self.loop.call_later(LINGER_SECONDS, self._close_after_body)
        if not self.busy():
            self._expect_header()

    def _close_after_body(self) -> None:
        if not self.transport.is_closing():
            self.end("body")

    def _expect_header(self) -> None:
        self._cancel()
        self._deadline = self.loop.call_later(self._all.limits.header_seconds, self._late)

    def _late(self) -> None:
        self._deadline = None
        if not self.transport.is_closing() and not self.busy():
            self.end("header")

    def _cancel(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
