"""When a far look is due: live once a day, at the end of a history once."""

import time
from datetime import datetime, timedelta

import structlog

from veille.config import Coordination
from veille.detect.coordination.far import FarRun
from veille.detect.coordination.parameters import Parameters
from veille.detection.coordination.engine import NICENESS, LostWorkerError
from veille.detection.coordination.far import FarLook
from veille.stopping import Stop
from veille.store.database import Database
from veille.times import naive_now

log = structlog.get_logger(__name__)

NAME = "far look"
"""Its label among the steps of the detectors."""
DAY = timedelta(days=1)
_BEGIN = datetime(1, 1, 1)


class FarLooks:
    """The far looks of one detector, one at a time. Times are UTC without a zone.

    No look is taken where the mentions reach back no further than the long window does: that one shows as much. A result is
    given until `done` says that it was taken up.
    """

    def __init__(
        self, database: Database, settings: Coordination, parameters: Parameters, *, live: bool, stop: Stop
    ) -> None:
        self._database, self._settings, self._parameters = database, settings, parameters
        self._live, self._stop = live, stop
        self._look: FarLook | None = None
        self._begun = 0.0
        self._day: datetime | None = None  # midnight of the last look of a day
        self._whole: tuple[datetime, int] | None = None  # hour and batch of the last look at everything

    @property
    def idle(self) -> bool:
        """Whether none is under way."""
        return self._look is None

    def of_the_day(self, hour: datetime) -> FarRun | None:
        """What the look at the mentions before the last midnight found, at the first full hour by which it has come to its end.

        Live only, and of the present only: for days that come late one look at all of them is enough (`whole`).
        """
        midnight = hour.replace(hour=0, minute=0, second=0, microsecond=0)
        if not self._live:
            return None
        if self._look is None and naive_now() - hour < DAY and self._last_day() < midnight:
            self._day = midnight
            self._begin(midnight - timedelta(days=self._settings.far_days), midnight)
        return self._result() if self._look is not None and self._look.ready() else None

    def whole(self, hour: datetime, *, wait: bool) -> FarRun | None:
        """What one look at all mentions before `hour` found. Without `wait` None as long as it is at work: ask again.

        Asked again while nothing has come since, it looks no more. Raises StoppedError, StoreError.
        """
        wanted = hour, self._database.last_batch
        if self._look is None and self._whole != wanted:
            self._whole = wanted
            self._begin(_BEGIN, hour)
        return self._result() if self._look is not None and (wait or self._look.ready()) else None

    def done(self) -> None:
        """What was found has been taken up."""
        if self._look is not None and self._live:
            seconds = time.monotonic() - self._begun
            begun, until = naive_now() - timedelta(seconds=seconds), self._look.until
            step = {"detector": NAME, "step_at": until, "started_at": begun, "seconds": seconds, "skipped": 0}
            self._database.execute("detect/grid/add_step", **step)
        self._look = None

    def close(self) -> None:
        """End the one under way."""
        if self._look is not None:
            self._look.close()
        self._look = None

    def _last_day(self) -> datetime:
        if self._day is None:
            told = self._database.frame("detect/grid/last_step", detector=NAME).item()
            self._day = told or _BEGIN
        return self._day

    def _begin(self, since: datetime, until: datetime) -> None:
        classes = list(self._settings.classes)
        first: datetime | None = self._database.frame("detect/coordination/span", until=until, classes=classes).item()
        if first is None or until - first <= timedelta(days=self._settings.long_days):
            return
        self._begun = time.monotonic()
        self._look = self._looking(max(since, first), until, apart=self._settings.process)

    def _looking(self, since: datetime, until: datetime, *, apart: bool) -> FarLook:
        niceness = NICENESS if self._live else 0  # a replay waits for it
        return FarLook(
            self._database, self._settings.classes, self._parameters, since, until, apart=apart, niceness=niceness
        )

    def _result(self) -> FarRun | None:
        assert self._look is not None
        look, run = self._look, None
        try:
            run = look.result(self._stop)
        except LostWorkerError:
            log.warning("the process of the far look has ended before it was done", live=self._live)
            if not self._live:
                self._look = self._looking(look.since, look.until, apart=False)
                run = self._look.result()
        except BaseException:
            self.close()
            self._whole = None
            raise
        if run is None:
            self._look = None
        return run
