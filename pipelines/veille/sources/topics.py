"""Which of our topics the broker has, for `veille doctor` and the readiness of a new installation."""

from contextlib import suppress

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from veille.config import Kafka
from veille.sources import options
from veille.sources.base import SourceError

TIMEOUT_MS = 5_000


def topic_report(settings: Kafka) -> dict[str, int | None]:
    """Our three topics with their number of partitions, None for one that does not exist.

    Raises SourceError where the broker does not answer within five seconds or does not let us in.
    """
    options.check(settings)
    wanted = list(options.topics(settings))
    chosen = options.kafka_python(settings, KafkaAdminClient)
    client = None
    try:
        client = KafkaAdminClient(
            **{"request_timeout_ms": TIMEOUT_MS, "bootstrap_timeout_ms": TIMEOUT_MS, **chosen},
            bootstrap_servers=settings.bootstrap_servers,
        )
        known = set(client.list_topics())
        described = client.describe_topics([topic for topic in wanted if topic in known]) if known & set(wanted) else []
    except (KafkaError, OSError, ValueError) as error:
        raise SourceError(f"no answer from Kafka at {settings.bootstrap_servers} ({type(error).__name__})") from None
    finally:
        if client is not None:
            with suppress(KafkaError, OSError):
                client.close()
    found = {topic["name"]: len(topic["partitions"]) for topic in described}
    return {topic: found.get(topic) for topic in wanted}
