"""librdkafka's failures: which of them pass, and what the others mean. It goes on trying by itself after each."""

import logging
import re
from typing import Any

from veille.config import Kafka
from veille.sources import cures
from veille.sources.base import SourceError

_CURES = {
    "_AUTHENTICATION": cures.CREDENTIALS,
    "_SSL": cures.TLS.format(cause="certificate or handshake"),
    "TOPIC_AUTHORIZATION_FAILED": cures.TOPIC_RIGHTS,
    "GROUP_AUTHORIZATION_FAILED": cures.GROUP_RIGHTS,
    "CLUSTER_AUTHORIZATION_FAILED": cures.CLUSTER_RIGHTS,
    "INVALID_GROUP_ID": cures.GROUP_NAME,
    "TOPIC_EXCEPTION": cures.TOPIC_NAME,
}
_REASONS = {
    "_RESOLVE": "its name cannot be resolved",
    "_TRANSPORT": "no connection",
    "_TIMED_OUT": "no answer",
    "_ALL_BROKERS_DOWN": cures.MAYBE_SECURE,
}


def library() -> Any:
    """The package confluent_kafka. Raises SourceError where it is not installed."""
    try:
        import confluent_kafka  # noqa: PLC0415  an extra: only who chooses it needs it
        import confluent_kafka.admin  # noqa: PLC0415
    except ImportError:
        raise SourceError(
            'kafka.client is "confluent", which is not installed: pip install "veille[fast]", or choose "kafka-python"'
        ) from None
    return confluent_kafka


class Listener:
    """What librdkafka last complained of, as one of its clients."""

    def __init__(self, settings: Kafka) -> None:
        self._servers = settings.bootstrap_servers
        self.error: str | None = None
        """Name of the failure; None while all is well."""

    def __call__(self, error: Any) -> None:
        """Given to the client as `error_cb`."""
        # That all brokers are down follows each failure, and tells less.
        if error.name() != "_ALL_BROKERS_DOWN" or self.error is None:
            self.error = error.name()

    def check(self) -> None:
        """Raises SourceError where the failure does not pass by itself."""
        if self.error in _CURES:
            raise self.permanent(self.error)

    def permanent(self, name: str) -> SourceError:
        cure = _CURES.get(name, f"the client failed permanently ({failure_words(name)}); start again")
        return SourceError(f"Kafka at {self._servers}: {cure}")

    def explain(self, name: str | None = None) -> str:
        """Why there is no answer, for a failure that may pass; raises SourceError for another."""
        self.check()
        if name in _CURES:
            raise self.permanent(name)
        cause = self.error or name or "_TIMED_OUT"
        return _REASONS.get(cause, failure_words(cause))


def known(name: str) -> bool:
    """Whether a failure of this name never passes by itself."""
    return name in _CURES


def failure_words(name: str) -> str:
    """A failure's name in words."""
    return name.strip("_").lower().replace("_", " ")


def opened(client: Any, chosen: dict[str, Any], listener: Listener) -> Any:
    """A client with these options. Raises SourceError, without any value, where librdkafka does not accept them."""
    logger = logging.getLogger("librdkafka")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)  # it repeats itself during an outage; we say it once
    try:
        return client(chosen | {"error_cb": listener}, logger=logger)
    except library().KafkaException as error:
        raise _refused(error) from None


def _refused(error: Exception) -> SourceError:
    named = re.findall(r'["`]([a-z]+(?:\.[a-z]+)+)["`]', str(error))
    if named:
        return SourceError(
            f"kafka.options: confluent-kafka does not accept {' with '.join(named)}; check name and value"
        )
    return SourceError(f"kafka.options: {cures.OPTIONS}; check the TLS files and the SASL settings")
