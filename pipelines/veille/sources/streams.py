"""The live stream that the settings ask for."""

from veille.config import Kafka, Posts
from veille.sources.base import Start, Stream


def open_stream(settings: Kafka, start: Start, posts: Posts | None = None) -> Stream:
    """A stream from Kafka with the client of `kafka.client`, and the topics of `[kafka.topics]` translated.

    Raises SourceError for settings that cannot work.
    """
    if settings.topics:
        from veille.sources.translated import translated  # noqa: PLC0415  loads every reader

        return translated(_open(settings, start), settings, posts or Posts())
    return _open(settings, start)


def _open(settings: Kafka, start: Start) -> Stream:
    if settings.client == "confluent":
        from veille.sources.confluent import ConfluentSource  # noqa: PLC0415  an extra: only who chooses it needs it

        return ConfluentSource(settings, start)
    from veille.sources.kafka import KafkaSource  # noqa: PLC0415  nor need the others load kafka-python

    return KafkaSource(settings, start)
