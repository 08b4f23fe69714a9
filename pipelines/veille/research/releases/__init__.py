"""Release files: an aggregate data set that may leave the house."""

from veille.research.releases.export import Period, Release, export
from veille.research.releases.protect import MINIMUM, ROUNDING, protect

__all__ = ["MINIMUM", "ROUNDING", "Period", "Release", "export", "protect"]
