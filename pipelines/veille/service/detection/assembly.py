"""The detectors of one data folder, in the order in which they step."""

from veille.config import Settings
from veille.service.detection.coordination import ClusterDetector
from veille.service.detection.grid import Detector
from veille.service.detection.surges import SurgeDetector
from veille.service.stopping import Stop
from veille.store.database import Database
from veille.store.findings import Findings


def detectors(
    database: Database, findings: Findings, settings: Settings, *, much: bool = False, stop: Stop = lambda: False
) -> list[Detector]:
    """Fresh detectors; the grid resumes them.

    much: so much history waits that another process pays. stop: asked within long steps, which then end with StoppedError.
    """
    return [
        SurgeDetector(database, findings, settings, stop=stop),
        ClusterDetector(database, findings, settings, apart=much, stop=stop),
    ]
