"""Finding the worked examples."""

from difflib import get_close_matches
from functools import cache

from veille.research.errors import ResearchError
from veille.research.examples.header import Example, parse
from veille.store.sql import sql_folder, statement


@cache
def examples() -> tuple[Example, ...]:
    """All worked examples, by name."""
    names = sorted(file.stem for file in (sql_folder() / "research").glob("*.sql"))
    return tuple(parse(name, statement(f"research/{name}")) for name in names)


def example(name: str) -> Example:
    """The example of that name. Raises ResearchError that names similar ones."""
    known = {each.name: each for each in examples()}
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise ResearchError(f"there is no example {name!r}{hint} (`veille research list` shows all)")
    return known[name]
