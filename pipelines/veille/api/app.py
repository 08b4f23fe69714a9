"""The application: middleware that keeps strangers out, and one router a topic."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from veille.api import health
from veille.api import operations as operating
from veille.api.access import Access
from veille.api.errors import answer
from veille.api.guard import Refusals, RequestGuard, RequestLimits
from veille.errors import VeilleError

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The host name is not allowed, or X-Veille-Actor is malformed."},
    401: {"description": "The token is missing or unknown."},
    403: {"description": "The role is not sufficient, or the request comes from another site."},
    404: {"description": "It does not exist, or your role may not see it."},
    408: {"description": "The body did not arrive in time."},
    409: {"description": "The command conflicts with the current state; `detail` gives the reason."},
    413: {"description": "The body is too large for this call."},
    422: {"description": "A field is invalid, or the body is nested too deeply; `detail` names it."},
    429: {"description": "Too many requests, or too many at once; `Retry-After` gives the time to wait."},
    503: {"description": "The service is at its limit of requests, or cannot check tokens at the moment."},
}


def create_app(
    operations: operating.Operations | None,
    access: Access,
    allowed_hosts: tuple[str, ...],
    routers: Iterable[APIRouter] = (),
    *,
    limits: RequestLimits | None = None,
    refusals: Refusals | None = None,
) -> FastAPI:
    """The application. `access` knows the callers of /v1; `routers`: further topics (veille.api.<topic>.router).

    operations: None where no service runs; health, metrics and status are left out then.
    limits, refusals: of the request guard; by default the usual limits, and nothing on record.
    """
    app = FastAPI(title="Veille", version="1", docs_url=None, redoc_url=None, responses=_REFUSALS)
    every = [*_running(operations), *routers]
    app.add_middleware(
        TrustedHostMiddleware,
        allowed_hosts=[host.strip("[]") if host == "[::1]" else host for host in allowed_hosts],
    )
    app.add_middleware(
        RequestGuard,
        access=access,
        limits=limits or RequestLimits(),
        refusals=refusals or Refusals(),
        topics=_topics(every),
    )
    app.exception_handler(VeilleError)(_refused)
    app.exception_handler(RequestValidationError)(_wrong)
    for router in every:
        app.include_router(router)
    return app


def _running(operations: operating.Operations | None) -> list[APIRouter]:
    if operations is None:
        return []
    return [health.router(operations), operating.router(operations), operating.maintenance_router(operations)]


def _topics(routers: Iterable[APIRouter]) -> set[str]:
    """First parts of the paths under /v1."""
    paths = [getattr(route, "path", "") for router in routers for route in router.routes]
    return {path.removeprefix("/v1/").partition("/")[0] for path in paths if path.startswith("/v1/")}


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, VeilleError)
    return answer(error)


async def _wrong(_request: Request, error: Exception) -> Response:
    """What is wrong and where, as FastAPI says it, without repeating what was sent: it may name a person."""
    assert isinstance(error, RequestValidationError)
    detail = [{name: each[name] for name in ("loc", "msg", "type")} for each in error.errors()]
    return JSONResponse({"detail": jsonable_encoder(detail)}, status_code=422)
