"""The detectors of one data folder, in the order in which they step."""

from veille.config import Settings
from veille.detection.coordination.detector import ClusterDetector
from veille.detection.grid import Detector
from veille.detection.surges.detector import SurgeDetector
from veille.stopping import Stop
from veille.store.database import Database
from veille.store.findings import Findings


def detectors(
    database: Database,
    findings: Findings,
    settings: Settings,
    *,
    much: bool = False,
    live: bool = False,
    stop: Stop = lambda: False,
) -> list[Detector]:
    """Fresh detectors; the grid resumes them.

    much: so much history waits that another process pays. live: what is due once a day is done.
    stop: asked within long steps, which then end with StoppedError.
    """
    return [
        SurgeDetector(database, findings, settings, stop=stop),
        ClusterDetector(database, findings, settings, apart=much, live=live, stop=stop),
    ]
