"""The rights that docs/operations.md names are enough, and what is missing is said; on a broker that asks for them."""

import uuid
from collections.abc import Iterator

import pytest
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from tests.integration.sources.backends import folder
from tests.integration.sources.reader import Collected, read, read_until
from tests.kafka_broker import USER, Broker, BrokerUnavailableError, running_broker
from veille.config import Kafka, Settings
from veille.events import EventType, FolderId
from veille.service.doctor import diagnose
from veille.sources import open_stream
from veille.sources.base import SourceError, Start
from veille.sources.membership import group_of
from veille.sources.producer import send

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

GUARDED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",  # who comes in the clear: the tests themselves and the broker
}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Broker]:
    try:
        with running_broker(GUARDED) as broker:
            yield broker
    except BrokerUnavailableError as error:
        pytest.skip(str(error))


def grant(broker: Broker, kind: ResourceType, name: str, pattern: ACLResourcePatternType) -> None:
    """READ for the user of the tests."""
    acl = ACL(
        principal=f"User:{USER}",
        host="*",
        operation=ACLOperation.READ,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(kind, name, pattern),
    )
    with broker.admin() as admin:
        admin.create_acls([acl])


class World:
    """Topics of a test, a folder of production that has read them, and a folder that comes with a user\'s rights."""

    def __init__(self, broker: Broker, client: str) -> None:
        self.broker, self.tag = broker, uuid.uuid4().hex[:8]
        self.me = folder()
        self.open_settings = self._settings(broker.bootstrap_servers, client, {})
        self.settings = self._settings(broker.secure_bootstrap_servers, client, broker.secure_options)
        for topic in ("mentions", "generations", "moderations"):
            broker.create_topic(f"{self.tag}-{topic}")
        send([(EventType.MENTION, None, b"x")], self.open_settings)

    def _settings(self, address: str, client: str, options: dict[str, str]) -> Kafka:
        tag = self.tag
        return Kafka(
            bootstrap_servers=address,
            client=client,  # type: ignore[arg-type]
            group_id=tag,
            mentions_topic=f"{tag}-mentions",
            generations_topic=f"{tag}-generations",
            moderations_topic=f"{tag}-moderations",
            options={**options, "metadata_max_age_ms": 500},
        )

    def production_reads(self) -> FolderId:
        other = folder()
        source = open_stream(self.open_settings, Start(lambda place: None, other))
        read(source, Collected(), 1)
        seen = open_stream(self.open_settings, Start(lambda place: None, folder()))
        read_until(source, Collected(), lambda: bool((seen.sighting() or seen).others))  # type: ignore[union-attr]
        source.close()
        seen.close()
        return other


@pytest.fixture(params=["kafka-python", "confluent"])
def world(request: pytest.FixtureRequest, guarded: Broker) -> World:
    return World(guarded, request.param)


def test_the_documented_rights_are_enough(world: World) -> None:
    other = world.production_reads()
    grant(world.broker, ResourceType.TOPIC, f"{world.tag}-", ACLResourcePatternType.PREFIXED)
    grant(world.broker, ResourceType.GROUP, f"{world.tag}-", ACLResourcePatternType.PREFIXED)
    source = open_stream(world.settings, Start(lambda place: None, world.me))
    read(source, Collected(), 1)
    found = source.sighting()
    source.close()
    assert found is not None
    assert found.complete
    assert [each.folder_id for each in found.others] == [other.folder_id]


def test_rights_on_its_own_group_only_hide_the_others_and_it_is_said(world: World) -> None:
    world.production_reads()
    grant(world.broker, ResourceType.TOPIC, f"{world.tag}-", ACLResourcePatternType.PREFIXED)
    grant(world.broker, ResourceType.GROUP, group_of(world.settings, world.me), ACLResourcePatternType.LITERAL)
    source = open_stream(world.settings, Start(lambda place: None, world.me))
    read(source, Collected(), 1)
    found = source.sighting()
    source.close()
    assert found is not None
    assert not found.complete
    said = [f for f in diagnose(Settings(kafka=world.settings), offline=False) if f.subject == "other readers"]
    assert [finding.state for finding in said] == ["warning"]
    assert "does not allow listing groups" in said[0].what
    assert "prefixed" in said[0].cure


def test_without_any_right_on_groups_it_stops_and_says_which(world: World) -> None:
    grant(world.broker, ResourceType.TOPIC, f"{world.tag}-", ACLResourcePatternType.PREFIXED)
    source = open_stream(world.settings, Start(lambda place: None, world.me))
    collected = Collected()
    with pytest.raises(SourceError, match="grant READ on all groups that start with"):
        read_until(source, collected, lambda: False)
    source.close()


def test_without_rights_on_topics_it_stops_and_says_which(world: World) -> None:
    grant(world.broker, ResourceType.GROUP, f"{world.tag}-", ACLResourcePatternType.PREFIXED)
    source = open_stream(world.settings, Start(lambda place: None, world.me))
    with pytest.raises(SourceError, match="grant READ and DESCRIBE"):
        read_until(source, Collected(), lambda: False)
    source.close()
