"""The root of all exceptions of Veille."""

from veille.reasons import Reason


class VeilleError(Exception):
    """Something went wrong and the person affected is told in one line: `str(error)` is the cause, then the cure.

    cause: what happened. cure: what to do about it; empty where the cause says it already, or where nothing can be done. Neither
    holds a raw id, prompt text or a secret. reason: the cause and cure as a code with facts, where the error was raised with one: it
    can be said in every language. The commands print the line in one place (`veille.cli.main`), the API answers with it in one place
    (`veille.api.errors.answer`), the pages show it in one place (`dashboards.states.tell`).
    """

    def __init__(self, cause: str | Reason = "", cure: str = "") -> None:
        self.reason = cause if isinstance(cause, Reason) else None
        if isinstance(cause, Reason):
            cause, cure = cause.parts()
        super().__init__(*((cause, cure) if cure else (cause,)))
        self.cause = cause
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.cause}: {self.cure}" if self.cure else self.cause
