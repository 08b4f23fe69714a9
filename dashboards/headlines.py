"""The headline tiles of the page Now: from rows of queries to words."""

from dashboards import words
from dashboards.data import Answer
from dashboards.ranges import Span
from dashboards.tiles import Tile, change, points

_NO_COMPARISON = "no full period before"
_SELF = "Requests about oneself are left out"


def requests(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many requests. answer: of `headline`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    what = words.requests_of(request_class)
    return Tile(
        label=words.capital(what),
        value=words.number(now["requests"]),
        delta=_delta(change(now["requests"], before["requests"]), compared),
        no_delta=_none_before(compared, before["requests"]),
        note=f"{_SELF}: {words.number(now['self_requests'])}. A request is not yet abuse.",
        definition="mentions that ask a generator for something, counted at the time of the mention: "
        f"{what}, as declared by the collector.",
        basis=_counted(span, now["requests"], before["requests"], compared),
        answer=answer,
    )


def answered_rate(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """Fulfilled ÷ (fulfilled + partial + refused). answer: of `headline`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    n, n_before = (row["fulfilled"] + row["partial"] + row["refused"] for row in (now, before))
    interval = "no answers yet" if not n else f"{words.percent(now['low'])} to {words.percent(now['high'])}"
    apart = f"Partial {words.number(now['partial'])} · errors {words.number(now['errors'])} · unanswered {words.number(now['unanswered'])}"
    return Tile(
        label=f"Answered rate, {words.of_class(request_class)}",
        value=words.percent(now["answered_rate"]),
        delta=_delta(points(now["answered_rate"], before["answered_rate"]), compared),
        no_delta=_none_before(compared, n_before),
        note=f"95 % interval {interval}. {apart}.",
        definition="fulfilled ÷ (fulfilled + partial + refused), by the final answer known so far. Partial answers count "
        f"against it; errors and requests without an answer stand apart. {_SELF}.",
        basis=f"n = {words.number(n)}: {words.number(now['fulfilled'])} fulfilled, {words.number(now['partial'])} partial, "
        f"{words.number(now['refused'])} refused. 95 % Wilson score interval: {interval}. It takes requests as independent; "
        f"requests on one target are not, so the true uncertainty is larger.{_before_rate(before, n_before, compared)}",
        answer=answer,
    )


def images(answer: Answer, span: Span, *, compared: bool) -> Tile:
    """Images the generator made. answer: of `production`."""
    now, before = answer.row(period="now"), answer.row(period="before")
    share = now["sexualised"] / now["images"] if now["images"] else None
    return Tile(
        label="Images produced, every class",
        value=words.number(now["images"]),
        delta=_delta(change(now["images"], before["images"]), compared),
        no_delta=_none_before(compared, before["images"]),
        note=f"Declared sexualised {words.number(now['sexualised'])} ({words.percent(share)}) · answers to a mention "
        f"{words.number(now['linked'])} · videos apart {words.number(now['videos'])}.",
        definition="generations that were fulfilled, in full or in part, and are not videos, counted at the time they were "
        "made, on every surface (replies, app, web, edit button, API). Many follow no public mention and carry no request "
        "class, so every class is counted, requests about oneself included. *Sexualised* is suggestive, nudity or explicit, "
        "as declared.",
        basis=f"Partial: {words.number(now['partial'])}. {_counted(span, now['images'], before['images'], compared)}",
        answer=answer,
    )


def targets(answer: Answer, request_class: str | None, span: Span, *, compared: bool) -> Tile:
    """How many people were asked about. answer: of `targets`."""
    now, before = answer.row(period="now")["targets"], answer.row(period="before")["targets"]
    what = words.requests_of(request_class)
    return Tile(
        label=f"Targets, {words.of_class(request_class)}",
        value=words.number(now),
        delta=_delta(change(now, before), compared),
        no_delta=_none_before(compared, before),
        note="Different accounts whose photo or post was asked about; shown nowhere by name.",
        definition=f"different targets of {what}, each counted once however often they were asked about. {_SELF}, and so are "
        "those whose target is unknown.",
        basis=_counted(span, now, before, compared),
        answer=answer,
    )


def _delta(text: str | None, compared: bool) -> str | None:
    return text if compared else None


def _none_before(compared: bool, before: int) -> str:
    return "none in the period before" if compared and before == 0 else _NO_COMPARISON


def _counted(span: Span, now: int, before: int, compared: bool) -> str:
    period = f"{words.minute(span.since)} to {words.minute(span.until)} UTC"
    earlier = (
        f"{words.number(before)} in the period of equal length before"
        if compared
        else "the data do not reach back over the period before"
    )
    return f"A full count of what was collected: {words.number(now)} in {period}; {earlier}. The coverage strip shows the collectors."


def _before_rate(before: dict[str, float | None], n: int, compared: bool) -> str:
    if not compared or not n:
        return ""
    interval = f"{words.percent(before['low'])} to {words.percent(before['high'])}"
    return f" Before: {words.percent(before['answered_rate'])} (n = {words.number(n)}, {interval})."
