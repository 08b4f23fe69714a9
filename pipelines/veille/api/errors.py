"""What an operation may answer instead of a result; each is one line for the person who asked."""


class OperationError(Exception):
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
