"""The live stream that the settings ask for."""

from veille.config import Kafka
from veille.sources.base import Start, Stream


def open_stream(settings: Kafka, start: Start) -> Stream:
    """A stream from Kafka with the client of `kafka.client`. Raises SourceError for settings that cannot work."""
    if settings.client == "confluent":
        from veille.sources.confluent import ConfluentSource  # noqa: PLC0415  an extra: only who chooses it needs it

        return ConfluentSource(settings, start)
    from veille.sources.kafka import KafkaSource  # noqa: PLC0415  nor need the others load kafka-python

    return KafkaSource(settings, start)
