"""The headline tiles of the page Now: from rows of queries to words."""

from typing import Any

from dashboards import figures, statistics, words
from dashboards.data import QueryRows
from dashboards.ranges import Span
from dashboards.texts import t
from dashboards.tiles import Tile, change, points

Ends = tuple[float, float]
"""Of an interval: low, high."""


def requests(answer: QueryRows, pairs: QueryRows, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many requests. answer: of `headline`; pairs: of `headline_pairs`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    what = words.requests_of(request_class)
    changed = _change_interval(pairs) if compared else None
    return Tile(
        label=words.capital(what),
        value=words.number(now["requests"]),
        delta=_delta(change(now["requests"], before["requests"]), compared),
        no_delta=_none_before(compared, before["requests"]),
        interval=_change(changed),
        certain=_certain(changed),
        note=t("headlines.requests_note", self=t("headlines.self"), n=now["self_requests"]),
        definition=t("headlines.requests_definition", what=what),
        basis=f"{_counted(span, now['requests'], before['requests'], compared)} {t('headlines.change_basis')}",
        answer=answer,
    )


def answered_rate(answer: QueryRows, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """Fulfilled ÷ (fulfilled + partial + refused); bounds where answers are not judged. answer: of `headline`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    n, n_before = (_decided(row) for row in (now, before))
    interval = _interval(now, n)
    moved = (
        statistics.rate_change_interval((before["fulfilled"], n_before), (now["fulfilled"], n)) if compared else None
    )
    counts = {key: now[key] for key in ("fulfilled", "partial", "refused", "errors", "unknown", "unanswered")}
    return Tile(
        label=t("headlines.rate_label", what=words.of_class(request_class)),
        value=words.percent(now["answered_rate"]),
        delta=_delta(points(now["answered_rate"], before["answered_rate"]), compared),
        no_delta=_none_before(compared, n_before),
        interval=_difference(moved, n),
        certain=_certain(moved),
        note=t("headlines.rate_note", interval=interval, **counts) + _bounds(now),
        definition=t("headlines.rate_definition", self=t("headlines.self")),
        basis=t("headlines.rate_basis", n=n, interval=interval, **counts) + _before_rate(before, n_before, compared),
        answer=answer,
    )


def images(answer: QueryRows, span: Span, *, compared: bool) -> Tile:
    """Images the generator made. answer: of `production`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    share = (
        figures.derived(now["sexualised"] / now["images"], "sexualised_share", now["images"]) if now["images"] else None
    )
    return Tile(
        label=t("headlines.images_label"),
        value=words.number(now["images"]),
        delta=_delta(change(now["images"], before["images"]), compared),
        no_delta=_none_before(compared, before["images"]),
        note=t(
            "headlines.images_note",
            share=words.percent(share),
            **{k: now[k] for k in ("sexualised", "linked", "videos")},
        ),
        definition=t("headlines.images_definition"),
        basis=f"{t('headlines.images_partial', n=now['partial'])} {_counted(span, now['images'], before['images'], compared)}",
        answer=answer,
    )


def targets(answer: QueryRows, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many people were asked about. answer: of `targets`."""
    rows = answer.row(period="now"), answer.row(period="before")
    now, before = (row["targets"] for row in rows)
    what, one_in = words.requests_of(request_class), int(answer.parameters["one_in"])
    basis = _counted(span, now, before, compared)
    if one_in > 1:
        basis = t(
            "headlines.targets_estimated",
            one_in=answer.derived(one_in, "one_in"),
            low=rows[0]["low"],
            high=rows[0]["high"],
            earlier=before,
        )
    return Tile(
        label=t("headlines.targets_label", what=words.of_class(request_class)),
        value=f"{'≈ ' if one_in > 1 else ''}{words.number(now)}",
        delta=_delta(change(now, before), compared),
        no_delta=_none_before(compared, before),
        note=t("headlines.targets_note"),
        definition=t("headlines.targets_definition", what=what, self=t("headlines.self")),
        basis=basis,
        answer=answer,
    )


def _change_interval(pairs: QueryRows) -> Ends | None:
    found = statistics.change_interval(pairs.rows["before"].to_list(), pairs.rows["now"].to_list())
    return None if found is None else tuple(pairs.derived(100 * end, "change_interval") for end in found)


def _change(found: Ends | None) -> str | None:
    if found is None:
        return None
    low, high = found
    return t("tiles.interval", low=f"{words.signed(low, 0)} %", high=f"{words.signed(high, 0)} %")


def _difference(found: Ends | None, n: int) -> str | None:
    if found is None:
        return None
    low, high = (figures.derived(100 * end, "points_interval", n) for end in found)
    return t("tiles.interval", low=words.signed(low), high=words.signed(high))


def _certain(found: Ends | None) -> bool:
    """Whether the interval of a change leaves out no change."""
    return found is not None and (found[0] > 0 or found[1] < 0)


def _decided(row: dict[str, Any]) -> int:
    n: int = figures.derived(row["fulfilled"] + row["partial"] + row["refused"], "decided", row["fulfilled"])
    return n


def _delta(text: str | None, compared: bool) -> str | None:
    return text if compared else None


def _none_before(compared: bool, before: int) -> str:
    return t("tiles.none_before") if compared and before == 0 else t("tiles.no_full_period")


def _counted(span: Span, now: int, before: int, compared: bool) -> str:
    earlier = (
        t("headlines.earlier", n=before, period=words.period(*span.earlier)) if compared else t("headlines.no_earlier")
    )
    return t("headlines.counted", now=now, period=words.period(span.since, span.until), earlier=earlier)


def _interval(row: dict[str, float | None], n: int) -> str:
    if not n:
        return t("headlines.rate_none")
    return t("headlines.rate_interval", low=words.percent(row["low"]), high=words.percent(row["high"]))


def _bounds(row: dict[str, float | None]) -> str:
    if not row["unknown"]:
        return ""
    return f" {t('headlines.rate_bounds', low=words.percent(row['rate_min']), high=words.percent(row['rate_max']))}"


def _before_rate(before: dict[str, float | None], n: int, compared: bool) -> str:
    if not compared or not n:
        return ""
    rate = words.percent(before["answered_rate"])
    return f" {t('headlines.rate_before', rate=rate, n=n, interval=_interval(before, n))}"
