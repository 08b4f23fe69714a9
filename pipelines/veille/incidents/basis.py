"""What an incident's figures rest on: the events behind its findings, each counted once. Pure.

A finding names its events (`Basis`): spans of time about targets, or of series. An incident counts the union of these, so the same
finding taken in twice, one inside another, overlapping ones and late versions change nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

TARGET = "target"
EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)

Times = npt.NDArray[np.int64]
People = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class BasisSpan:
    """Events of [since, until), UTC without a zone. kind: `target` (key: her pseudonym), or the kind of a series (key: its key)."""

    kind: str
    key: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """The events of one finding: those of any of its spans. classes: of mentions, empty: every class. accounts: by these alone, empty:
    by anybody. What somebody asks about herself never counts."""

    spans: tuple[BasisSpan, ...]
    classes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        spans = [[s.kind, s.key, s.since.isoformat(), s.until.isoformat()] for s in self.spans]
        return {"spans": spans, "classes": list(self.classes), "accounts": list(self.accounts)}


def basis_of(told: Mapping[str, Any]) -> Basis:
    """What `as_dict` made."""
    spans = (BasisSpan(k, key, datetime.fromisoformat(s), datetime.fromisoformat(u)) for k, key, s, u in told["spans"])
    return Basis(tuple(spans), tuple(told["classes"]), tuple(told["accounts"]))


def continued(before: Iterable[Basis], now: tuple[Basis, ...]) -> tuple[Basis, ...]:
    """The bases of a finding once it has a further version: what this one does not speak of any more, such as a target that a cluster
    has left, stays as it was known."""
    named = {(span.kind, span.key) for basis in now for span in basis.spans}
    kept = (
        replace(basis, spans=tuple(s for s in basis.spans if (s.kind, s.key) not in named))
        for basis in before
        if any((s.kind, s.key) not in named for s in basis.spans)
    )
    return (*now, *kept)


@dataclass(frozen=True, slots=True)
class TargetMentions:
    """The mentions of one target in order of time: when (microseconds since 1970), by whom (leading 64 bits), of which class."""

    at: Times
    account: People
    request_class: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Figures:
    """requests: events; accounts: who made them; first_at, last_at: of them, None where there are none."""

    requests: int
    accounts: int
    first_at: datetime | None
    last_at: datetime | None


class EventCounts(Protocol):
    """Where events are counted. What it answers holds for one run of the engine."""

    def about(self, since: Mapping[str, datetime]) -> Mapping[str, TargetMentions]:
        """Mentions of targets, each from its time on."""
        ...

    def series(self, spans: Iterable[BasisSpan]) -> Figures:
        """Events of any of these spans of series."""
        ...


def counted(bases: Iterable[Basis], events: EventCounts) -> Figures:
    """Distinct events, and people, behind all of these together. Spans of targets and of series are not mixed."""
    of_target: dict[str, list[tuple[BasisSpan, Basis]]] = defaultdict(list)
    of_series: set[BasisSpan] = set()
    for basis in bases:
        for span in basis.spans:
            if span.kind == TARGET:
                of_target[span.key].append((span, basis))
            else:
                of_series.add(span)
    return events.series(_outermost(of_series)) if of_series else _about(of_target, events)


def _about(of_target: Mapping[str, list[tuple[BasisSpan, Basis]]], events: EventCounts) -> Figures:
    rows = events.about({target: min(span.since for span, _ in spans) for target, spans in of_target.items()})
    people, first, last, requests = [np.zeros(0, np.uint64)], [], [], 0
    for target, spans in of_target.items():
        found = rows.get(target)
        inside = np.flatnonzero(_inside(found, spans)) if found is not None else np.zeros(0, np.int64)
        if found is not None and len(inside):
            requests += len(inside)
            people.append(found.account[inside])
            first.append(int(found.at[inside[0]]))
            last.append(int(found.at[inside[-1]]))
    ends = (_moment(min(first)), _moment(max(last))) if first else (None, None)
    return Figures(requests, len(np.unique(np.concatenate(people))), *ends)


def _inside(rows: TargetMentions, spans: Iterable[tuple[BasisSpan, Basis]]) -> npt.NDArray[np.bool_]:
    """Which rows any of the spans takes in."""
    mask = np.zeros(len(rows.at), dtype=bool)
    for (classes, accounts), times in _alike(spans).items():
        part = np.zeros(len(rows.at), dtype=bool)
        for since, until in times:
            begin, end = np.searchsorted(rows.at, [since, until])
            part[begin:end] = True
        if classes:
            part &= np.isin(rows.request_class, classes)
        if accounts:
            part &= np.isin(rows.account, np.array([leading(a) for a in accounts], np.uint64))
        mask |= part
    return mask


def _alike(
    spans: Iterable[tuple[BasisSpan, Basis]],
) -> Mapping[tuple[tuple[str, ...], tuple[str, ...]], set[tuple[int, int]]]:
    """Times by what else they ask for: versions of one finding ask for the same again and again."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], set[tuple[int, int]]] = defaultdict(set)
    for span, basis in spans:
        found[basis.classes, basis.accounts].add((_micros(span.since), _micros(span.until)))
    return found


def _outermost(spans: Iterable[BasisSpan]) -> list[BasisSpan]:
    """Without spans inside another: of the same series, or of all requests where mentions are counted."""
    kept: list[BasisSpan] = []
    for span in sorted(spans, key=lambda s: (s.kind != "all", s.since, -_micros(s.until), s.kind, s.key)):
        if not any(_covers(other, span) for other in kept):
            kept.append(span)
    return kept


def _covers(outer: BasisSpan, inner: BasisSpan) -> bool:
    same = (outer.kind, outer.key) == (inner.kind, inner.key) or (outer.kind == "all" and inner.kind not in MADE)
    return same and outer.since <= inner.since and inner.until <= outer.until


MADE = frozenset({"outcome", "surface", "plan"})
"""Kinds of series that count generations; all others count mentions."""


def leading(pseudonym: str) -> int:
    """The leading 64 bits, which tell people apart (one in 90,000 that two of 20 million do not)."""
    return int(pseudonym.replace("-", "")[:16], 16)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
