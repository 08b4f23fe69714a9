"""The live stream that the settings ask for."""

from veille.config import Kafka
from veille.sources.base import Source
from veille.sources.tracker import Positions


def open_stream(settings: Kafka, positions: Positions) -> Source:
    """A source on Kafka with the client of `kafka.client`. Raises SourceError for settings that cannot work.

    positions: gives the next offset that the database asks for, None where it holds nothing of that partition.
    """
    if settings.client == "confluent":
        from veille.sources.confluent import ConfluentSource  # noqa: PLC0415  an extra: only who chooses it needs it

        return ConfluentSource(settings, positions)
    from veille.sources.kafka import KafkaSource  # noqa: PLC0415  nor need the others load kafka-python

    return KafkaSource(settings, positions)
