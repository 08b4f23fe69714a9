"""One line of the report of `veille doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CheckResult:
    """One line of the report; `cure` is empty where nothing is wrong."""

    subject: str
    state: Literal["ok", "warning", "fault"]
    what: str
    cure: str = ""
