"""The detectors of one data folder, in the order in which they step."""

from veille.config import Settings
from veille.service.detection.coordination import ClusterDetector
from veille.service.detection.grid import Detector
from veille.service.detection.surges import SurgeDetector
from veille.store.database import Database
from veille.store.findings import Findings


def detectors(database: Database, findings: Findings, settings: Settings, *, much: bool = False) -> list[Detector]:
    """Fresh detectors; the grid resumes them. much: so much history waits that another process pays."""
    return [SurgeDetector(database, findings, settings), ClusterDetector(database, findings, settings, apart=much)]
