"""What findings are called on screens, as plain text: of series, of parts of an explanation, of times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboards import figures, words, zones
from dashboards.shared import links
from dashboards.texts import names, t

_TRANSLATED: dict[str, Callable[[], dict[str, str]]] = {
    "request_class": lambda: names("request_classes"),
    "outcome": lambda: names("outcomes"),
    "surface": lambda: names("surfaces"),
    "plan": lambda: names("plans"),
}


_LEAST = 0.01


def series(kind: str, key: str | None, target_id: object | None) -> str:
    """The series of a surge, such as `T-7K3Q-M2XA-9DFH`, `All requests` or `Language: French`."""
    if kind == "target" and target_id is not None:
        return links.person(target_id)
    if kind in ("all", "dead_feed"):
        return names("series_kinds")[kind]
    return t("people.about", name=names("series_kinds").get(kind, kind), value=value(kind, key))


def series_text(subject: str) -> str:
    """A series as incidents name it: `request_class sexualising` → `Class: Sexualising`, `everything` → `All requests`."""
    kind, _, key = subject.replace("\x1f", " ").partition(" ")
    if kind in ("everything", "all"):
        return names("series_kinds")["all"]
    return series(kind, key or None, None)


def value(dimension: str, key: str | None) -> str:
    """One value of a dimension in words; the collector's own text where there are none."""
    if key is None:
        return t("words.not_stated")
    if dimension == "language":
        return words.spoken(key)
    if dimension in ("accounts", "top_accounts"):
        return names("account_groups").get(key.replace(" ", "_"), key)
    called = _TRANSLATED.get(dimension)
    return called().get(key, key) if called else key


def series_column(rows: pl.DataFrame) -> pl.Series:
    """`series` of each row of a list of surges."""
    given = rows.select("series_kind", "series_key", "target_id").iter_rows()
    return pl.Series("label", [series(kind, key, target) for kind, key, target in given], dtype=pl.String)


def expected(count: float) -> str:
    """An expected count, with the digits that a small one needs: `1,886.9`, `0.83`, `< 0.01`."""
    if 0 < count < _LEAST:
        return f"< {words.decimal(figures.derived(_LEAST, 'bound', count), 2)}"
    return words.decimal(count, 1 if count >= 1 or count == 0 else 2)


def seconds(length: float | None) -> str:
    """A length of time, a dash where there is none."""
    return "–" if length is None else words.ago(timedelta(seconds=length))


def times(observed: float, expected: float) -> str:
    """`12 ×`: how much more than expected; above 99 where next to nothing was."""
    if expected <= 0 or observed / expected > 99:
        return t("surges.many_times")
    ratio = figures.derived(observed / expected, "times", observed)
    return f"{words.decimal(ratio, 1 if ratio < 10 else 0)} ×"


def chance(p: float | None) -> str:
    """A small probability in per cent, to the first digits that say something: `0.0020 %`, `< 0.0001 %`."""
    if p is None:
        return "–"
    if p < 1e-6:
        return f"< {words.percent(figures.derived(1e-6, 'bound', p), 4)}"
    return words.percent(p, 2 if p >= 1e-3 else 4)


def zoned(key: str, at: datetime | None = None, **values: Any) -> str:
    """A text whose `{zone}` is the name of the chosen zone."""
    return t(key, zone=zones.label(at), **values)
