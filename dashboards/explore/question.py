"""What a person asks of Explore, and the answer in one shape whatever is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboards import words
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared import naming
from dashboards.texts import names, t

FILTERS = ("platform", "jurisdiction", "gender_source")
PEOPLE = ("targets", "accounts")
RATES: Mapping[str, tuple[str, ...]] = {
    "answered_rate": ("fulfilled", "partial", "refused"),
    "fulfilled_share": ("fulfilled", "partial", "refused", "errors", "unknown", "unanswered"),
}
"""Measures that divide: fulfilled ÷ the sum of these."""
UNKNOWN = "unknown"
"""Answers that nobody has judged. They widen every rate to bounds."""
BREAKDOWNS: Mapping[str, tuple[str, ...]] = {
    "requests": (
        "none", "request_class", "outcome", "language", "jurisdiction", "target_gender", "gender_source", "public_figure", "platform",
        "generator",
    ),
    "images": ("none", "sexualised", "surface", "plan", "platform", "generator"),
}  # fmt: skip
PEOPLE_ONLY = ("target_gender", "gender_source", "public_figure", "surface", "plan")
"""Breakdowns for who sees people."""
COMPARISONS = ("none", "period", "weekdays")
MOST_EXACT, ONE_IN = 500_000, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """measure × breakdown × filter × comparison. filters: None takes all; the class counts for requests and people only."""

    measure: str
    breakdown: str
    comparison: str
    top: int
    request_class: str | None
    filters: tuple[tuple[str, str | None], ...]

    @property
    def chosen(self) -> dict[str, str | None]:
        """Parameters of queries over requests."""
        return {"request_class": self.request_class, **dict(self.filters)}

    @property
    def title(self) -> str:
        """What is shown, in words."""
        measure = names("measures")[self.measure]
        by = "" if self.breakdown == "none" else f" {t('explore.by', what=names('breakdowns')[self.breakdown].lower())}"
        of = "" if self.measure == "images" else f" · {words.of_class(self.request_class)}"
        return f"{measure}{by}{of}"


def breakdowns(measure: str, *, everything: bool = True) -> tuple[str, ...]:
    """What a measure can be broken down by. Rates cannot be by answer, nor people, who may have had several.

    everything: False leaves out what is not published for research beside the language and the jurisdiction.
    """
    known = BREAKDOWNS["images" if measure == "images" else "requests"]
    if not everything:
        known = tuple(name for name in known if name not in PEOPLE_ONLY)
    if measure == "images":
        return known
    return known if measure == "requests" else tuple(name for name in known if name != "outcome")


def earlier(span: Span, comparison: str) -> tuple[datetime, datetime]:
    """The period that is compared with; an empty one for none. weekdays: whole weeks before, so that the days of the week agree."""
    length = span.until - span.since
    if comparison == "none":
        return span.since, span.since
    if comparison == "period":
        return span.since - length, span.since
    shift = timedelta(weeks=-(-length // timedelta(weeks=1)))
    return span.since - shift, span.until - shift


def step_seconds(span: Span) -> int:
    """Length of a step of `over_time`: the span's own, at least an hour."""
    return max(3600, span.step_seconds)


def over_time(question: Question, found: PublishedData, span: Span) -> tuple[QueryRows, pl.DataFrame]:
    """The answer, and its rows as: period, at, series (words), rest, value (null where nothing divides), n (what it rests on)."""
    since, until = earlier(span, question.comparison)
    steps = {**span.steps, "step_seconds": step_seconds(span)}
    asked = {
        **steps,
        "before_since": since,
        "before_until": until,
        "breakdown": question.breakdown,
        "top": question.top,
    }
    answer = _ask(question, found, asked, since)
    return answer, _valued(question, answer.rows)


