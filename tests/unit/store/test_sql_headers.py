"""Every SQL file's header against the query itself: parameters everywhere, columns and types where the pages and researchers ask.

A header is the comment at the file's begin. Its sections are `Parameters:`, `Columns:` and `Grain:`; a column entry is
`name[, name…] (TYPE …)[: text]`, entries stand between semicolons.
"""

import re
from collections.abc import Iterator

import duckdb
import pytest

from tests.unit.dashboards.published import publish
from veille.store.sql import sql_folder

FOLDER = sql_folder()
FILES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql"))
READ_BY_PAGES = [name for name in FILES if name.startswith("dashboards/")]
_LITERALS = re.compile(r"'(?:[^']|'')*'|--[^\n]*")


def split(name: str) -> tuple[str, str]:
    """Header, as one line of text, and body of a file."""
    lines = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return " ".join(line[2:].strip() for line in lines[:length]), "\n".join(lines[length:])


def section(header: str, title: str) -> str | None:
    found = re.search(rf"\b{title}: (.*?)(?=\. (?:Parameters|Columns|Grain|Reads)\b|$)", header)
    return None if found is None else found.group(1)


def entries(text: str) -> Iterator[str]:
    """Parts between semicolons that stand outside of parentheses."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def declared(text: str) -> list[tuple[str, str]]:
    """Name and type of every column of a `Columns:` section, in order."""
    found = []
    for entry in entries(text):
        match = re.match(r"([\w, ]+?) \(([A-Z]+)\b", entry)
        assert match, f"not `name (TYPE …)`: {entry!r}"
        found += [(name.strip(), match.group(2)) for name in match.group(1).split(",")]
    return found


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = publish(tmp_path_factory.mktemp("headers"), [])
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{folder / 'published/analyst/catalog.duckdb'}' AS veille (READ_ONLY)")
    connection.execute("USE veille")
    yield connection
    connection.close()


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_is_for(name: str) -> None:
    assert len(split(name)[0]) > 20


@pytest.mark.parametrize("name", FILES)
def test_the_header_names_the_parameters_of_the_query(name: str) -> None:
    header, body = split(name)
    used = set(re.findall(r"\$([a-z_]+)", _LITERALS.sub("", body)))
    text = section(header, "Parameters") or ""
    if text.startswith("as "):  # as the columns of a table
        return
    assert set(re.findall(r"\$([a-z_]+)", header)) == used


@pytest.mark.parametrize("name", FILES)
def test_the_header_names_the_placeholders_of_the_query(name: str) -> None:
    header, body = split(name)
    placeholder = r"\{([a-z_]+)\}"
    assert set(re.findall(placeholder, header)) == set(re.findall(placeholder, _LITERALS.sub("", body)))


@pytest.mark.parametrize("name", READ_BY_PAGES)
def test_the_header_names_the_columns_and_types_of_the_query(name: str, catalogue: duckdb.DuckDBPyConnection) -> None:
    header, body = split(name)
    text = section(header, "Columns")
    assert text is not None
    parameters = dict.fromkeys(re.findall(r"\$([a-z_]+)", _LITERALS.sub("", body)))
    found = catalogue.sql(body, params=parameters or None)
    assert declared(text) == [(column, str(kind)) for column, kind in zip(found.columns, found.types, strict=True)]


@pytest.mark.parametrize("name", READ_BY_PAGES)
def test_pages_get_a_grain_and_a_total_order(name: str) -> None:
    header, body = split(name)
    assert section(header, "Grain")
    assert re.search(r"\bORDER BY\b[^)]*\Z", body)
