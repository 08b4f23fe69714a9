"""How long raw messages lie on the broker, and whether what is unread is getting old there.

Raw messages name people. Veille needs them only until they are read, so it lowers `retention.ms` of its own three topics
to `[kafka] raw_hours`. It never raises it, and leaves other topics alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from veille.config import Kafka
from veille.events import Place
from veille.sources import options
from veille.sources.reach import unreachable
from veille.sources.topics import NotYetError, with_admin

KEY = "retention.ms"
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Retention:
    """One topic. hours: how long its messages stay, None for ever. refused: why that cannot be lowered, in one line."""

    topic: str
    hours: float | None
    refused: str | None = None

    def keeps_longer_than(self, hours: float) -> bool:
        return self.hours is None or self.hours > hours


def retentions(settings: Kafka) -> list[Retention]:
    """Those of the three topics that the broker tells us about. Raises NotYetError or SourceError."""
    return with_admin(settings, lambda admin: _told(admin, list(options.topics(settings))))


def lower_retention(settings: Kafka) -> list[Retention]:
    """Lower to `raw_hours` what is longer; the topics whose retention was longer, as they are now.

    Nothing is asked where raw_hours is 0. Raises NotYetError; SourceError where the broker refuses to tell.
    """
    if settings.raw_hours == 0 or unreachable(settings) is not None:
        return []

    def work(admin: Any) -> list[Retention]:
        told = _told(admin, list(options.topics(settings)))
        return [
            _lowered(admin, each, settings.raw_hours) for each in told if each.keeps_longer_than(settings.raw_hours)
        ]

    return with_admin(settings, work)


def old_unread(settings: Kafka, positions: Mapping[Place, int], now: datetime) -> list[str]:
    """Topics of which an unread message is older than half of `raw_hours`.

    positions: the next offset of each partition that was read. now: with a zone. Raises NotYetError or SourceError.
    """
    mine = _ours(settings, positions)
    if settings.raw_hours == 0 or not mine or unreachable(settings) is not None:
        return []
    cutoff = int((now - timedelta(hours=settings.raw_hours / 2)).timestamp() * 1000)

    def work(admin: Any) -> list[str]:
        from kafka import TopicPartition  # noqa: PLC0415  half a second to import
        from kafka.admin import OffsetSpec  # noqa: PLC0415

        spots = {TopicPartition(*place): offset for place, offset in mine.items()}
        ends = admin.list_partition_offsets(dict.fromkeys(spots, OffsetSpec.LATEST))
        young = admin.list_partition_offsets(dict.fromkeys(spots, cutoff))
        first = {spot: young[spot].offset if young[spot].offset >= 0 else ends[spot].offset for spot in spots}
        return sorted({spot.topic for spot, offset in spots.items() if offset < first[spot]})

    return with_admin(settings, work)


def deleted_unread(settings: Kafka, positions: Mapping[Place, int]) -> dict[Place, int]:
    """Messages by partition that the broker deleted before they were read; partitions without such ones are left out.

    positions: the next offset of each partition. Raises NotYetError (no answer) or SourceError.
    """
    if unreachable(settings) is not None:
        raise NotYetError("the broker does not answer")
    mine = _ours(settings, positions)

    def work(admin: Any) -> dict[Place, int]:
        from kafka import TopicPartition  # noqa: PLC0415  half a second to import
        from kafka.admin import OffsetSpec  # noqa: PLC0415

        spots = {TopicPartition(*place): offset for place, offset in mine.items()}
        first = admin.list_partition_offsets(dict.fromkeys(spots, OffsetSpec.EARLIEST))
        behind = {spot: first[spot].offset - offset for spot, offset in spots.items()}
        return {(spot.topic, spot.partition): messages for spot, messages in behind.items() if messages > 0}

    return with_admin(settings, work) if mine else {}


def _ours(settings: Kafka, positions: Mapping[Place, int]) -> dict[Place, int]:
    """Those of the three topics."""
    topics = options.topics(settings)
    return {place: offset for place, offset in positions.items() if place[0] in topics}


def _told(admin: Any, names: Sequence[str]) -> list[Retention]:
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415  half a second to import

    asked = [ConfigResource(ConfigResourceType.TOPIC, name, [KEY]) for name in names]
    told = admin.describe_configs(asked, config_filter="all").get("topic", {})
    found = {name: int(values[KEY]["value"]) for name, values in told.items() if KEY in values}
    return [Retention(name, None if ms < 0 else ms / HOUR_MS) for name, ms in found.items()]


def _lowered(admin: Any, found: Retention, hours: float) -> Retention:
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415  half a second to import
    from kafka.errors import BrokerResponseError, KafkaError  # noqa: PLC0415

    wanted = {KEY: str(round(hours * HOUR_MS))}
    try:
        answer = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, found.topic, wanted)])
        refused = _refusal(answer.get("topic", {}).get(found.topic))
    except BrokerResponseError as error:
        refused = type(error).__name__
    except KafkaError as error:
        raise NotYetError(type(error).__name__) from None
    return Retention(found.topic, found.hours, refused) if refused else Retention(found.topic, hours)


def _refusal(answer: Any) -> str | None:
    """The broker answers success by "OK" or None, and a refusal by an error or its text."""
    if isinstance(answer, Exception):
        return type(answer).__name__
    return None if answer in (None, "OK", "NoError") else str(answer).splitlines()[0][:200]
