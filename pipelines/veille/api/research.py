"""Ad hoc SQL over HTTP, through the research gateway."""

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from veille.api.access import Principal, require
from veille.api.answers import MIB, TYPES, Form, encode
from veille.api.errors import ForbiddenError, InvalidError, NotFoundError, OperationError
from veille.reasons import reason
from veille.research.gateway import GatewayError, QueryRecord, QueryRefused, QueryRequest, QueryResult, QueryWrong

Asker = Annotated[Principal, Depends(require("researcher", "analyst", "steward"))]


class QueryService(Protocol):
    """What this part of the API asks of the service."""

    def run(self, request: QueryRequest) -> QueryResult: ...
    def queries(self, caller: Principal, limit: int) -> list[QueryRecord]: ...
    def cancel(self, query_id: str, caller: Principal) -> bool: ...


class QueryBody(BaseModel):
    """One statement that only reads. seconds: more than the usual limit, up to `max_seconds`."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(max_length=100_000)
    catalogue: str = "research"
    parameters: dict[str, Any] = {}
    seconds: float | None = None
    format: Form = "json"


class LimitError(OperationError):
    """The query met a limit, or was cancelled. HTTP 422."""

    status = 422


def router(research_service: QueryService, result_mib: int = 64) -> APIRouter:
    """result_mib: of one answer as it is sent (`result_mib` under [research])."""
    api = APIRouter(prefix="/v1", tags=["research"])

    @api.post("/query")
    def query(question: QueryBody, caller: Asker) -> Response:
        """Run a query in a locked process and return its rows. The headers say how long it took and whether rows were cut off."""
        request = QueryRequest(
            sql=question.sql,
            actor=caller.on_record,
            roles=tuple(sorted(caller.roles)),
            catalogue=question.catalogue,
            parameters=question.parameters,
            seconds=question.seconds,
            way="api",
        )
        try:
            return _response(research_service.run(request), question.format, result_mib * MIB)
        except QueryRefused as error:
            raise ForbiddenError(error.reason or str(error)) from None
        except QueryWrong as error:
            raise InvalidError(error.reason or str(error)) from None
        except GatewayError as error:
            raise LimitError(error.reason or str(error)) from None

    @api.get("/queries")
    def queries(caller: Asker, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[dict[str, Any]]:
        """The caller's queries, newest first, those under way too; a steward's list is everybody's."""
        kept = ("query_id", "actor", "way", "catalogue", "sql", "started_at", "as_of", "seconds", "rows", "outcome")
        return [{name: getattr(record, name) for name in kept} for record in research_service.queries(caller, limit)]

    @api.delete("/queries/{query_id}")
    def cancel(query_id: str, caller: Asker) -> dict[str, bool]:
        """End a query that is running: one's own, or as a steward anybody's."""
        try:
            ended = research_service.cancel(query_id, caller)
        except PermissionError as error:
            raise ForbiddenError(str(error)) from None
        if not ended:
            raise NotFoundError(reason("refused.no_query"))
        return {"cancelled": True}

    return api


def _response(result: QueryResult, form: Form, most_bytes: int) -> Response:
    encoded = encode(result, form, most_bytes)
    headers = {
        "X-Veille-Query": result.query_id,
        "X-Veille-Rows": str(encoded.rows),
        "X-Veille-Seconds": f"{result.seconds:.3f}",
        "X-Veille-Truncated": str(result.truncated or encoded.cut).lower(),
    }
    return StreamingResponse(encoded.body, media_type=TYPES[form], headers=headers)