def totals(question: Question, found: PublishedData, span: Span) -> tuple[QueryRows, pl.DataFrame]:
    """As `over_time`, each period taken as one."""
    since, until = earlier(span, question.comparison)
    asked = {
        "since": span.since, "until": span.until, "origin": span.since, "before_since": since, "before_until": until,
        "breakdown": question.breakdown, "top": question.top,
    }  # fmt: skip
    if question.measure in PEOPLE:
        answer = _ask(question, found, {**asked, "step_seconds": 0}, since)
        return answer, _valued(question, answer.rows)
    answer = _ask(question, found, {**asked, "step_seconds": 3600}, since)
    sums = [name for name in answer.rows.columns if name not in ("period", "at", "series", "rest")]
    rows = answer.rows.group_by("period", "series", "rest").agg(pl.col(sums).sum(), pl.col("at").min())
    return answer, _valued(question, rows)


def change(rows: pl.DataFrame) -> pl.DataFrame:
    """Totals side by side: series, rest, value, n, before, difference (relative; of rates, in points). rows: of `totals`."""
    now = rows.filter(pl.col("period") == "now").select("series", "rest", "value", "n")
    before = rows.filter(pl.col("period") == "before").select("series", "rest", pl.col("value").alias("before"))
    both = now.join(before, on=["series", "rest"], how="full", coalesce=True, nulls_equal=True)
    return both.sort("rest", pl.col("n").fill_null(0), "series", descending=[False, True, False])


def bounds(measure: str, rows: pl.DataFrame) -> tuple[int, float, float] | None:
    """Unknown answers of the present period, and the rate if none of them, and if all of them were fulfilled.

    rows: an answer's, with the counts by outcome. None where the measure is no rate, or nothing is unknown.
    """
    if measure not in RATES:
        return None
    now = rows.filter(pl.col("period") == "now") if "period" in rows.columns else rows
    unknown, fulfilled = int(now[UNKNOWN].sum()), int(now["fulfilled"].sum())
    whole = sum(int(now[name].sum()) for name in {*RATES[measure], UNKNOWN})
    return (unknown, fulfilled / whole, (fulfilled + unknown) / whole) if unknown else None


def _ask(question: Question, found: PublishedData, asked: dict[str, Any], since: datetime) -> QueryRows:
    if question.measure == "images":
        return found.ask("explore_images", **asked, platform=dict(question.filters)["platform"])
    if question.measure not in PEOPLE:
        return found.ask("explore_requests", **asked, **question.chosen)
    first = min(since, asked["since"])
    held = found.ask("explore_size", since=first, until=asked["until"], request_class=question.request_class).row()[
        "requests"
    ]
    one_in = 1 if held <= MOST_EXACT else ONE_IN
    return found.ask_large("explore_people", **asked, **question.chosen, who=question.measure, one_in=one_in)


def _valued(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    value, n = _measure(question.measure)
    named = pl.Series("series", [_name(question.breakdown, key, rest=rest) for key, rest in rows.select("series", "rest").iter_rows()],
                      dtype=pl.String)  # fmt: skip
    return rows.with_columns(named).select("period", "at", "series", "rest", value.alias("value"), n.alias("n"))


def _measure(measure: str) -> tuple[pl.Expr, pl.Expr]:
    if measure in RATES:
        n = pl.sum_horizontal(RATES[measure])
        return pl.when(n > 0).then(pl.col("fulfilled") / n), n
    column = pl.col("people" if measure in PEOPLE else measure)
    return column.cast(pl.Float64), column


def _name(breakdown: str, key: str | None, *, rest: bool) -> str:
    if rest:
        return t("explore.others")
    if key is None:
        return t("words.not_stated")
    if breakdown == "none":
        return t("explore.all")
    known = {
        "target_gender": names("genders"),
        "gender_source": names("gender_sources"),
        "public_figure": names("yes_no"),
        "sexualised": names("sexualised"),
    }
    if breakdown in known:
        return known[breakdown].get(key, key)
    return naming.value(breakdown, key)
