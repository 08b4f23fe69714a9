"""Ad hoc SQL that can hurt nobody: each query in a locked process of its own, with limits, on record."""

from veille.research.gateway.errors import GatewayError, QueryRefused, QueryStopped, QueryWrong
from veille.research.gateway.gateway import Gateway, Running
from veille.research.gateway.model import (
    Answer,
    CatalogueRelation,
    Column,
    QueryLimits,
    QueryRecord,
    QueryRequest,
    QueryResult,
)
from veille.research.gateway.process import run_locked
from veille.research.gateway.rights import CATALOGUES, allowed_catalogues, sees_all

__all__ = [
    "CATALOGUES",
    "Answer",
    "CatalogueRelation",
    "Column",
    "Gateway",
    "GatewayError",
    "QueryLimits",
    "QueryRecord",
    "QueryRefused",
    "QueryRequest",
    "QueryResult",
    "QueryStopped",
    "QueryWrong",
    "Running",
    "allowed_catalogues",
    "run_locked",
    "sees_all",
]
