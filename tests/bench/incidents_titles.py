"""Titles of incidents against the events behind them, counted a second time, one by one. No bench."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from tests.consistency.truth import OF_GENERATIONS, SERIES, Truth
from veille.incidents.basis import BasisSpan
from veille.incidents.cache import Changes, Link
from veille.reasons import reason_of

Event = tuple[datetime, str, str, str]
"""When, event, account, request class."""


def disagreeing(changes: Changes, truth: Truth) -> tuple[list[str], int]:
    """Titles that do not say what their events say, one line each, and how many titles with counts there are.

    Of each incident and moment the last title: what was taken in by then. Drops and faults name no counts; flags of minors have a queue
    of their own. accounts is compared where a title names it.
    """
    events = _Events(truth)
    wrong, total = [], 0
    for at, told, links in _moments(changes):
        total += 1
        requests, accounts = events.behind(links)
        if told["requests"] != requests or told.get("accounts", accounts) != accounts:
            wrong.append(f"{at:%d %b %H:%M} {links[0].rule}: title {told}, events {requests} by {accounts}")
    return wrong, total


def _moments(changes: Changes) -> Iterator[tuple[datetime, Mapping[str, Any], list[Link]]]:
    """When, what the title counts, and the findings taken in by then, each as last known."""
    titles: dict[tuple[str, datetime], str] = {}
    for incident in changes.incidents:
        if incident.kind in ("attack", "global") and incident.counted_at == incident.happened_at:
            titles[incident.incident_id, incident.happened_at] = incident.title
    links = defaultdict(list)
    for link in changes.links:
        links[link.incident_id].append(link)
    for (incident_id, at), title in titles.items():
        found = reason_of(title)
        size = reason_of(found.facts.get("size")) if found else None
        if size is not None:
            known = {link.key: link for link in links[incident_id] if link.linked_at <= at}
            yield at, size.facts, list(known.values())


class _Events:
    """Event rows, and those that findings name."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._about = defaultdict(list)
        rows = truth.rows(
            "SELECT target_id, occurred_at, event_id::VARCHAR, account_id, request_class FROM asked "
            "WHERE NOT is_self AND target_id IS NOT NULL ORDER BY occurred_at, event_id"
        )
        for target, *event in rows:
            self._about[target].append(tuple(event))
        self._of = cache(self._named)

    def behind(self, links: Iterable[Link]) -> tuple[int, int]:
        """Distinct events, and people, of these findings together."""
        events: dict[str, str] = {}
        for link in links:
            for basis in link.bases:
                for span in basis.spans:
                    events |= self._of(span, basis.classes, basis.accounts)
        return len(events), len(set(events.values()) - {None})

    def _named(self, span: BasisSpan, classes: tuple[str, ...], accounts: tuple[str, ...]) -> dict[str, str]:
        """Event → account."""
        found = self._targeted(span) if span.kind == "target" else self._in_series(span)
        return {
            event: account
            for _, event, account, request_class in found
            if (not classes or request_class in classes) and (not accounts or account in accounts)
        }

    def _targeted(self, span: BasisSpan) -> Sequence[Event]:
        rows = self._about.get(span.key, ())
        first, last = (bisect_left(rows, moment, key=itemgetter(0)) for moment in (span.since, span.until))
        return rows[first:last]

    def _in_series(self, span: BasisSpan) -> Sequence[Event]:
        made = span.kind in OF_GENERATIONS
        which = "true" if span.kind == "all" else f"{SERIES.get(span.kind, span.kind)} = $key"
        rows: list[Event] = self._truth.rows(
            f"SELECT occurred_at, event_id::VARCHAR, account_id, {'NULL' if made else 'request_class'} "
            f"FROM {'made' if made else 'asked'} WHERE NOT is_self AND {which} AND occurred_at >= $since AND occurred_at < $until",
            since=span.since,
            until=span.until,
            **({} if span.kind == "all" else {"key": span.key}),
        )
        return rows
