"""The demo: a simulated history, replayed as any other, and its simulated continuation as a live stream."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import polars as pl

from veille.config import Settings
from veille.events import EventType
from veille.research.gateway.lock import lock_of
from veille.service.live import Arrival, LiveSource
from veille.service.replay import Replay
from veille.service.supervise import run_service
from veille.simulate import Scenario, live, messages, scenario, write
from veille.sources.files import FileSource
from veille.store.errors import StoreError
from veille.store.owner import Owner

SCENARIO = "grok-winter-2026"
SIMULATED = "simulated"
MARK = "DEMO.txt"
"""Says that a folder is a demo's and may be replaced, also one that was interrupted."""


def prepare(folder: Path, scale: int | None, watch: Callable[[float, int], None]) -> Scenario:
    """Simulate a history that ends now into a fresh demo folder; an older demo there is removed.

    Raises StoreError where the folder holds anything but a demo, or a demo is running in it.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise StoreError(f"{folder} holds something that is no demo", "name another folder with --data-dir")
        Owner(folder, "veille demo").release()
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).write_text("Everything in this folder is simulated; `veille demo` replaces it.\n", encoding="utf-8")
    chosen = scenario(SCENARIO, scale=scale, end_at=datetime.now(UTC).replace(microsecond=0))
    write(chosen, folder / SIMULATED, watch=watch)
    return chosen


def of_demo(settings: Settings) -> Settings:
    """The settings of a demo: its API at a free port; and SQL also where the kernel cannot lock a query in.

    That is for a demo that nobody else can reach: everything in its folder is simulated, but the machine is not. The
    dashboards are a process of their own, so the environment says it too.
    """
    changed = settings.model_copy(update={"api": settings.api.model_copy(update={"port": 0})})
    here = settings.api.on_loopback and settings.dashboards.login == "loopback"
    if not here or lock_of(settings.research.kernel_lock) != "none":
        return changed
    os.environ["VEILLE_RESEARCH__KERNEL_LOCK"] = "where_available"
    research = settings.research.model_copy(update={"kernel_lock": "where_available"})
    return changed.model_copy(update={"research": research})


@contextmanager
def history(settings: Settings) -> Iterator[tuple[Replay, FileSource]]:
    """The replay of the simulated history, and its source."""
    source = FileSource([settings.data_dir / SIMULATED])
    with Replay(settings, source) as run:
        yield run, source


def stream(settings: Settings, chosen: Scenario, stop: Event) -> None:
    """Go on in real time from where the history ends, until `stop`."""
    assert chosen.end_at is not None
    arrivals = _arrivals(chosen, chosen.end_at)
    run_service(settings, lambda _: LiveSource(arrivals), stop, command="veille demo")


def _arrivals(chosen: Scenario, since: datetime) -> Iterator[Arrival]:
    """Events arrive as they occur: a stream has no collector that could be late."""
    for part in live(chosen, since):
        collected = pl.min_horizontal("collected_at", pl.lit(part.until, pl.Datetime("us", "UTC"))).alias(
            "collected_at"
        )
        for event_type, frame in zip(EventType, (part.mentions, part.generations, part.moderations), strict=True):
            if frame.height:
                yield part.until, event_type, messages(frame.with_columns(collected), event_type.value)
