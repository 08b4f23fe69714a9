"""The texts of reasons, one catalogue a language, and the filling of their placeholders."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("en", "fr")
DEFAULT = "en"
ANY = "any"
NAMES: Mapping[str, str] = {
    "name": "names",
    ANY: "names",
    "act": "acts",
    "event": "events",
    "fact": "facts",
    "finding": "findings",
    "rule": "rules",
    "value": "values",
}
"""How a placeholder says that its value has a name, and the section of the catalogues that holds these names."""
_THIN = "\u202f"
_UNKNOWN = "?"
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_JOIN = {"en": ": ", "fr": " : "}
_OR = {"en": " or ", "fr": " ou "}


def worded(code: str, facts: Mapping[str, Any], language: str) -> str:
    """The sentence of a code with these facts; the code itself where the catalogue has none. Never raises."""
    cause, cure = parts(code, facts, language)
    return f"{cause}{_JOIN[language]}{cure}" if cure else cause


def parts(code: str, facts: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Cause and cure of a code with these facts. Never raises."""
    writer = _Writer(language)
    cause, cure = templates(language).get(code, (code.replace("{", "{{").replace("}", "}}"), ""))
    return writer.vformat(cause, (), facts), writer.vformat(cure, (), facts)


def named(value: str, language: str, section: str = "names") -> str:
    """The name of a value of a fact (a severity, a role …), itself where it has none. section: one of `NAMES`."""
    return str(_catalogue(language)[section].get(value, value))


def one_line(text: str) -> str:
    """The text without ends of lines and repeated blanks; the blanks inside a number stay as they are."""
    return _BLANKS.sub(" ", text).strip()


def names(section: str, language: str) -> dict[str, str]:
    """All names of a section."""
    return {value: str(name) for value, name in _catalogue(language)[section].items()}


@cache
def templates(language: str) -> dict[str, tuple[str, str]]:
    """Code → text of the cause and of the cure (empty where there is one part), placeholders unfilled."""
    found = {}
    for section, texts in _catalogue(language).items():
        if section not in NAMES.values():
            for name, text in texts.items():
                found[f"{section}.{name}"] = (text, "") if isinstance(text, str) else (text["cause"], text["cure"])
    return found


@cache
def _catalogue(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))


class _Writer(Formatter):
    """Fills placeholders as the language writes numbers and names. What cannot be written as the text wants is written plainly."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        del args
        return kwargs.get(str(key), _UNKNOWN)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            return worded(str(value.get("code", _UNKNOWN)), _mapping(value.get("facts")), self._language)
        if isinstance(value, list | tuple):
            between = _OR[self._language] if format_spec == ANY else ", "
            return between.join(self.format_field(each, format_spec) for each in value)
        if format_spec in NAMES:
            return named(str(value), self._language, NAMES[format_spec])
        return self._plain(value, format_spec)

    def _plain(self, value: Any, format_spec: str) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        try:
            return self._number(format(value, format_spec or ("," if isinstance(value, int) else ",g")))
        except ValueError:
            return str(value)

    def _number(self, english: str) -> str:
        if self._language != "fr":
            return english
        return english.replace(",", _THIN).replace(".", ",").replace("%", f"{_THIN}%")


def _mapping(facts: object) -> Mapping[str, Any]:
    return facts if isinstance(facts, Mapping) else {}
