"""The words of a message, from what the outbox holds: titles of ours, short pseudonyms, counts, a link."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from veille.incidents.channels.message import Kind, Message, facts_of, redacted_line
from veille.incidents.outbox.collapse import DeliveryJob
from veille.incidents.outbox.log import PAGES, OutboxIntent, Told
from veille.reasons import DEFAULT, Reason, reason
from veille.reasons import told as told_words

_LISTED = 10
_DIGESTED = 40
_PATH = re.compile(r"/[\w/-]*(\?[\w=&-]*)?")


def message(
    job: DeliveryJob, says: tuple[str, Kind], told: Told, *, link: str, now: datetime, language: str = DEFAULT
) -> Message:
    """What to send for a job under one of its keys, in this language. link: the dashboards' address."""
    if len(job.tells) == 1:
        return _one(job.newest, says, told, link, now, language)
    return _several(job, says, link, now, language)


def _one(intent: OutboxIntent, says: tuple[str, Kind], told: Told, link: str, now: datetime, language: str) -> Message:
    payload = intent.payload
    # What a person wrote on acknowledging or resolving stays inside.
    said = [redacted_line(told_words(payload["summary"], language))] if payload.get("summary") else []
    if intent.kind in PAGES and payload.get("reason"):
        why = reason("message.why", why=redacted_line(told_words(payload["reason"], language)))
        said.append(why.words(language))
    page = link + _path(payload.get("path"))
    title = told_words(payload.get("title"), language) or reason("message.unnamed").words(language)
    return Message(
        intent_id=intent.intent_id,
        key=says[0],
        kind=says[1],
        severity=intent.severity,
        rota=intent.rota,
        title=redacted_line(title, 200),
        text="\n".join([*said, *_lines(payload, language)]),
        facts=facts_of(payload),
        link=page,
        runbook=page if payload.get("runbook") else None,
        at=intent.created_at,
        sent_at=now,
        earlier=told.earlier,
        language=language,
    )


def _lines(payload: Mapping[str, Any], language: str) -> list[str]:
    """A digest's incidents, a line each."""
    rows = [redacted_line(told_words(row, language), 200) for row in payload.get("lines") or ()]
    return _first(rows, _DIGESTED, language)


def _first(rows: list[str], most: int, language: str) -> list[str]:
    """So many of them, and how many more there are."""
    left = len(rows) - most
    return [*rows[:most], reason("message.more", count=left).words(language)] if left > 0 else rows


def _several(job: DeliveryJob, says: tuple[str, Kind], link: str, now: datetime, language: str) -> Message:
    first, count, kind = job.tells[0], len(job.tells), says[1]
    return Message(
        intent_id=says[0],
        key=says[0],
        kind=kind,
        severity=job.gravest.severity,
        rota=first.rota,
        title=_title(job, kind).words(language),
        text="\n".join(_first([_line(intent, language) for intent in job.tells], _LISTED, language)),
        facts={"incidents": count},
        link=link + "/incidents",
        runbook=None,
        at=first.created_at,
        sent_at=now,
        members=count,
        language=language,
    )


def _title(job: DeliveryJob, kind: Kind) -> Reason:
    count, at = len(job.tells), f"{job.tells[0].created_at:%H:%M}"
    if kind == "resolve":
        return reason("message.several_resolved", count=count)
    if kind not in PAGES:
        return reason("message.several_acknowledged", count=count)
    critical = sum(intent.severity == "critical" for intent in job.tells)
    if critical:
        return reason("message.several_grave", count=count, critical=critical, at=at)
    return reason("message.several", count=count, at=at)


def _line(intent: OutboxIntent, language: str) -> str:
    name, title = (told_words(intent.payload.get(each), language) for each in ("incident", "title"))
    said = reason(
        "message.incident",
        incident=redacted_line(name, 40),
        severity=intent.severity,
        title=redacted_line(title, 200),
    )
    return said.words(language)


def _path(path: object) -> str:
    """A path of our own pages; anything else would be somebody's link in a page."""
    return str(path) if isinstance(path, str) and _PATH.fullmatch(path) else "/incidents"
