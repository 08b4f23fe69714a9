"""The request guard: who calls is known before anything is read, and nobody can ask for more than the service can give.

It stands before every route (veille.api.app). What it refuses is counted, logged without values, and on record in a form whose
size does not depend on how often it is tried.
"""

from veille.api.guard.guard import RequestGuard
from veille.api.guard.limits import RequestLimits
from veille.api.guard.refusals import Refusals

__all__ = ["Refusals", "RequestGuard", "RequestLimits"]
