"""kafka-python's failures: which of them pass, and what the others mean.

The library reports why a connection fails only to its log (its own exception is always "unable to bootstrap"), so we
listen there. It would also fill our log during an outage, of which we speak ourselves, once.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kafka import errors

from veille.config import Kafka
from veille.sources import cures
from veille.sources.base import SourceError

T = TypeVar("T")

QUICK_TRY_MS = 2_000
LONG_TRY_MS = 6_000
_SECONDS = 15.0
_TLS = re.compile(r"\[SSL: (\w+)\]")
_TLS_PASSING = {"UNEXPECTED_EOF_WHILE_READING"}

_PERMANENT: tuple[tuple[type[Exception], str], ...] = (
    (errors.SaslAuthenticationFailedError, cures.CREDENTIALS),
    (errors.UnsupportedSaslMechanismError, cures.MECHANISM),
    (errors.IllegalSaslStateError, cures.NO_SASL),
    (errors.InvalidReceiveError, cures.NEEDS_TLS),
    (errors.TopicAuthorizationFailedError, cures.TOPIC_RIGHTS),
    (errors.GroupAuthorizationFailedError, cures.GROUP_RIGHTS),
    (errors.ClusterAuthorizationFailedError, cures.CLUSTER_RIGHTS),
    (errors.InvalidGroupIdError, cures.GROUP_NAME),
    (errors.InvalidTopicError, cures.TOPIC_NAME),
    (errors.UnsupportedCodecError, cures.CODEC),
    (errors.KafkaConfigurationError, cures.OPTIONS),
    (errors.MessageSizeTooLargeError, cures.TOO_LARGE),
    (errors.IncompatibleBrokerVersion, cures.TOO_OLD),
)


class Failures(logging.Handler):
    """Keeps the last connection failure that kafka-python logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._last: BaseException | None = None
        self._at = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args if isinstance(record.args, tuple) else ()
        for argument in arguments:
            if not isinstance(argument, Exception) or isinstance(argument, errors.KafkaTimeoutError):
                continue
            # "Disconnected" and "timed out" often follow what the broker said, and tell less.
            if permanent(argument) is not None or permanent(self.recent()) is None:
                self._last, self._at = argument, time.monotonic()

    def recent(self) -> BaseException | None:
        """The last failure, if it was just now."""
        return self._last if time.monotonic() - self._at < _SECONDS else None

    def forget(self) -> None:
        self._last = None


FAILURES = Failures()


def listen() -> None:
    """Keep kafka-python's own complaints for ourselves, unless the operator has chosen a level for them."""
    logger = logging.getLogger("kafka")
    if FAILURES not in logger.handlers:
        logger.addHandler(FAILURES)
        logger.propagate = logger.level != logging.NOTSET


def permanent(error: BaseException | None) -> str | None:
    """What to do about a failure that never passes by itself; None where it may pass. Never repeats a value."""
    for kind, meaning in _PERMANENT:
        if isinstance(error, kind):
            return meaning
    tls = _tls(error)
    if tls is None or tls in _TLS_PASSING:
        return None
    return cures.TLS.format(cause=tls.lower().replace("_", " "))


def connected(make: Callable[[int], T], options: Mapping[str, Any]) -> T:
    """The client that `make` makes, given its bootstrap timeout in milliseconds.

    A short try comes first, for the library goes on until the timeout whatever the broker says. Raises what `make`
    raises.
    """
    FAILURES.forget()
    chosen = options.get("bootstrap_timeout_ms")
    if chosen is None:
        try:
            return make(QUICK_TRY_MS)
        except errors.KafkaTimeoutError as error:
            if permanent(error) or permanent(FAILURES.recent()):
                raise
    return make(chosen or LONG_TRY_MS)


def explain(settings: Kafka, error: Exception) -> str:
    """Why there is no answer, for a failure that may pass; raises SourceError for another."""
    for candidate in (error, FAILURES.recent()):
        cure = permanent(candidate)
        if cure is not None:
            FAILURES.forget()
            raise SourceError(f"Kafka at {settings.bootstrap_servers}: {cure}") from None
    cause = FAILURES.recent() or error
    return f"{cures.MAYBE_SECURE} ({type(cause).__name__})"


def _tls(error: BaseException | None) -> str | None:
    found = _TLS.search(str(error)) if isinstance(error, errors.KafkaConnectionError) else None
    return found[1] if found else None
