"""Ad hoc SQL that can hurt nobody: each query in a locked process of its own, with limits, on record."""

from veille.research.gateway.errors import GatewayError, QueryRefused, QueryStopped, QueryWrong
from veille.research.gateway.gateway import Gateway, Running
from veille.research.gateway.model import (
    Answer,
    Column,
    Limits,
    QueryRecord,
    QueryRequest,
    QueryResult,
    Relation,
)
from veille.research.gateway.process import run_locked
from veille.research.gateway.rights import CATALOGUES, allowed_catalogues, sees_all

__all__ = [
    "CATALOGUES",
    "Answer",
    "Column",
    "Gateway",
    "GatewayError",
    "Limits",
    "QueryRecord",
    "QueryRefused",
    "QueryRequest",
    "QueryResult",
    "QueryStopped",
    "QueryWrong",
    "Relation",
    "Running",
    "allowed_catalogues",
    "run_locked",
    "sees_all",
]
