"""The application: middleware that keeps strangers out, and one router a topic."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from veille.api import health
from veille.api import operations as operating
from veille.api.access import Access
from veille.api.errors import OperationError

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Another host name than the allowed ones, or a malformed X-Veille-Actor."},
    401: {"description": "No token, or one that is not known."},
    403: {"description": "The wrong role, or a page of another site."},
    404: {"description": "Not there, or not for you."},
    409: {"description": "It makes no sense as things stand; `detail` says why."},
}


def create_app(
    operations: operating.Operations, access: Access, allowed_hosts: tuple[str, ...], routers: Iterable[APIRouter] = ()
) -> FastAPI:
    """The application. `access` knows the callers of /v1; `routers`: further topics (veille.api.<topic>.router)."""
    app = FastAPI(title="Veille", version="1", docs_url=None, redoc_url=None, responses=_REFUSALS)
    app.state.access = access
    app.add_middleware(
        TrustedHostMiddleware,
        allowed_hosts=[host.strip("[]") if host == "[::1]" else host for host in allowed_hosts],
    )
    app.middleware("http")(_refuse_foreign_origins)
    app.exception_handler(OperationError)(_refused)
    app.exception_handler(RequestValidationError)(_wrong)
    for router in (health.router(operations), operating.router(operations), *routers):
        app.include_router(router)
    return app


async def _refuse_foreign_origins(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """A page of another site must not post here from the operator's browser."""
    origin = request.headers.get("origin")
    if origin is not None and origin.split("://", 1)[-1] != request.headers.get("host"):
        return JSONResponse({"detail": "foreign origin"}, status_code=403)
    return await call_next(request)


async def _refused(_request: Request, error: Exception) -> Response:
    status, line = getattr(error, "status", 409), str(error)
    # As FastAPI says of a field that is wrong.
    detail = [{"loc": [], "msg": line, "type": "value_error"}] if status == 422 else line
    return JSONResponse({"detail": detail}, status_code=status)


async def _wrong(_request: Request, error: Exception) -> Response:
    """What is wrong and where, as FastAPI says it, without repeating what was sent: it may name a person."""
    assert isinstance(error, RequestValidationError)
    detail = [{name: each[name] for name in ("loc", "msg", "type")} for each in error.errors()]
    return JSONResponse({"detail": jsonable_encoder(detail)}, status_code=422)
