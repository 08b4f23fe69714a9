"""The HTTP API of `veille run`: health, metrics, findings, and what people do. One file a topic.

Loopback by default. `/v1` asks who calls (veille.api.access), so that another user of the machine can neither read a
dead letter nor make a copy of the data.
"""

from veille.api.access import Access
from veille.api.app import create_app
from veille.api.errors import NotFoundError, OperationError
from veille.api.operations import Operations

__all__ = ["Access", "NotFoundError", "OperationError", "Operations", "create_app"]
