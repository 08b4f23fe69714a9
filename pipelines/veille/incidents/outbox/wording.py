"""The words of a message, from what the outbox holds: titles of ours, short pseudonyms, counts, a link."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from veille.incidents.channels.message import Kind, Message, facts_of, redacted_line
from veille.incidents.outbox.collapse import DeliveryJob
from veille.incidents.outbox.log import PAGES, OutboxIntent, Told
from veille.reasons import told as told_words

_LISTED = 10
_DIGESTED = 40
_PATH = re.compile(r"/[\w/-]*(\?[\w=&-]*)?")


def message(job: DeliveryJob, says: tuple[str, Kind], told: Told, *, link: str, now: datetime) -> Message:
    """What to send for a job under one of its keys. link: the dashboards' address."""
    return _one(job.newest, says, told, link, now) if len(job.tells) == 1 else _several(job, says, link, now)


def _one(intent: OutboxIntent, says: tuple[str, Kind], told: Told, link: str, now: datetime) -> Message:
    payload = intent.payload
    # What a person wrote on acknowledging or resolving stays inside.
    told_why = ("summary", "reason") if intent.kind in PAGES else ("summary",)
    said = [redacted_line(told_words(payload[name])) for name in told_why if payload.get(name)]
    runbook = str(payload.get("runbook") or "")
    return Message(
        intent_id=intent.intent_id,
        key=says[0],
        kind=says[1],
        severity=intent.severity,
        rota=intent.rota,
        title=redacted_line(told_words(payload.get("title")) or "An incident of Veille", 200),
        text="\n".join([" ".join(said), *_lines(payload)]),
        facts=facts_of(payload),
        link=link + _path(payload.get("path")),
        runbook=f"docs/runbooks/{runbook}.md" if re.fullmatch(r"[a-z0-9-]{1,60}", runbook) else None,
        at=intent.created_at,
        sent_at=now,
        earlier=told.earlier,
    )


def _lines(payload: Mapping[str, Any]) -> list[str]:
    """A digest's incidents, a line each."""
    rows = [redacted_line(told_words(row), 200) for row in payload.get("lines") or ()]
    return [*rows[:_DIGESTED], f"and {len(rows) - _DIGESTED} more"] if len(rows) > _DIGESTED else rows


def _several(job: DeliveryJob, says: tuple[str, Kind], link: str, now: datetime) -> Message:
    first, count, kind = job.tells[0], len(job.tells), says[1]
    return Message(
        intent_id=says[0],
        key=says[0],
        kind=kind,
        severity=job.gravest.severity,
        rota=first.rota,
        title=_title(job, kind),
        text="\n".join(_listed(job)),
        facts={"incidents": count},
        link=link + "/incidents",
        runbook=None,
        at=first.created_at,
        sent_at=now,
        members=count,
    )


def _title(job: DeliveryJob, kind: Kind) -> str:
    count = len(job.tells)
    if kind not in PAGES:
        return f"{count} incidents" if kind == "resolve" else f"{count} incidents, acknowledged"
    critical = sum(intent.severity == "critical" for intent in job.tells)
    grave = f", {critical} critical" if critical else ""
    return f"{count} incidents{grave}: held up since {job.tells[0].created_at:%H:%M} UTC"


def _listed(job: DeliveryJob) -> list[str]:
    rows = [_line(intent) for intent in job.tells[:_LISTED]]
    left = len(job.tells) - len(rows)
    return [*rows, f"and {left} more"] if left else rows


def _line(intent: OutboxIntent) -> str:
    name, title = (told_words(intent.payload.get(each)) for each in ("incident", "title"))
    return f"{redacted_line(name, 40)} {intent.severity}: {redacted_line(title, 200)}"


def _path(path: object) -> str:
    """A path of our own pages; anything else would be somebody's link in a page."""
    return str(path) if isinstance(path, str) and _PATH.fullmatch(path) else "/incidents"
