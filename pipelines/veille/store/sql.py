"""Where static SQL text lives: `sql/` of a checkout, or the copy inside an installed wheel."""

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


def literal(text: str) -> str:
    """SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
