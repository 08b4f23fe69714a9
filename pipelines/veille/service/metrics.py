"""Prometheus metrics of `veille run`: counts and seconds, never an id."""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from veille.incidents.faults import FAULTS, Fault
from veille.incidents.health import Health
from veille.ingest.writer import Tally
from veille.sources.base import StreamChange

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """All metrics of one service; one registry each, so that tests may run several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.messages = Counter("veille_messages", "Messages by outcome", ["outcome"], registry=self.registry)
        self.unknown_fields = Counter(
            "veille_unknown_fields", "Fields outside the contract, dropped", registry=self.registry
        )
        self.tokens_replaced = Counter(
            "veille_tokens_replaced",
            "Short tokens replaced because they could identify a person",
            registry=self.registry,
        )
        self.lost = Gauge(
            "veille_messages_out_of_reach",
            "Messages deleted by the broker before they were read",
            registry=self.registry,
        )
        self.records_left_out = Gauge(
            "veille_records_left_out",
            "Records of the stream that are no event, since the start, by reason",
            ["reason"],
            registry=self.registry,
        )
        self.logs_changed = Counter(
            "veille_logs_changed",
            "Partitions whose log did not fit the position: recreated or cut (read from the start), retention (messages lost)",
            ["topic", "reason"],
            registry=self.registry,
        )
        self.neighbours = Gauge(
            "veille_shared_topics",
            "Other data folders that read these topics under the same group_id in the last hour",
            registry=self.registry,
        )
        self.quiet = Gauge(
            "veille_quiet",
            "1 while nothing is sent to channels: quiet start, or not decided yet",
            registry=self.registry,
        )
        self.lag = Gauge("veille_lag_messages", "Unread messages", ["topic", "partition"], registry=self.registry)
        self.publish_seconds = Histogram(
            "veille_publish_seconds",
            "Time to make new rows visible",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.freshness = Histogram(
            "veille_freshness_seconds",
            "From commit of a row to its visibility",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.blocked = Gauge("veille_ingest_blocked", "1 while writing is not possible", registry=self.registry)
        self.index_bytes = Gauge("veille_event_index_bytes", "Memory of the event-id index", registry=self.registry)
        self.published_batch = Gauge(
            "veille_published_batch", "Newest batch visible to readers", registry=self.registry
        )
        self.committed_batch = Gauge("veille_committed_batch", "Newest batch in the database", registry=self.registry)
        self.step_failures = Counter("veille_step_failures", "Failed steps by loop", ["loop"], registry=self.registry)
        self.detector_seconds = Histogram(
            "veille_detector_seconds", "Time of one step", ["detector"], buckets=_SECONDS, registry=self.registry
        )
        self.detector_skipped = Counter(
            "veille_detector_skipped",
            "Steps skipped because an earlier one was still running",
            ["detector"],
            registry=self.registry,
        )
        self.left_out = Gauge(
            "veille_mentions_left_out",
            "Mentions of the last hour not counted for their targets because of the memory limit",
            registry=self.registry,
        )
        self.pages = Counter(
            "veille_pages",
            "Messages to channels by outcome",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.page_delay = Histogram(
            "veille_page_delay_seconds",
            "Time from the transition that requested a message to its sending",
            buckets=_SECONDS,
            registry=self.registry,
        )

        self.refusals = Counter(
            "veille_refusals", "Refused API calls by HTTP status", ["status"], registry=self.registry
        )
        self.connections = Gauge("veille_api_connections", "Open connections to the API", registry=self.registry)
        self.connections_closed = Counter(
            "veille_api_connections_closed",
            "Connections closed by the API, by reason",
            ["reason"],
            registry=self.registry,
        )

        self._make_health()

    def _make_health(self) -> None:
        self.faults = Gauge(
            "veille_faults",
            "Faults that are present, by rule and effect (liveness, readiness, neither)",
            ["rule", "effect"],
            registry=self.registry,
        )
        self.event_age = Gauge(
            "veille_event_age_seconds", "Age of the newest event, by its own time", registry=self.registry
        )
        self.catching_up = Gauge(
            "veille_catching_up_seconds",
            "Event time that detection has yet to decide of a backfill or an outage",
            registry=self.registry,
        )
        self.disk_free = Gauge("veille_disk_free_bytes", "Free on the disk of the data folder", registry=self.registry)
        self.partitions = Gauge("veille_assigned_partitions", "Partitions that are read", registry=self.registry)
        self.open_incidents = Gauge(
            "veille_open_incidents", "Incidents that are not resolved", ["rota"], registry=self.registry
        )
        self.outbox = Gauge(
            "veille_outbox_messages", "Messages that wait to be sent", ["channel"], registry=self.registry
        )
        self.outbox_age = Gauge(
            "veille_outbox_age_seconds",
            "For how long the oldest message that waits has been due",
            ["channel"],
            registry=self.registry,
        )

    def measure(self, health: Health, present: Iterable[Fault]) -> None:
        """What a snapshot says."""
        counts = dict.fromkeys(((each.rule, each.effect) for each in FAULTS), 0)
        for fault in present:
            counts[fault.rule, fault.effect] += 1
        for (rule, effect), count in counts.items():
            self.faults.labels(rule, effect).set(count)
        if health.event_age_seconds is not None:
            self.event_age.set(health.event_age_seconds)
        behind = (each.late_seconds for each in health.detectors.values() if each.catching_up)
        self.catching_up.set(max(behind, default=0.0))
        if health.disk_free_bytes is not None:
            self.disk_free.set(health.disk_free_bytes)

    def queued(self, depth: Mapping[str, tuple[int, float]]) -> None:
        """What waits in the outbox, by channel: messages, and seconds for which the oldest has been due."""
        for channel, (messages, seconds) in depth.items():
            self.outbox.labels(channel).set(messages)
            self.outbox_age.labels(channel).set(seconds)

    def refused(self, status: str) -> None:
        """Add one refused call."""
        self.refusals.labels(status).inc()

    def closed(self, reason: str) -> None:
        """Add one connection that was closed early."""
        self.connections_closed.labels(reason).inc()

    def log_changed(self, change: StreamChange) -> None:
        """Add one partition whose log did not fit."""
        self.logs_changed.labels(change.place[0], change.reason).inc()

    def page(self, channel: str, outcome: str, seconds: float) -> None:
        """Add one message to a channel. outcome: sent, retry or failed."""
        self.pages.labels(channel, outcome).inc()
        if outcome == "sent":
            self.page_delay.observe(seconds)

    def count(self, tally: Tally) -> None:
        """Add one batch."""
        for outcome, number in (
            ("accepted", tally.accepted),
            ("duplicate", tally.duplicates),
            ("dead_letter", tally.dead_letters),
        ):
            self.messages.labels(outcome).inc(number)
        self.unknown_fields.inc(tally.unknown_fields)
        self.tokens_replaced.inc(tally.tokens)

    def text(self) -> bytes:
        """The exposition format of Prometheus."""
        return generate_latest(self.registry)
