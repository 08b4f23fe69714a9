"""What the data at hand can answer: defaults of a question's parameters, and why an answer is empty."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from veille.research.examples.binding import Value
from veille.research.examples.header import Example, Parameter

_NEEDS_GENERATIONS = re.compile(r"\b(generations|production\w*|fulfilled|refused)\b")
_NEEDS_MODERATIONS = re.compile(r"\bmoderations\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldData:
    """As the columns of `research/release/held`. Times are UTC."""

    since: datetime | None
    until: datetime | None
    generations: int
    moderations: int
    sexualising: int
    stated: int
    unstated: int

    @property
    def counted(self) -> str | None:
        """The class to count where the question's own default is not declared anywhere; None where it is, or where another class is."""
        return "unknown" if self.unstated and not self.stated else None

    def fill(self, parameters: Sequence[Parameter], given: Mapping[str, str | None]) -> dict[str, str | None]:
        """What was given, with the span of the data for times that were not, and the class that is counted here."""
        own = {"since": _text(self.since), "until": _text(self.until), "request_class": self.counted}
        filled = {
            each.name: own[each.name]
            for each in parameters
            if own.get(each.name) is not None and given.get(each.name) is None
        }
        return {**given, **filled}

    def why_not(self, asked: Example, values: Mapping[str, Value], rows: pl.DataFrame) -> list[str]:
        """One sentence for each reason for which these data cannot answer the question, or only in part."""
        body = "\n".join(line for line in asked.sql.splitlines() if not line.startswith("--"))
        said = []
        if not self.generations and _NEEDS_GENERATIONS.search(body):
            said.append("These data contain no generations, so answers and images are unknown.")
        if not self.moderations and _NEEDS_MODERATIONS.search(body):
            said.append("These data contain no moderations, so reports and removals are unknown.")
        if values.get("request_class") == "sexualising" and not self.sexualising:
            said.append(
                f"No request here is declared sexualising; {self.stated:,} declare another class and {self.unstated:,} none. "
                "To choose a class: --param request_class=unknown."
            )
        if rows.is_empty():
            said.append(f"No row: {self._elsewhere(values)}")
        return said

    def _elsewhere(self, values: Mapping[str, Value]) -> str:
        if self.since is None or self.until is None:
            return "there are no events yet."
        span = f"from {self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC"
        since, until = values.get("since"), values.get("until")
        outside = (isinstance(since, datetime) and since >= self.until) or (
            isinstance(until, datetime) and until <= self.since
        )
        if outside:
            return f"the data cover {span}; without --since and --until the whole period is used."
        return f"these data contain no events for this question; they cover {span}."


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
