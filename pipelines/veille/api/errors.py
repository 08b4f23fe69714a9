"""What an operation may answer instead of a result, and the one place that makes a response of it."""

from typing import Any

import structlog
from fastapi.responses import JSONResponse

from veille.errors import VeilleError
from veille.reasons import Reason

log = structlog.get_logger(__name__)

UNEXPECTED = 500
"""HTTP status of an error that no operation expects: the caller did nothing wrong, and the log has it."""


class OperationError(VeilleError):
    """An operation failed for a reason that its one line names. HTTP 409."""

    status = 409


class NotFoundError(OperationError):
    """What was asked for is not there. HTTP 404."""

    status = 404


class InvalidError(OperationError):
    """What was sent cannot be acted on. HTTP 422."""

    status = 422


class ForbiddenError(OperationError):
    """The person is known, but may not do this. HTTP 403."""

    status = 403


def answer(error: VeilleError) -> JSONResponse:
    """The response to a call that ended with this error: its own `status` where it has one, and its one line as `detail`."""
    status, line = getattr(error, "status", UNEXPECTED), str(error)
    if status == UNEXPECTED:
        log.error("a call failed", error=type(error).__name__, line=line)
    return JSONResponse(described(status, line, error.reason), status_code=status)


def described(status: int, line: str, why: Reason | None = None) -> dict[str, Any]:
    """The body of a refusal; with status 422 in the form in which FastAPI reports a field that is wrong.

    why: the same as `line` in code and facts, so that the caller can say it in another language.
    """
    found = [{"loc": [], "msg": line, "type": "value_error"}] if status == 422 else line
    return {"detail": found} if why is None else {"detail": found, "reason": why.as_dict()}
