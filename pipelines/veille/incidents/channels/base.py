"""What every channel is, and the two ways in which sending can fail."""

from typing import Protocol

from veille.errors import VeilleError
from veille.incidents.channels.message import Kind, Message


class UndeliveredError(VeilleError):
    """It was not delivered, or nobody knows: try again with the same key. One line, without secrets.

    maybe_delivered: the receiver may have got it (the answer was lost). retry_after: seconds that it asked for.
    """

    def __init__(self, cause: str, *, maybe_delivered: bool, retry_after: float | None = None) -> None:
        super().__init__(cause)
        self.maybe_delivered = maybe_delivered
        self.retry_after = retry_after


class DeliveryRefusedError(VeilleError):
    """The receiver refused it for good (a wrong key, a field it does not take): trying again is useless. One line."""


class Channel(Protocol):
    """A receiver of pages. Safe to use from one thread at a time."""

    tells: frozenset[Kind]
    """Kinds that this receiver can be told; others are passed over."""

    resend_seconds: float | None
    """How often what is open must be told again; None: once is enough."""

    remembers: bool
    """Whether it keeps a state for each key, so that each must be resolved (a pager), or only shows lines (mail, chat)."""

    groups: bool
    """Whether it makes one page of many alerts by itself."""

    def send(self, message: Message) -> str | None:
        """Deliver one message; returns what the receiver calls it. Raises UndeliveredError or RefusedError."""

    def close(self) -> None: ...


EVERYTHING: frozenset[Kind] = frozenset({"trigger", "escalate", "acknowledge", "resolve", "digest", "notice", "test"})
