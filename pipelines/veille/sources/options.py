"""Settings → what each client must be told.

`kafka.options` is spelled as kafka-python spells it (`sasl_plain_username`); for confluent-kafka these names are
translated, and its own dotted names (`sasl.username`) pass as they are.
"""

from pathlib import Path
from typing import Any

from veille.config import Kafka
from veille.events import EventType
from veille.sources.base import SourceError

Option = str | int | float | bool

RESERVED = {
    "bootstrap_servers": "kafka.bootstrap_servers",
    "group_id": "kafka.group_id",
    "compression_type": "kafka.compression",
}
"""Names that have a setting of their own, which wins."""

OWNED = frozenset({"enable_auto_commit", "auto_offset_reset", "value_deserializer", "key_deserializer", "kafka_client"})
"""Names on which exactly-once rests: nobody may change them."""

GONE = frozenset(
    {
        "session_timeout_ms",
        "heartbeat_interval_ms",
        "max_poll_interval_ms",
        "partition_assignment_strategy",
        "group_instance_id",
        "group_protocol",
        "group_remote_assignor",
    }
)
"""Options of group membership, which is no longer used: accepted for one version, ignored and told."""

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_FILES = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_crlfile")

_CONFLUENT_NAMES = {
    "sasl_plain_username": "sasl.username",
    "sasl_plain_password": "sasl.password",
    "ssl_cafile": "ssl.ca.location",
    "ssl_certfile": "ssl.certificate.location",
    "ssl_keyfile": "ssl.key.location",
    "ssl_password": "ssl.key.password",
    "ssl_crlfile": "ssl.crl.location",
    "ssl_ciphers": "ssl.cipher.suites",
    "request_timeout_ms": "socket.timeout.ms",
    "metadata_max_age_ms": "topic.metadata.refresh.interval.ms",
}


def topics(settings: Kafka) -> dict[str, EventType]:
    """Topic → type of its events, of those that Veille also writes. Raises SourceError where two types share a topic."""
    named = [
        (settings.mentions_topic, EventType.MENTION),
        (settings.generations_topic, EventType.GENERATION),
        (settings.moderations_topic, EventType.MODERATION),
    ]
    found = {topic: kind for topic, kind in named if topic}
    if len(found) < sum(1 for topic, _ in named if topic):
        raise SourceError("two of kafka.mentions_topic, generations_topic and moderations_topic are the same")
    return found


def streamed(settings: Kafka) -> dict[str, EventType | None]:
    """Every topic that is read → type of its events; None where each message names its own. Raises as `topics`."""
    found: dict[str, EventType | None] = dict(topics(settings))
    for name, topic in settings.topics.items():
        found.setdefault(name, EventType(topic.type) if topic.type else None)
    if not found:
        raise SourceError("no topic is named: set kafka.mentions_topic or [kafka.topics]")
    return found


def check(settings: Kafka) -> None:
    """Raises SourceError for what no client can work with, before one waits in vain for the broker."""
    options = {name.replace(".", "_"): value for name, value in settings.options.items()}
    for name in options:
        if name in RESERVED:
            raise SourceError(f"kafka.options.{name}", f"set {RESERVED[name]} instead")
        if name in OWNED:
            raise SourceError(f"kafka.options.{name} cannot be set: positions are kept in the database")
    protocol = options.get("security_protocol", "PLAINTEXT")
    if protocol not in _PROTOCOLS:
        raise SourceError(f"kafka.options.security_protocol must be one of {', '.join(_PROTOCOLS)}")
    if str(protocol).startswith("SASL") and not options.get("sasl_mechanism"):
        raise SourceError(f"kafka.options.security_protocol is {protocol}", "set kafka.options.sasl_mechanism too")
    for name in _FILES:
        if name in options and not Path(str(options[name])).is_file():
            raise SourceError(f"kafka.options.{name} names a file that does not exist")


def ignored(settings: Kafka) -> list[str]:
    """What is set and has no effect any more, by its full name."""
    gone = [f"kafka.options.{name}" for name in settings.options if name.replace(".", "_") in GONE]
    return gone + (["kafka.session_timeout_seconds"] if settings.session_timeout_seconds is not None else [])


def kafka_python(settings: Kafka, client: type[Any], known_elsewhere: tuple[type[Any], ...] = ()) -> dict[str, Any]:
    """`kafka.options` for one of kafka-python's clients, with text from the environment turned into numbers.

    Options that only another of its clients (known_elsewhere) knows are left out. Raises SourceError for a name that
    none knows.
    """
    chosen: dict[str, Any] = {}
    for name, value in _in_force(settings):
        if name in client.DEFAULT_CONFIG:
            chosen[name] = _typed(name, value, client.DEFAULT_CONFIG[name])
        elif not any(name in other.DEFAULT_CONFIG for other in known_elsewhere):
            raise SourceError(f"kafka.options.{name} is no option of kafka-python", "check its spelling")
    return chosen


def confluent(settings: Kafka) -> dict[str, Any]:
    """`kafka.options` for confluent-kafka. Names that it does not know it refuses itself."""
    chosen: dict[str, Any] = {}
    for name, value in _in_force(settings):
        if name == "ssl_check_hostname":
            checked = _typed(name, value, default=True)
            chosen["ssl.endpoint.identification.algorithm"] = "https" if checked else "none"
        else:
            chosen[_CONFLUENT_NAMES.get(name, name.replace("_", "."))] = value
    return chosen


def _in_force(settings: Kafka) -> list[tuple[str, Option]]:
    return [(name, value) for name, value in settings.options.items() if name.replace(".", "_") not in GONE]


def _typed(name: str, value: Option, default: object) -> Option:
    """Text (from the environment) as what the client expects."""
    if not isinstance(value, str) or isinstance(default, str) or default is None:
        return value
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        return float(value) if isinstance(default, float) else int(value)
    except (KeyError, ValueError):
        raise SourceError(f"kafka.options.{name} must be a {type(default).__name__}") from None
