"""What people do: each command is a row and, where somebody was paged, something to send."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.incidents.make import POLICY, at, burst, database, finding
from veille.config import IncidentSettings as Settings
from veille.incidents import IncidentError, IncidentService
from veille.incidents.engine import IncidentEngine
from veille.incidents.store import IncidentStore
from veille.reasons import reason
from veille.store.database import Database, appending
from veille.store.errors import StoreError
from veille.store.sql import Names


class IncidentBench:
    def __init__(self) -> None:
        self.base: Database = database()
        self.now = at(0)
        self.commands = IncidentService(self.base, Settings(), clock=lambda: self.now)

    def page(self, *numbers: int, live: bool = True) -> None:
        self.take([burst(number, 0) for number in numbers], live=live)

    def take(self, found: list, *, live: bool = True) -> None:  # type: ignore[type-arg]
        store = IncidentStore.of(self.base)
        engine = IncidentEngine(POLICY, store.cache(POLICY, self.now), live=live)
        store.write(engine.run(found, self.now, self.now), self.now)

    def sent(self) -> list[str]:
        rows = self.base.cursor().execute("SELECT kind FROM outbox ORDER BY created_at, kind").fetchall()
        return [kind for (kind,) in rows]

    def rows(self, table: str) -> int:
        found = self.base.cursor().execute(f"SELECT count(*) FROM {table}").fetchone()
        assert found
        return int(found[0])


@pytest.fixture
def bench() -> Iterator[IncidentBench]:
    made = IncidentBench()
    yield made
    made.base.close()


def test_acknowledge_resolve_and_the_times_in_between(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    bench.now = at(4)
    taken = bench.commands.acknowledge(incident.incident_id, "ada", "looking")
    assert (taken.state, taken.owner) == ("acknowledged", "ada")
    bench.now = at(30)
    done = bench.commands.resolve(incident.incident_id[:8], "bo", "useful", "reported to the platform")
    assert (done.state, done.disposition) == ("resolved", "useful")
    bench.now = at(90)
    bench.commands.reopen(incident.incident_id, "bo", "again")
    bench.commands.acknowledge(incident.incident_id, "eve")
    times = bench.commands.times(incident.incident_id)
    assert (times.to_page, times.to_acknowledge, times.to_resolve) == (0, 240, 1800)
    assert bench.sent() == ["trigger", "acknowledge", "resolve", "acknowledge", "trigger"]


def test_acknowledging_twice_writes_nothing(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    first = bench.commands.acknowledge(incident.incident_id, "ada")
    before = bench.rows("incident_events")
    assert bench.commands.acknowledge(incident.incident_id, "bo") == first
    assert bench.rows("incident_events") == before


@pytest.mark.parametrize(("disposition", "comment"), [("useful", " "), ("good", "yes"), ("noise", "")])
def test_resolving_needs_a_disposition_and_a_comment(bench: IncidentBench, disposition: str, comment: str) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    with pytest.raises(IncidentError):
        bench.commands.resolve(incident.incident_id, "ada", disposition, comment)
    assert bench.commands.find(incident.incident_id).state == "open"


def test_nothing_is_sent_about_what_was_never_paged(bench: IncidentBench) -> None:
    bench.page(1, live=False)
    (incident,) = bench.commands.list()
    bench.commands.acknowledge(incident.incident_id, "ada")
    bench.commands.resolve(incident.incident_id, "ada", "noise", "drill")
    assert bench.sent() == []


def test_a_failed_write_leaves_no_trace_and_the_command_can_be_repeated(
    bench: IncidentBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    before = {table: bench.rows(table) for table in ("incidents", "incident_events", "outbox")}

    def broken(name: str) -> Names:
        raise StoreError("no")

    with monkeypatch.context() as patch:
        patch.setattr(
            "veille.incidents.store.appending", lambda name: broken(name) if name == "outbox" else appending(name)
        )
        with pytest.raises(StoreError):
            bench.commands.acknowledge(incident.incident_id, "ada")
    assert {table: bench.rows(table) for table in before} == before
    assert bench.commands.acknowledge(incident.incident_id, "ada").state == "acknowledged"


def test_escalation_only_of_what_is_open_and_paged(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    bench.commands.escalate(incident.incident_id, reason("event.unacknowledged", minutes=10))
    assert bench.sent() == ["escalate", "trigger"]
    bench.commands.acknowledge(incident.incident_id, "ada")
    before = bench.rows("incident_events")
    bench.commands.escalate(incident.incident_id, reason("event.unacknowledged", minutes=20))
    assert bench.rows("incident_events") == before


def test_referral_with_deadline_and_outcome(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    until = at(0) + timedelta(days=2)
    made = bench.commands.refer(incident.incident_id, "ada", "platform", "X", "case 7", due_at=until)
    done = bench.commands.close_referral(made.referral_id, "ada", "removed")
    assert (done.version, done.outcome, done.due_at) == (2, "removed", until)
    assert [e.event for e in bench.commands.events(incident.incident_id)][-2:] == ["referred", "referred"]
    with pytest.raises(IncidentError):
        bench.commands.close_referral(made.referral_id, "ada", "again")
    with pytest.raises(IncidentError):
        bench.commands.refer(incident.incident_id, "ada", "neighbour", "X")


def test_find_by_prefix_and_short_form(bench: IncidentBench) -> None:
    bench.page(1, 2)
    incident = bench.commands.list()[0]
    assert bench.commands.find(f"I-{incident.incident_id[:8].upper()}") == incident
    for wrong in ("abc", "0" * 32, ""):
        with pytest.raises(IncidentError):
            bench.commands.find(wrong)


def test_minor_flags_are_listed_only_where_asked_for_and_never_judged_in_numbers(bench: IncidentBench) -> None:
    bench.take([finding("minors", "m", "minor-flag", 0, targets=(1,), requests=1)])
    assert bench.commands.list() == []
    (incident,) = bench.commands.list(minors=True)
    bench.commands.resolve(incident.incident_id, "ada", "useful", "passed on")
    assert bench.commands.precision() == []
    shown = bench.commands.handover(at(-1), at(1))["rotas"]["minors"]
    assert "incidents" not in shown


def test_precision_of_a_rule(bench: IncidentBench) -> None:
    bench.page(1, 2, 3, 4)
    for incident, said in zip(bench.commands.list(), ("useful", "useful", "noise", "expected"), strict=True):
        bench.commands.resolve(incident.incident_id, "ada", said, "seen")
    (row,) = bench.commands.precision()
    assert (row["rule"], row["resolved"], row["useful"], row["noise"]) == ("first-burst", 4, 2, 1)
    assert row["precision"] == pytest.approx(2 / 3)
    assert (row["low"], row["high"]) == pytest.approx((0.2077, 0.9385), abs=1e-4)


def test_the_record_tells_what_was_known_when_and_escapes_what_people_wrote(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    bench.commands.acknowledge(incident.incident_id, "ada", "[click](javascript:x) | <b>")
    record = bench.commands.record(incident.incident_id)
    assert [e["event"] for e in record["timeline"]] == ["opened", "due", "paged", "acknowledged"]
    assert record["known"][0]["finding_version"] == 1
    assert [e["actor"] for e in record["decisions"]] == ["ada"]
    text = bench.commands.record_markdown(incident.incident_id)
    assert "[click](" not in text
    assert "<b>" not in text


def test_the_record_names_its_series_and_is_in_the_language_that_is_asked_for(bench: IncidentBench) -> None:
    why = reason("finding.insistent", requests=4, fulfilled=1, others=0).as_dict()
    facts = {"series": "language de", "why": why}
    bench.take([replace(finding("surge", "de", "series-surge", 0, over=False, subject_kind="series"), facts=facts)])
    (incident,) = bench.commands.list()
    english, french = (bench.commands.record_markdown(incident.incident_id, language) for language in ("en", "fr"))
    assert "* language de: one account asked 4 times" in english
    assert "* langue de : un compte a fait 4 demandes" in french
    headings = [[line for line in text.splitlines() if line.startswith("## ")] for text in (english, french)]
    assert len(headings[0]) == len(headings[1]) == 4
    assert not set(headings[0]) & set(headings[1])
    assert "| ouvert |" in french


def test_a_person_s_noise_is_not_contradicted_by_more_of_the_same(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    bench.commands.resolve(incident.incident_id, "ada", "noise", "a drill")
    bench.now = at(30)
    bench.take([burst(1, 0)])
    assert bench.commands.find(incident.incident_id).state == "resolved"


def test_what_a_person_wrote_is_not_sent(bench: IncidentBench) -> None:
    bench.page(1)
    (incident,) = bench.commands.list()
    bench.commands.acknowledge(incident.incident_id, "ada", "her name is Eve")
    bench.commands.resolve(incident.incident_id, "ada", "useful", "told Eve")
    bench.commands.reopen(incident.incident_id, "ada", "Eve called")
    payloads = bench.base.cursor().execute("SELECT payload FROM outbox").fetchall()
    assert len(payloads) == 4
    assert not any("Eve" in text or "ada" in text for (text,) in payloads)
