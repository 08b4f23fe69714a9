"""Coordination: who acts together against the same targets, with a stated false rate (docs/detection/coordination.md).

mentions -> co-actions -> independent units -> pairs (null model) -> clusters (tree test) -> accounts that join
"""

from veille.detect.coordination.detection import Detection, detect
from veille.detect.coordination.extracts import MOST, TooFew, too_few
from veille.detect.coordination.parameters import DEFAULT_WINDOWS, Parameters, Window

__all__ = ["DEFAULT_WINDOWS", "MOST", "Detection", "Parameters", "TooFew", "Window", "detect", "too_few"]
