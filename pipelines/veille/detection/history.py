"""Detection over history, after a replay has taken everything in."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from veille.config import Settings
from veille.detection.assembly import detectors
from veille.detection.grid import Grid, Step, read_progress
from veille.detection.incidents import IncidentDetection
from veille.stopping import Stop, checking
from veille.store.database import Database
from veille.store.findings import Findings

MUCH = 20_000
"""Mentions that are worth a process more: starting it takes about as long as deciding some thousands."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What detection over history did.

    steps: grid points decided. afresh: earlier findings were replaced, since events had come or detection had been
    interrupted. left_alone: older events came, but a live service has already acted on findings, so theirs were not
    decided anew.
    """

    steps: int
    afresh: bool = False
    left_alone: bool = False


def detect_history(
    database: Database, settings: Settings, watch: Callable[[int], None], stop: Stop = lambda: False
) -> Detected:
    """Decide every bin that history has completed; the same findings as a live stream would have given.

    watch: told after every grid point how many are left.
    Persons are resolved first, by all aliases: of all rows, or of those that a live service has not decided yet.
    Findings are a function of the events alone: where any came since, or detection was interrupted, everything is decided
    afresh, but for incidents in which a person acted; where none came, nothing is done. Where a service ran on
    these data, its findings stay, and what is newer is decided after them.
    stop: asked often; then StoppedError ends the call, and the next one begins afresh. Raises StoreError.
    """
    newest = database.frame("detect/grid/newest").item()
    progress = read_progress(database)
    live = progress is not None and progress.live
    database.resolve_people(progress.detected_until if live and progress is not None else None)
    if newest is None or (not live and _complete(database)):
        return Detected(0)
    findings = Findings(database)
    incidents = IncidentDetection(database, findings, settings)
    covered = database.last_batch
    left_alone = live and progress is not None and _older(database, progress.batch, progress.detected_until)
    afresh = not live and progress is not None
    if not live:
        database.execute("detect/grid/forget_detected_history")  # first: a kill from here on is an interruption
        findings.clear()
        incidents.clear()
    begin = (
        database.frame("detect/grid/earliest", batch=-1).item()
        if progress is None or afresh
        else progress.detected_until
    )
    much = database.frame("detect/grid/mentions", since=begin).item() > MUCH
    stepped = detectors(database, findings, settings, much=much, stop=stop)

    def note(step: Step) -> None:
        if step.detector == stepped[-1].name:
            watch(step.left)

    with closing(Grid(database, stepped, note)) as grid:
        steps = grid.advance(newest, live=False, stop=stop)
        checking(stop)()
        grid.conclude(wait=True)
    if steps and grid.progress is not None:
        incidents.step(grid.progress.detected_until, final=True)
    if not live:
        database.execute("detect/grid/note_detected_history", batch=covered)
    return Detected(steps, afresh, left_alone)


def _complete(database: Database) -> bool:
    """Whether an earlier call came to its end, and no event has come since."""
    covered = database.frame("detect/grid/detected_history")["batch"].to_list()
    return bool(covered) and database.frame("detect/grid/earliest", batch=covered[0]).item() is None


def _older(database: Database, batch: int, detected_until: datetime) -> bool:
    earliest = database.frame("detect/grid/earliest", batch=batch).item()
    return earliest is not None and earliest < detected_until
