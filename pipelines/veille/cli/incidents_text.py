"""Incidents as lines for a terminal."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def as_json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, indent=1)


def table(rows: Iterable[Row]) -> list[str]:
    """One line an incident."""
    return [
        f"{row['short']}  {row['opened_at'][:16]}  {row['severity']:8}  {_state(row):24}  {row['title']}"
        for row in rows
    ]


def incident_lines(row: Row) -> list[str]:
    """One incident: what, how it stands, why it fired, its timeline, its deliveries."""
    evidence = row["evidence"]
    times = {name: seconds for name, seconds in row["times"].items() if seconds is not None}
    head = [
        f"{row['short']}  {row['title']}",
        f"{row['severity']}, {_state(row)}, rota {row['rota']}, rule {row['rule']} (policy {row['policy']})",
        f"since {row['onset_at']}, opened {row['opened_at']}: "
        f"{row['requests']} requests, {row['accounts']} accounts, {row['targets']} targets",
        *([f"why: {evidence['why']}"] if evidence.get("why") else []),
        *([f"owner: {row['owner']}"] if row["owner"] else []),
        *(f"{name.replace('_', ' ')}: {seconds / 60:.1f} min" for name, seconds in times.items()),
        *([f"runbook: docs/runbooks/{evidence['runbook']}.md"] if evidence.get("runbook") else []),
        "",
    ]
    events = [
        f"  {event['happened_at']}  {event['event']:12} {event['actor']}{': ' + event['reason'] if event['reason'] else ''}"
        for event in row["events"]
    ]
    sent = [
        f"  {each['tried_at'] or each['created_at']}  {each['kind']:12} {each['channel'] or 'no channel'}: {each['outcome'] or 'waiting'}"
        + (f" ({each['detail']})" if each["detail"] else "")
        for each in row["deliveries"]
    ]
    return [*head, *events, *(["", "Messages", *sent] if sent else [])]


def silence_line(row: Row) -> str:
    matchers = ", ".join(f"{name}={value}" for name, value in row["matchers"].items())
    return f"{row['silence_id'][:8]}  until {row['expires_at'][:16]}  {matchers}  {row['actor']}: {row['reason']}"


def precision_lines(rows: Iterable[Row]) -> list[str]:
    return [
        f"{row['rule']:20} {_share(row['precision'])}  ({row['low']:.0%} to {row['high']:.0%})  "
        f"{row['useful']} useful, {row['noise']} noise, {row['duplicate']} duplicate, {row['expected']} expected"
        for row in rows
    ]


def handover_lines(found: Row) -> list[str]:
    lines = [f"Shift from {found['since']} to {found['until']}"]
    for rota, counts in found["rotas"].items():
        numbers = ", ".join(f"{counts[name]} {name}" for name in counts if name != "incidents")
        lines.append(f"{rota}: {numbers}")
        lines += [
            f"  {each['incident']}  {each['severity']:8}  {each['state']:12}  {each['title']}"
            + (f"  ({each['owner']})" if each["owner"] else "")
            for each in counts.get("incidents", ())
        ]
    lines += [
        f"silence {each['silence_id'][:8]} until {each['expires_at']}: {each['reason']}" for each in found["silences"]
    ]
    return lines


def _state(row: Row) -> str:
    if row["suppressed_by"]:
        return f"{row['state']}, held back"
    return f"{row['state']} ({row['disposition']})" if row["disposition"] else str(row["state"])


def _share(value: float | None) -> str:
    return "   -" if value is None else f"{value:4.0%}"
