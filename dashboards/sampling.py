"""What a page says where a collection kept a part of what it met: counts as collected and as estimated, and what may be compared."""

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.texts import t
from veille.shares import Z95


def notice(found: PublishedData, span: Span, request_class: str | None) -> None:
    """Nothing where everything was kept, or no collection says what it kept."""
    if found.shared or not _sampled(_probabilities(found, span)):
        return
    row = found.ask_large("sampled", since=span.since, until=span.until, request_class=request_class).row()
    if not row["requests"] or row["least"] is None or row["least"] == 1:
        return
    half = Z95 * row["deviation"]
    low = max(float(row["requests"]), row["estimated"] - half)
    parts = [
        t(
            "sampling.estimated",
            n=row["requests"],
            what=words.requests_of(request_class),
            estimated=round(row["estimated"]),
            low=round(low),
            high=round(row["estimated"] + half),
        )
    ]
    if row["decided"]:
        parts.append(t("sampling.rate", rate=words.percent(row["fulfilled"] / row["decided"])))
    if row["least"] != row["most"]:
        parts.append(t("sampling.mixed", least=words.decimal(row["least"], 3), most=words.decimal(row["most"], 3)))
    if row["unstated"]:
        parts.append(t("sampling.unstated", n=row["unstated"]))
    st.warning(" ".join(parts), icon=":material/percent:")


def comparable(found: PublishedData, span: Span) -> bool:
    """Whether collections kept the same parts in the period and in the same hours before."""
    now = _probabilities(found, span)
    since, until = span.earlier
    rows = found.ask("collections", since=since, until=until).rows
    before = _of_mentions(rows)
    return now == before or not (_sampled(now) or _sampled(before))


def _probabilities(found: PublishedData, span: Span) -> frozenset[float | None]:
    return _of_mentions(found.ask("collections", since=span.since, until=span.until).rows)


def _of_mentions(rows: pl.DataFrame) -> frozenset[float | None]:
    return frozenset(rows.filter(pl.col("event_type") == "mention")["sampling_probability"])


def _sampled(probabilities: frozenset[float | None]) -> bool:
    return any(known is not None and known < 1 for known in probabilities)
