"""`veille run`: ingest in the calling thread; publishing, compaction, housekeeping and the API beside it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from veille.access import TokenFile
from veille.api import Access, create_app, switches
from veille.api.guard import Refusals
from veille.config import Settings
from veille.detection.grid import Step
from veille.ingest.pipeline import Pipeline
from veille.ingest.pool import DecodePool
from veille.ingest.writer import Tally, Writer
from veille.privacy import Key
from veille.service.assembly import forget_raw_letters
from veille.service.delivery import Delivery
from veille.service.detection_loops import INCIDENT_SECONDS, TURN_SECONDS, WATCH_SHARE, DetectionLoop, IncidentLoop
from veille.service.health import HealthMonitor, silent_seconds
from veille.service.http import ApiServer, check_exposure, connection_limits, door_limits, folder_token
from veille.service.loops import Loop, StepLimits
from veille.service.metrics import Metrics
from veille.service.operations import RunningOperations
from veille.service.publishing import Publishing
from veille.service.raw_keeping import RawKeeping
from veille.service.research import PUBLISH_SECONDS, TAKE_SECONDS, ResearchService
from veille.service.routers import incident_commands, topics
from veille.service.sending_mode import SendingMode
from veille.service.source_monitor import SourceMonitor
from veille.service.stream_log import StreamLog
from veille.service.switches import StopSwitches
from veille.service.vitals import Vitals
from veille.sources.base import Start, Stream
from veille.stopping import Stop, StoppedError
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.findings import Findings
from veille.store.identity import take_identity
from veille.store.modes import Modes
from veille.store.owner import Owner
from veille.times import naive, naive_now

log = structlog.get_logger(__name__)

COMPACT_SECONDS = 5.0
PUBLISH_SHARE = 0.6
"""Publishing takes at most this share of its thread's time, so that a backlog is not slowed down by it."""
HOUSEKEEPING_SECONDS = 600.0
STEPS_DAYS = 14
TELL_SECONDS = 15.0
LEFT_OUT_SPAN = timedelta(hours=1)
"""Mentions left out are a fault for so long."""

SENDING_MODE_SECONDS = 1.0
PUBLISH_LIMITS = StepLimits(60)
LONG_LIMITS = StepLimits(900)
"""Of loops whose single step may take minutes: a first detection, a compaction of many segments, a large deletion."""
BROKER_LIMITS = StepLimits(stop_seconds=SENDING_MODE_SECONDS, waits_for_others=True)
"""Of loops that ask the broker, which may not answer: a stop does not wait for that."""
RESEARCH_LIMITS = StepLimits(3600, waits_for_others=True)

SourceFactory = Callable[[Start], Stream]


