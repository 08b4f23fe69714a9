"""Where static SQL text lives: `sql/` of a checkout, or the copy inside an installed wheel."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path


@cache
def sql_folder() -> Path:
    """The folder of SQL files. Raises FileNotFoundError where the installation is broken."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sql", package.parents[1] / "sql"):
        if (folder / "schema").is_dir():
            return folder
    raise FileNotFoundError("the folder sql/ is missing from this installation of veille: install it again")


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`, for example `statement("dashboards/volume")`."""
    return (sql_folder() / f"{name}.sql").read_text(encoding="utf-8")


Names = Mapping[str, str | Sequence[str]]
"""Placeholder of a file → the name of a table or column that stands there, or several names of columns."""
NO_NAMES: Names = {}

_PLACEHOLDER = re.compile(r"('?)\{([a-z_]+)\}\1")


def filled(name: str, names: Names) -> str:
    """The text of `sql/<name>.sql` with each `{placeholder}` replaced by our own names, quoted; values are never filled in.

    Between single quotes, as in `date_trunc('{bucket}', …)`, it becomes a text of that name.
    Raises KeyError where the file asks for a name that is not given.
    """

    def quoted(found: re.Match[str]) -> str:
        given = names[found[2]]
        if found[1] and isinstance(given, str):
            return literal(given)
        return ", ".join(f'"{each}"' for each in ([given] if isinstance(given, str) else given))

    return _PLACEHOLDER.sub(quoted, statement(name)) if names else statement(name)


def literal(text: str) -> str:
    """SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
