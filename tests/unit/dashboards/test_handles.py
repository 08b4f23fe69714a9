"""Handles in texts are shown as the person whom an alias says."""

from typing import Any

import polars as pl
import pytest

from dashboards import handles
from tests.unit.store.publish.conftest import NOON, Site, pseudonym
from tests.unit.store.publish.conftest import site as site  # noqa: PLC0414  the fixture
from veille.privacy import short, short_bits


class _Found:
    """Answers `ask` from a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.asked = 0

    def ask(self, question: str, **parameters: Any) -> Any:
        self.asked += 1
        rows: pl.DataFrame = self._site.reader.named(f"dashboards/{question}", **parameters)
        return type("Rows", (), {"rows": rows})


def test_a_short_pseudonym_gives_its_bits_back() -> None:
    one = pseudonym("anna")
    assert short_bits(short(one)) == one.int >> 68
    with pytest.raises(ValueError, match="substring"):
        short_bits("ILOU")


def test_only_handles_of_one_person_become_that_person(site: Site) -> None:
    rows = [("anna", "11"), ("berta", "12"), ("berta", "13")]
    for handle, person in rows:
        site.private.connection.cursor().execute(
            "INSERT INTO people_aliases (handle_pseudonym, person_pseudonym, known_at, batch) VALUES (?, ?, ?, 1)",
            [pseudonym(handle), pseudonym(person), NOON],
        )
    site.commit(NOON)
    found: Any = _Found(site)
    anna, berta, cara, eleven = (short(pseudonym(name)) for name in ("anna", "berta", "cara", "11"))
    text = f"@{anna} and @{berta}, @{cara} <b>@{anna}"
    assert handles.named(text, found) == f"@{eleven} and @{berta}, @{cara} <b>@{eleven}"
    assert handles.named(None, found) is None
    assert handles.named(f"nobody {anna} @AAAA-AAAA-AAA", found) == f"nobody {anna} @AAAA-AAAA-AAA"
    assert found.asked == 1
