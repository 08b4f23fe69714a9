"""Which of our topics the broker has, for `veille doctor` and the readiness of a new installation."""

from contextlib import suppress
from typing import Any

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
    made: list[Any] = []

    def client(**configs: Any) -> Any:
        made.append(KafkaAdminClient.DEFAULT_CONFIG["kafka_client"](**configs))
        return made[-1]

    times = {"request_timeout_ms": TIMEOUT_MS, "bootstrap_timeout_ms": TIMEOUT_MS}
    try:
        admin = KafkaAdminClient(
            **{**times, **chosen}, bootstrap_servers=settings.bootstrap_servers, kafka_client=client
        )
        known = set(admin.list_topics())
        described = admin.describe_topics([topic for topic in wanted if topic in known]) if known & set(wanted) else []
    except (KafkaError, OSError, ValueError) as error:
        raise SourceError(f"no answer from Kafka at {settings.bootstrap_servers} ({type(error).__name__})") from None
    finally:
        for each in made:  # also where the admin client could not be made: its thread would outlive us
            with suppress(KafkaError, OSError):
                each.close()
    found = {topic["name"]: len(topic["partitions"]) for topic in described}
    return {topic: found.get(topic) for topic in wanted}
