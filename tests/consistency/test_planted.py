"""Ten planted disagreements, each of which the suite must find: it would not be worth its cost otherwise."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboards import data, words
from tests.consistency.checking import disagreements
from tests.consistency.chosen import view
from tests.consistency.pages import opened
from tests.consistency.truth import Truth
from tests.consistency.unmarked import unmarked
from veille.store.reader import Reader

Plant = Callable[[str, pl.DataFrame], pl.DataFrame]
HOUR = timedelta(hours=1)


def _more(question: str, column: str, by: int = 1) -> Plant:
    """One query whose number is off."""
    return lambda name, rows: rows.with_columns(pl.col(column) + by) if name == f"dashboards/{question}" else rows


def _instead(text: str, other: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Queries in which one text stands for another."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        named = Reader.query
        patch.setattr(Reader, "query", lambda self, sql, values=None: named(self, sql.replace(text, other), values))

    return plant


def _shifted(**lengths: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """A query that is asked with other values than the page says."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        named = Reader.named

        def other(self: Reader, name: str, **values: Any) -> pl.DataFrame:
            return named(self, name, **{key: v + lengths[key] if key in lengths else v for key, v in values.items()})

        patch.setattr(Reader, "named", other)

    return plant


def _without(filter_name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A filter that the page shows and no query gets."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        named = Reader.named

        def other(self: Reader, name: str, **values: Any) -> pl.DataFrame:
            return named(self, name, **{key: None if key == filter_name else v for key, v in values.items()})

        patch.setattr(Reader, "named", other)

    return plant


def _rows(plant: Plant) -> Callable[[pytest.MonkeyPatch], None]:
    def patched(patch: pytest.MonkeyPatch) -> None:
        named = Reader.named
        patch.setattr(Reader, "named", lambda self, name, **values: plant(name, named(self, name, **values)))

    return patched


def _stale(patch: pytest.MonkeyPatch) -> None:
    """Answers of an hour ago, kept under the name of now."""
    rows = data._rows

    def kept(folder: str, name: str, as_of: Any, values: Any, *, shared: bool) -> pl.DataFrame:
        old = tuple((key, v - HOUR if key == "until" else v) for key, v in values)
        return rows(folder, name, as_of, old, shared=shared)

    patch.setattr(data, "_rows", kept)


def _unmarked(patch: pytest.MonkeyPatch) -> None:
    """A number that a page writes by itself."""
    patch.setattr(words, "requests_of", lambda _: "requests, 4711 of them new")


PLANTED: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a rollup off by one": ("now", _rows(_more("headline", "requests"))),
    "a period off by an hour": ("now", _shifted(since=HOUR)),
    "a filter ignored": ("explore-requests-filtered", _without("jurisdiction")),
    "a class ignored": ("targets", _without("request_class")),
    "a nested burst counted twice": ("incident", _rows(_more("incidents_one", "requests", 6))),
    "a stale cache": ("now", _stale),
    "a time zone": ("explore-heat", _shifted(zone_seconds=3600)),
    "requests about oneself counted": ("now", _instead("NOT is_self", "true")),
    "members who left counted": ("cluster", _rows(_more("clusters_one", "accounts"))),
    "answers by the first instead of the last word": ("now", _instead("outcome = 'fulfilled'", "outcome IN ('fulfilled', 'partial')")),
    "a surge of a wider span": ("surge", _rows(_more("surges_one", "observed", 20))),
}  # fmt: skip
"""What is wrong → the page that shows it, and how it is made wrong."""


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_disagreement_is_found(
    monkeypatch: pytest.MonkeyPatch, demo: Path, truth: Truth, planted: str
) -> None:
    name, plant = PLANTED[planted]
    page = view(name, truth)
    plant(monkeypatch)
    _, recorded = opened(monkeypatch, demo, page)
    wrong = disagreements(recorded, page, truth)
    assert any("event rows say" in line for line in wrong), wrong


def test_a_number_without_a_meaning_is_found(monkeypatch: pytest.MonkeyPatch, demo: Path, truth: Truth) -> None:
    page = view("now", truth)
    _unmarked(monkeypatch)
    app, recorded = opened(monkeypatch, demo, page)
    assert any("4711" in line for line in unmarked(app, recorded))
