"""The headline tiles of the page Now: from rows of queries to words."""

from dashboards import words
from dashboards.data import Answer
from dashboards.ranges import Span
from dashboards.texts import t
from dashboards.tiles import Tile, change, points


def requests(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many requests. answer: of `headline`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    what = words.requests_of(request_class)
    return Tile(
        label=words.capital(what),
        value=words.number(now["requests"]),
        delta=_delta(change(now["requests"], before["requests"]), compared),
        no_delta=_none_before(compared, before["requests"]),
        note=t("headlines.requests_note", self=t("headlines.self"), n=now["self_requests"]),
        definition=t("headlines.requests_definition", what=what),
        basis=_counted(span, now["requests"], before["requests"], compared),
        answer=answer,
    )


def answered_rate(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """Fulfilled ÷ (fulfilled + partial + refused). answer: of `headline`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    n, n_before = (row["fulfilled"] + row["partial"] + row["refused"] for row in (now, before))
    interval = _interval(now, n)
    counts = {key: now[key] for key in ("fulfilled", "partial", "refused", "errors", "unanswered")}
    return Tile(
        label=t("headlines.rate_label", what=words.of_class(request_class)),
        value=words.percent(now["answered_rate"]),
        delta=_delta(points(now["answered_rate"], before["answered_rate"]), compared),
        no_delta=_none_before(compared, n_before),
        note=t("headlines.rate_note", interval=interval, **counts),
        definition=t("headlines.rate_definition", self=t("headlines.self")),
        basis=t("headlines.rate_basis", n=n, interval=interval, **counts) + _before_rate(before, n_before, compared),
        answer=answer,
    )


def images(answer: Answer, span: Span, *, compared: bool) -> Tile:
    """Images the generator made. answer: of `production`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    share = now["sexualised"] / now["images"] if now["images"] else None
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


def targets(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many people were asked about. answer: of `targets`."""
    now, before = answer.row(period="now")["targets"], answer.row(period="before")["targets"]
    what = words.requests_of(request_class)
    return Tile(
        label=t("headlines.targets_label", what=words.of_class(request_class)),
        value=words.number(now),
        delta=_delta(change(now, before), compared),
        no_delta=_none_before(compared, before),
        note=t("headlines.targets_note"),
        definition=t("headlines.targets_definition", what=what, self=t("headlines.self")),
        basis=_counted(span, now, before, compared),
        answer=answer,
    )


def _delta(text: str | None, compared: bool) -> str | None:
    return text if compared else None


def _none_before(compared: bool, before: int) -> str:
    return t("tiles.none_before") if compared and before == 0 else t("tiles.no_full_period")


def _counted(span: Span, now: int, before: int, compared: bool) -> str:
    earlier = t("headlines.earlier", n=before) if compared else t("headlines.no_earlier")
    return t("headlines.counted", now=now, period=words.period(span.since, span.until), earlier=earlier)


def _interval(row: dict[str, float | None], n: int) -> str:
    if not n:
        return t("headlines.rate_none")
    return t("headlines.rate_interval", low=words.percent(row["low"]), high=words.percent(row["high"]))


def _before_rate(before: dict[str, float | None], n: int, compared: bool) -> str:
    if not compared or not n:
        return ""
    rate = words.percent(before["answered_rate"])
    return f" {t('headlines.rate_before', rate=rate, n=n, interval=_interval(before, n))}"
