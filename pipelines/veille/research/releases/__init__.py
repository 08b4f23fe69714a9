"""Release files: an aggregate data set that may leave the house."""

from veille.research.releases.export import ReleasePeriod, WrittenRelease, export
from veille.research.releases.protect import MINIMUM, ROUNDING, protect

__all__ = ["MINIMUM", "ROUNDING", "ReleasePeriod", "WrittenRelease", "export", "protect"]