class Service:
    """All loops of one data folder. `run` returns once `stop` is set and everything polled is committed and published."""

    def __init__(
        self, settings: Settings, database: Database, key: Key, owner: Owner, open_source: SourceFactory
    ) -> None:
        self._settings = settings
        self._database = database
        self._metrics = Metrics()
        self._writer = Writer(database)
        self._stopping = threading.Event()
        self._asked: Stop = lambda: False
        ingest, privacy = settings.ingest, settings.privacy
        folder = take_identity(settings.data_dir)
        self._source = open_source(Start(database.positions().get, folder))
        modes = Modes(database, folder)
        self._sending_mode = SendingMode(modes, folder, self._source.sighting)
        self._switches = StopSwitches(modes, self._sending_mode)
        self._raw = RawKeeping(settings.kafka if self._source.on_broker else None, database.positions)
        self._stream_log = StreamLog(database, self._metrics.log_changed)
        self._pool = DecodePool(
            key, privacy.vault_public_key, ingest.decode_processes, ingest.earliest_event, privacy.tokens
        )
        self._pipeline = Pipeline(
            self._source,
            self._pool,
            self._writer,
            settings.ingest,
            on_commit=self._committed,
            idle_seconds=settings.publish.idle_partition_seconds,
        )
        self._publishing = Publishing(settings, database, self._metrics, self._pipeline.watermark, self._must_stop)
        self._source_monitor = SourceMonitor(self._source)
        self._research = ResearchService(settings, database, key, lambda: not self._switches.research_stopped)
        self._vitals = Vitals(
            settings.data_dir, begun=database.last_batch > 0, silent_seconds=silent_seconds(database, folder.born_at)
        )
        findings = Findings(database)
        self._detection_loop = DetectionLoop(
            database,
            findings,
            settings,
            self._pipeline.watermark.value,
            self._vitals.quiet_seconds,
            self._stepped,
            self._stopping.is_set,
        )
        self._left_out = 0
        self._ingesting = False
        self._monitor = HealthMonitor(
            vitals=self._vitals,
            pipeline=self._pipeline,
            watch=self._detection_loop,
            sending_mode=self._sending_mode,
            raw=self._raw,
            limits=settings.incidents.blindness,
            loops=lambda: [*self._loops, *self._delivery.loops],
            channels_failing=lambda: self._delivery.failing,
            catalogue_age=self._publishing.waiting_seconds,
            left_out=lambda: self._left_out,
            ingesting=lambda: self._ingesting,
        )
        self._incident_loop = IncidentLoop(
            database, findings, settings, self._monitor.health, self._detection_loop.recorded_until
        )
        self._loops = self._make_loops(settings.publish.interval_seconds)
        incident_service = incident_commands(settings, database)
        token = folder_token(settings.data_dir)
        tokens = TokenFile(settings.tokens)
        check_exposure(settings.api.host, tokens, without_tokens=settings.access.without_tokens)
        operations = RunningOperations(
            settings,
            key,
            database,
            writer=self._writer,
            pipeline=self._pipeline,
            publisher=self._publishing.publisher,
            source_monitor=self._source_monitor,
            monitor=self._monitor,
            prometheus=self._metrics,
            sending_mode=self._sending_mode,
        )
        self._delivery = Delivery(
            settings,
            database,
            incident_service,
            lambda: not self._monitor.lines("liveness"),
            self._failed,
            self._metrics.page,
            may_send=lambda: self._sending_mode.may_send,
        )
        routers = topics(settings, key, database, tokens, incident_service, self._research, self._sending_mode.go_live)
        routers.append(switches.router(self._switches, Audit(database)))
        self._refusals = Refusals(self._metrics.refused, Audit(database))
        app = create_app(
            operations,
            Access(token, tokens),
            settings.api.allowed_hosts,
            routers,
            limits=door_limits(settings),
            refusals=self._refusals,
        )
        self._api = ApiServer(
            app, settings.api.host, settings.api.port, connection_limits(settings), self._metrics.closed
        )
        owner.announce(api=self._api.address)

    def _make_loops(self, publish_seconds: float) -> list[Loop]:
        """All loops but ingest and delivery; publishing first."""
        failed, broker = self._failed, BROKER_LIMITS
        return [
            Loop(
                "publish", self._publishing.publish, publish_seconds, failed, share=PUBLISH_SHARE, limits=PUBLISH_LIMITS
            ),
            Loop("compact", self._publishing.compact, COMPACT_SECONDS, failed, limits=LONG_LIMITS),
            Loop("watch", self._detection_loop.turn, TURN_SECONDS, failed, share=WATCH_SHARE, limits=LONG_LIMITS),
            Loop("incidents", self._take_in_findings, INCIDENT_SECONDS, failed),
            Loop("housekeeping", self._keep_house, HOUSEKEEPING_SECONDS, failed, limits=LONG_LIMITS),
            Loop("sending-mode", self._sending_mode.turn, SENDING_MODE_SECONDS, failed, limits=broker),
            Loop("raw", self._raw.turn, SENDING_MODE_SECONDS, failed, limits=broker),
            Loop("queries", self._research.take, TAKE_SECONDS, failed),
            Loop("refusals", self._tell_refusals, TELL_SECONDS, failed),
            Loop("research", self._research.publish, PUBLISH_SECONDS, failed, limits=RESEARCH_LIMITS),
        ]

    @property
    def address(self) -> str:
        """Where the API listens."""
        return self._api.address

    def run(self, stop: threading.Event) -> Tally:
        """Ingest until `stop`; then drain, commit and publish. Raises SourceError or StoreError where going on is useless."""
        self._asked = stop.is_set
        self._api.start()
        try:
            self._publishing.publisher.start(datetime.now(UTC))
            self._delivery.start()
            for loop in self._loops:
                loop.start()
            log.info("running", api=self.address, data_dir=str(self._settings.data_dir))
            self._ingest(stop)
        except StoppedError:
            log.info("stopped during publishing; the next start publishes the rest")
        finally:
            self._shut_down()
        return self._pipeline.tally

    def _ingest(self, stop: threading.Event) -> None:
        self._pipeline.heartbeat = time.monotonic()
        self._ingesting = True
        try:
            while not stop.is_set():
                self._pipeline.step(stop)
                self._measure()
        finally:
            self._ingesting = False
        self._pipeline.drain(stop)

    def _must_stop(self) -> bool:
        return self._stopping.is_set() or self._asked()

    def _shut_down(self) -> None:
        self._stopping.set()
        self._research.stop()
        for loop in self._loops:
            loop.stop()
        self._delivery.stop()
        self._loops[0].turn()
        self._publishing.close()
        self._source.close()
        self._pool.close()
        self._api.stop()
        log.info("stopped", committed_batch=self._database.last_batch, **self._pipeline.tally.counts())

    # -- loops ---------------------------------------------------------------

    def _committed(self, tally: Tally) -> None:
        self._metrics.count(tally)
        self._vitals.committed(tally)
        self._publishing.committed(self._database.last_batch)

    def _keep_house(self) -> None:
        forget_raw_letters(self._database, self._settings, datetime.now(UTC))
        steps_before = datetime.now(UTC) - timedelta(days=STEPS_DAYS)
        self._database.execute("store/expire_started", {"table": "detector_steps"}, before=naive(steps_before))
        self._research.keep_house(datetime.now(UTC))

    def _tell_refusals(self) -> None:
        self._refusals.tell()
        self._metrics.connections.set(len(self._api.connections))

    def _stepped(self, step: Step, skipped: int) -> None:
        self._metrics.detector_seconds.labels(step.detector).observe(step.seconds)
        self._metrics.detector_skipped.labels(step.detector).inc(skipped)

    def _take_in_findings(self) -> None:
        """A step of incident detection, and the figures that only the database knows."""
        since = naive_now() - LEFT_OUT_SPAN
        self._left_out = self._database.frame("detect/surges/left_out_since", since=since).item()
        self._metrics.left_out.set(self._left_out)
        self._incident_loop.turn()
        open_now = dict(self._database.frame("incidents/open_by_rota").iter_rows())
        for rota in self._settings.incidents.rotas:
            self._metrics.open_incidents.labels(rota).set(open_now.get(rota, 0))
        self._metrics.queued(self._delivery.depth())

    def _failed(self, loop: str) -> None:
        self._metrics.step_failures.labels(loop).inc()

    def _measure(self) -> None:
        if not self._source_monitor.measure():
            return
        self._vitals.measured(self._source_monitor.lag_messages, self._source_monitor.fault)
        self._stream_log.take(self._source.changes())
        self._metrics.neighbours.set(len(self._sending_mode.others()))
        self._metrics.quiet.set(not self._sending_mode.may_send)
        self._metrics.partitions.set(len(self._source_monitor.lag))
        for (topic, partition), behind in self._source_monitor.lag.items():
            self._metrics.lag.labels(topic, str(partition)).set(behind)
        self._metrics.lost.set(self._source_monitor.lost)
        for reason, records in self._source_monitor.left_out.items():
            self._metrics.records_left_out.labels(reason).set(records)
        self._metrics.blocked.set(self._pipeline.blocked is not None)
        self._metrics.index_bytes.set(self._writer.index_bytes)
        self._metrics.committed_batch.set(self._database.last_batch)
        self._metrics.published_batch.set(self._publishing.publisher.published_batch)
