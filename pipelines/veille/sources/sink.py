"""What a client that sends messages must do, and the account of what it sent."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

MAX_MESSAGE_BYTES = 100_000_000


@dataclass(slots=True)
class Sent:
    """messages: acknowledged. refused: reason → messages that the broker or the client would not take (too large)."""

    messages: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Sink(Protocol):
    """One client that sends. All methods raise SourceError where messages cannot be delivered."""

    sent: Sent

    def send(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        """Hand over one message; waits while too much is under way."""
        ...

    def flush(self) -> None:
        """Wait until everything handed over was acknowledged or refused."""
        ...

    def tick(self) -> None:
        """Let acknowledgements in while nothing is handed over."""
        ...

    def close(self) -> None:
        """Release sockets and threads; what was not flushed is lost."""
        ...
