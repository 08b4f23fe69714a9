"""What an incident counts: each event and person behind its findings once, however often, late or nested these were found."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.incidents.make import POLICY, at, burst, engine, finding, target
from tests.unit.make import KEY, chunk, mention
from veille.config import Store
from veille.incidents.basis import EPOCH, TARGET, Basis, BasisSpan, Figures, TargetMentions, basis_of, leading
from veille.incidents.cache import IncidentCache
from veille.incidents.counting import Counting
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding, Incident
from veille.incidents.report import AcknowledgementEffect, effect
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.reasons import told
from veille.store.database import Database

CLASSES = ("sexualising", "question")


@dataclass(frozen=True)
class Asked:
    """One request: minutes after the start, whose, about whom, of which class."""

    minutes: int
    account: int
    target: int
    request_class: str


@dataclass
class World:
    """Events in memory."""

    asked: Sequence[Asked]

    def about(self, since: Mapping[str, datetime]) -> Mapping[str, TargetMentions]:
        return {one: self._rows(one, begin) for one, begin in since.items()}

    def series(self, spans: Iterable[BasisSpan]) -> Figures:
        seen = [a for a in self.asked if any(_in(a, span) for span in spans)]
        ends = (min(at(a.minutes) for a in seen), max(at(a.minutes) for a in seen)) if seen else (None, None)
        return Figures(len(seen), len({a.account for a in seen}), *ends)

    def _rows(self, one: str, since: datetime) -> TargetMentions:
        mine = sorted((a.minutes, a.account, a.request_class) for a in self.asked if target(a.target) == one)
        kept = [row for row in mine if at(row[0]) >= since]
        return TargetMentions(
            np.array([(at(m) - EPOCH) // timedelta(microseconds=1) for m, _, _ in kept], np.int64),
            np.array([leading(target(account)) for _, account, _ in kept], np.uint64),
            np.array([c for _, _, c in kept], str),
        )


def _in(asked: Asked, span: BasisSpan) -> bool:
    kind = {"all": True, "request_class": asked.request_class == span.key}[span.kind]
    return kind and span.since <= at(asked.minutes) < span.until


asked = st.builds(Asked, st.integers(0, 90), st.integers(0, 6), st.integers(0, 2), st.sampled_from(CLASSES))


@st.composite
def found(draw: st.DrawFn) -> Finding:
    """A finding about one target: any span, any classes, by anybody or by some."""
    since, number = draw(st.integers(0, 80)), draw(st.integers(0, 2))
    until = since + draw(st.integers(1, 40))
    classes = draw(st.sampled_from(((), CLASSES[:1], CLASSES)))
    accounts = tuple(target(a) for a in sorted(draw(st.sets(st.integers(0, 6), max_size=3))))
    kind, version = draw(st.sampled_from(("surge", "burst", "insistent"))), draw(st.integers(1, 3))
    made = finding(
        kind, draw(st.integers(0, 3)), "target-surge", until, targets=(number,), version=version, since=since, over=False,
        requests=draw(st.integers(1, 500)),
    )  # fmt: skip
    basis = Basis((BasisSpan(TARGET, target(number), at(since), at(until)),), classes, accounts)
    return replace(made, finding_id=made.finding_id[:-1] + str(number), bases=(basis,))


def counted(world: Sequence[Asked], bases: Iterable[Basis]) -> tuple[int, int]:
    """The same, the plain way: an event counts if any span of any basis takes it in."""
    bases = list(bases)
    seen = [
        a
        for a in world
        if any(
            target(a.target) == span.key
            and span.since <= at(a.minutes) < span.until
            and (not basis.classes or a.request_class in basis.classes)
            and (not basis.accounts or target(a.account) in basis.accounts)
            for basis in bases
            for span in basis.spans
        )
    ]
    return len(seen), len({a.account for a in seen})


def run(world: Sequence[Asked], findings: Sequence[Finding], cuts: Sequence[int] = ()) -> IncidentEngine:
    """All of them through an engine, cut into runs."""
    running = IncidentEngine(POLICY, IncidentCache(), live=False, events=World(world))
    for part in np.split(np.array(findings, dtype=object), sorted(cuts)):
        until = max([at(0), *(one.decided_at for one in part)])
        running.run(list(part), until, until)
    return running


def present(running: IncidentEngine) -> list[Incident]:
    return [i for i in running.cache.incidents.values() if i.merged_into is None]


@settings(deadline=None, max_examples=60)
@given(st.lists(asked, max_size=40), st.lists(found(), min_size=1, max_size=8))
def test_figures_are_those_of_distinct_events_and_people(world: list[Asked], findings: list[Finding]) -> None:
    running = run(world, findings)
    for incident in present(running):
        bases = [basis for link in running.cache.held[incident.incident_id].values() for basis in link.bases]
        assert (incident.requests, incident.accounts) == counted(world, bases)
        assert f"{incident.requests:,} requests" in told(incident.title)


@settings(deadline=None, max_examples=60)
@given(st.lists(asked, max_size=40), st.lists(found(), min_size=1, max_size=6), st.data())
def test_the_same_again_changes_nothing(world: list[Asked], findings: list[Finding], data: st.DataObject) -> None:
    ordered = sorted(findings, key=lambda f: (f.decided_at, f.kind, f.finding_id, f.version))
    again = data.draw(st.lists(st.sampled_from(findings), max_size=6))
    running = run(world, ordered)
    before = {i.incident_id: i for i in running.cache.incidents.values()}
    running.run(again, max(f.decided_at for f in findings), at(200))
    assert {i.incident_id: i for i in running.cache.incidents.values()} == before


@settings(deadline=None, max_examples=60)
@given(st.lists(asked, max_size=40), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_what_lies_inside_another_or_comes_late_adds_nothing(
    world: list[Asked], length: int, inner: int, shorter: int
) -> None:
    whole = Basis((BasisSpan(TARGET, target(0), at(0), at(90)),))
    part = Basis((BasisSpan(TARGET, target(0), at(inner), at(inner + shorter)),))
    outer = replace(finding("surge", "s", "target-surge", 90, targets=(0,), over=False), bases=(whole,))
    nested = replace(burst(0, min(inner + shorter, 89)), bases=(part,))
    late = replace(finding("surge", "s2", "target-surge", 90 + length, targets=(0,), since=inner), bases=(part,))
    alone, both = run(world, [outer]), run(world, [nested, outer, late])
    sizes = [{(i.requests, i.accounts, i.first_at, i.newest_at) for i in present(running)} for running in (alone, both)]
    assert sizes[0] == sizes[1]


def test_series_that_hold_each_other_count_once() -> None:
    world = [Asked(m, m % 3, 0, CLASSES[m % 2]) for m in range(30)]
    spans = (BasisSpan("all", "all", at(0), at(60)), BasisSpan("request_class", CLASSES[0], at(0), at(60)))
    drops = [
        replace(finding("drop", kind.kind, "drop", 60, subject_kind="series", requests=30), bases=(Basis((kind,)),))
        for kind in spans
    ]
    (incident,) = present(run(world, drops))
    assert (incident.requests, incident.accounts) == (30, 3)


def test_a_target_that_a_cluster_has_left_stays_counted() -> None:
    world = [Asked(1, a, t, CLASSES[0]) for a in range(3) for t in range(2)]
    members = tuple(target(a) for a in range(3))
    first, second = (
        replace(
            finding("cluster", "K", "cluster", minutes, targets=(number,), version=version),
            bases=(Basis((BasisSpan(TARGET, target(number), at(0), at(5)),), (), members),),
        )
        for minutes, number, version in ((10, 0, 1), (20, 1, 2))
    )
    (incident,) = present(run(world, [first, second]))
    assert (incident.requests, incident.accounts, incident.targets) == (6, 3, 2)


def test_a_page_says_what_its_incident_counts() -> None:
    world = [Asked(m, m, 0, CLASSES[0]) for m in range(7)]
    running = IncidentEngine(POLICY, IncidentCache(), live=True, events=World(world))
    basis = Basis((BasisSpan(TARGET, target(0), at(0), at(90)),))
    changes = running.run([replace(burst(0, 10), bases=(basis,), requests=99, accounts=50)], at(10), at(10))
    (page,) = changes.intents
    (incident,) = present(running)
    assert (page.payload["requests"], page.payload["accounts"]) == (7, 7) == (incident.requests, incident.accounts)
    assert page.payload["title"] == json.loads(incident.title)


def test_what_is_read_back_is_what_was_written() -> None:
    basis = Basis((BasisSpan(TARGET, target(0), at(0), at(5)),), CLASSES, (target(3),))
    assert basis_of(basis.as_dict()) == basis


@pytest.mark.parametrize("kind", ["target", "all", "request_class", "language", "generator"])
def test_the_database_counts_as_memory_does(kind: str) -> None:
    """Against events as they are stored: late ones, those about oneself, of other classes and at the ends of the span."""
    base = Database(None, Store(), KEY)
    events = [
        mention(
            n,
            occurred_at=(at(n)).isoformat() + "Z",
            account_id=f"asker_{n % 4}",
            target_id="asker_1" if n % 5 == 0 else "creator_0",
            request_class=CLASSES[n % 2],
            language=("de", "fr")[n % 2],
            generator=("grok", "other")[n % 3 == 0],
        )
        for n in range(40)
    ]
    now = at(60 * 24).replace(tzinfo=UTC)
    Writer(base).write(Decoder(KEY)([chunk(events)], now), {}, now)
    stored = base.cursor().sql("SELECT * FROM mentions").pl()
    key = {"all": "all", "request_class": CLASSES[0], "language": "fr", "generator": "grok"}.get(kind)
    inside = stored.filter(pl.col("occurred_at").is_between(at(5), at(30), closed="left") & ~pl.col("is_self"))
    if kind == TARGET:
        key = str(inside.filter(pl.col("occurred_at") == at(7))["target_id"][0])
        inside = inside.filter(pl.col("target_id").cast(pl.String) == key)
    elif kind != "all":
        inside = inside.filter(pl.col(kind) == key)
    assert key is not None
    cache, counting = IncidentCache(), Counting(base)
    one = replace(
        finding("surge", "s", "target-surge" if kind == TARGET else "series-surge", 30, targets=(0,) if kind == TARGET else (),
                subject_kind="series"),
        bases=(Basis((BasisSpan(kind, key, at(5), at(30)),)),),
    )  # fmt: skip
    counting.begin([one])
    IncidentEngine(POLICY, cache, live=False, events=counting).run([one], at(31), at(31))
    (incident,) = cache.incidents.values()
    expected = (
        inside.height,
        inside["account_id"].n_unique(),
        inside["occurred_at"].min(),
        inside["occurred_at"].max(),
    )
    assert (incident.requests, incident.accounts, incident.first_at, incident.newest_at) == expected
    assert inside.height > 0
    base.close()


def test_without_events_the_largest_finding_counts() -> None:
    running = engine()
    running.run(
        [burst(1, 0), finding("surge", "s", "target-surge", 5, targets=(1,), requests=8, accounts=9)], at(6), at(6)
    )
    (incident,) = running.cache.incidents.values()
    assert (incident.requests, incident.accounts) == (10, 9)


def test_a_surge_of_everything_stands_under_its_own_name_with_its_own_count() -> None:
    world = [Asked(m, m % 9, 0, CLASSES[m % 4 == 0]) for m in range(60)]
    german = replace(
        finding("surge", "de", "series-surge", 50, subject_kind="series", over=False, series="language de"),
        subject="language de",
        bases=(Basis((BasisSpan("request_class", CLASSES[1], at(20), at(50)),)),),
    )
    everything = replace(
        finding("surge", "all", "everything-surge", 60, subject_kind="series", over=False, series="everything"),
        subject="everything",
        bases=(Basis((BasisSpan("all", "all", at(10), at(60)),)),),
    )
    (incident,) = present(run(world, [german, everything]))
    assert (incident.rule, incident.severity, incident.requests) == ("everything-surge", "error", 50)
    assert told(incident.title) == "Surge of all requests: 50 requests by 9 accounts"
    assert (incident.first_at, incident.newest_at) == (at(10), at(59))


def test_a_surge_of_several_series_is_not_named_after_one_of_them() -> None:
    world = [Asked(m, m % 9, 0, CLASSES[m % 2]) for m in range(60)]
    found = [
        replace(
            finding(
                "surge", name, "series-surge", 50 + n, subject_kind="series", over=False, series=f"language {name}"
            ),
            subject=f"language {name}",
            bases=(Basis((BasisSpan("request_class", CLASSES[n], at(0), at(50)),)),),
        )
        for n, name in enumerate(("de", "es"))
    ]
    titles = [told(incident.title) for part in (found[:1], found) for incident in present(run(world, part))]
    assert titles == [
        "Surge of a series (language de): 25 requests by 9 accounts",
        "Surge of a series (2 series): 50 requests by 9 accounts",
    ]


@pytest.mark.parametrize(("minutes", "after"), [(1, None), (359, None), (360, 2)])
def test_hours_that_have_not_passed_are_not_silence(minutes: int, after: int | None) -> None:
    told = effect(AcknowledgementEffect(at(0), at(minutes), 7, 2))
    assert (told["requests_before"], told["requests_after"], told["requests_so_far"]) == (7, after, 2)
    assert effect(None)["requests_after"] is None
