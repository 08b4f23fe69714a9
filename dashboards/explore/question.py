"""What a person asks of Explore, and the answer in one shape whatever is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboards import ranges, words, zones
from dashboards.data import PublishedData, QueryRows
from dashboards.explore import steps
from dashboards.ranges import Span
from dashboards.shared import naming
from dashboards.texts import names, t

FILTERS = ("platform", "jurisdiction", "gender_source")
SHARED_FILTERS = ("platform", "jurisdiction")
"""Those that are published for research."""
PEOPLE = ("targets", "accounts")
HONOURED: Mapping[str, tuple[str, ...]] = {"images": ("platform",)}
"""Measures that cannot be narrowed by everything: which of the class and of FILTERS they honour. A generation carries no other."""
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
    """measure × breakdown × filter × comparison. request_class, filters: None takes all; only what the measure honours is set."""

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
    def event_type(self) -> str:
        """Of what is counted."""
        return "generation" if self.measure == "images" else "mention"

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


def narrowed_by(measure: str, *, everything: bool = True) -> tuple[str, ...]:
    """What a measure can be narrowed by: `class`, and of FILTERS. everything: as of `breakdowns`."""
    honoured = HONOURED.get(measure, ("class", *FILTERS))
    return honoured if everything else tuple(name for name in honoured if name in ("class", *SHARED_FILTERS))


def earlier(span: Span, comparison: str) -> tuple[datetime, datetime]:
    """The period of equal length that is compared with; an empty one for none. period: the latest that lies whole hours before, so that its
    steps are whole hours too; weekdays: whole weeks before, so that the days of the week agree."""
    length = span.until - span.since
    if comparison == "none":
        return span.since, span.since
    unit = timedelta(hours=1) if comparison == "period" else timedelta(weeks=1)
    shift = -(-length // unit) * unit
    return span.since - shift, span.until - shift


def stepped(span: Span, zone: str = zones.DEFAULT) -> Span:
    """The span in steps that can be counted by whole hours: at least one long, the first begins at one (UTC)."""
    step = max(3600, span.step_seconds)
    origin = ranges.floor(span.since, step, zone).replace(minute=0)
    return replace(span, step_seconds=step, origin=origin)


def over_time(question: Question, found: PublishedData, span: Span) -> tuple[QueryRows, pl.DataFrame]:
    """The answer, and a row for every step and series: period, at, series (words), rest, value (null where nothing divides, or nothing was
    collected), n (what it rests on). span: as of `stepped`."""
    since, until = earlier(span, question.comparison)
    asked = {
        **span.steps,
        "before_since": since,
        "before_until": until,
        "breakdown": question.breakdown,
        "top": question.top,
    }
    answer = _ask(question, found, asked, since)
    covered = found.ask("coverage", since=min(since, span.since), until=span.until, event_type=question.event_type).rows
    rows = _valued(question, answer.rows)
    return answer, steps.filled(rows, steps.grid(span, (since, until), covered), rate=question.measure in RATES)


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
