"""Why something was done, found or refused: a code with facts. The words are made where a person reads them, in her language.

`en.toml` and `fr.toml` hold a text for each code (`section.name`), with a placeholder for each fact. A text of two parts is a table
of `cause` and `cure`. A placeholder may say how its value is written: a number's form as in Python (`{share:.1%}`), or the section that
holds its name: `name` for `names` (`{severity:name}`), `act` for `acts`, `event` for `events` (what
happened), `fact` for `facts` (of a message), `finding` for `findings`, `rule` for `rules`, `value` for `values` (of series); `any`
for a list of names of which one is enough. A fact may itself be a reason, or a list; a reason stands in its own words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from veille.reasons.words import DEFAULT, LANGUAGES, named, names, one_line, parts, templates, worded

__all__ = ["DEFAULT", "LANGUAGES", "Reason", "named", "names", "one_line", "reason", "reason_of", "stored", "told"]

Fact = str | int | float | Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """code: as in the catalogue. facts: what its text names; values as JSON has them. `str` is its English text."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words()

    def words(self, language: str = DEFAULT) -> str:
        """One sentence, of all its parts. Never raises: a fact that is missing is a question mark, an unknown code stands itself."""
        return worded(self.code, self.facts, language)

    def parts(self, language: str = DEFAULT) -> tuple[str, str]:
        """Cause and cure; the cure is empty where the text has one part."""
        return parts(self.code, self.facts, language)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"code": self.code, "facts": dict(self.facts)}


def reason(code: str, /, **facts: "Fact | Reason") -> Reason:
    """A reason of the catalogue. Raises KeyError where it has none of that code."""
    if code not in templates(DEFAULT):
        raise KeyError(code)
    return Reason(code, {name: fact.as_dict() if isinstance(fact, Reason) else fact for name, fact in facts.items()})


def stored(why: Reason) -> str:
    """As a column of text keeps it: JSON of code and facts."""
    return json.dumps(why.as_dict(), sort_keys=True, ensure_ascii=False)


def reason_of(value: object) -> Reason | None:
    """The reason that was stored, as JSON text or as an object; None for anything else, such as a sentence of an earlier version."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, dict) or not isinstance(value.get("code"), str):
        return None
    facts = value.get("facts")
    return Reason(value["code"], facts if isinstance(facts, dict) else {})


def told(value: object, language: str = DEFAULT) -> str:
    """What was stored in words: a reason by its text, a sentence as it is, nothing as an empty text."""
    found = reason_of(value)
    return found.words(language) if found is not None else str(value or "")
