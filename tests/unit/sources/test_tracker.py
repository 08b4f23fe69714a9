import structlog

from veille.config import Kafka
from veille.sources import options
from veille.sources.tracker import Tracker


def test_a_position_that_does_not_fit_is_said_and_counted() -> None:
    settings = Kafka()
    place = (settings.mentions_topic, 0)
    with structlog.testing.capture_logs() as logs:
        assert Tracker(options.topics(settings), {place: 5}.get).start(place, 0, 5) == 5
        assert Tracker(options.topics(settings), lambda place: None).start(place, 3, 9) == 3
        assert not logs
        late = Tracker(options.topics(settings), {place: 20}.get)
        assert late.start(place, 60, 100) == 60
        assert (late.lost_messages, late.restarts) == (40, 0)
        shrunk = Tracker(options.topics(settings), {place: 20}.get)
        assert shrunk.start(place, 0, 19) == 0
        assert (shrunk.lost_messages, shrunk.restarts) == (0, 1)
    assert [entry.get("lost") for entry in logs] == [40, None]


def test_a_recreated_topic_is_read_from_its_start_though_the_position_would_fit() -> None:
    settings = Kafka()
    place = (settings.mentions_topic, 0)
    tracker = Tracker(options.topics(settings), {place: 20}.get)
    assert tracker.start(place, 0, 100, "id-1") == 20
    assert tracker.start(place, 0, 100, "id-1") == 20
    assert tracker.start(place, 0, 100, "id-2") == 0
