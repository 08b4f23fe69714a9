"""How far two coders agree, and what both say of the sample. Pure."""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from dashboards import statistics
from dashboards.texts import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two coders on the same items.

    n: items that both coded; agreed: of these, with the same code; kappa: Cohen's (1960). yes, no: items on which both say so;
    precision: yes ÷ (yes + no) with its 95 % Wilson interval, None where there is none; unsure and disputed items are no part of it.
    table: counts by code of the one (rows) and of the other (columns).
    """

    n: int
    agreed: int
    kappa: float | None
    yes: int
    no: int
    precision: float | None
    interval: tuple[float, float] | None
    table: pl.DataFrame


def agreement(codes: pl.DataFrame, one: str, other: str) -> Agreement:
    """codes: event_id, coder, code (yes, no, unsure). Raises ValueError where the two have no item in common."""
    first, second = (codes.filter(pl.col("coder") == coder).select("event_id", "code") for coder in (one, other))
    both = first.join(second, on="event_id", suffix="_other")
    pairs = Counter(both.select("code", "code_other").iter_rows())
    n = sum(pairs.values())
    if not n:
        raise ValueError("no item was coded by both")
    yes, no = pairs["yes", "yes"], pairs["no", "no"]
    decided = yes + no
    return Agreement(
        n=n,
        agreed=sum(count for (a, b), count in pairs.items() if a == b),
        kappa=statistics.kappa(pairs),
        yes=yes,
        no=no,
        precision=yes / decided if decided else None,
        interval=statistics.wilson(yes, decided) if decided else None,
        table=_table(pairs, one, other),
    )


def _table(pairs: Counter[tuple[str, str]], one: str, other: str) -> pl.DataFrame:
    known = names("codes")
    rows = [
        {f"{one} ↓  {other} →": known[code], **{known[across]: pairs[code, across] for across in known}} for code in known
    ]  # fmt: skip
    return pl.DataFrame(rows)
