"""What people do: each command is a row and, where somebody was paged, something to send."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.unit.incidents.make import POLICY, at, burst, database, finding
from veille.config import IncidentSettings as Settings
from veille.incidents import IncidentError, IncidentService
from veille.incidents.engine import IncidentEngine
from veille.incidents.ledger import IncidentStore
from veille.store.database import Database
from veille.store.errors import StoreError


class Desk:
    def __init__(self) -> None:
        self.base: Database = database()
        self.now = at(0)
        self.commands = IncidentService(self.base, Settings(), clock=lambda: self.now)

    def page(self, *numbers: int, live: bool = True) -> None:
        self.take([burst(number, 0) for number in numbers], live=live)

    def take(self, found: list, *, live: bool = True) -> None:  # type: ignore[type-arg]
        ledger = IncidentStore.of(self.base)
        engine = IncidentEngine(POLICY, ledger.book(POLICY, self.now), live=live)
        ledger.write(engine.run(found, self.now, self.now), self.now)

    def sent(self) -> list[str]:
        rows = self.base.cursor().execute("SELECT kind FROM outbox ORDER BY created_at, kind").fetchall()
        return [kind for (kind,) in rows]

    def rows(self, table: str) -> int:
        found = self.base.cursor().execute(f"SELECT count(*) FROM {table}").fetchone()
        assert found
        return int(found[0])


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.base.close()


def test_acknowledge_resolve_and_the_times_in_between(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    desk.now = at(4)
    taken = desk.commands.acknowledge(incident.incident_id, "ada", "looking")
    assert (taken.state, taken.owner) == ("acknowledged", "ada")
    desk.now = at(30)
    done = desk.commands.resolve(incident.incident_id[:8], "bo", "useful", "reported to the platform")
    assert (done.state, done.disposition) == ("resolved", "useful")
    desk.now = at(90)
    desk.commands.reopen(incident.incident_id, "bo", "again")
    desk.commands.acknowledge(incident.incident_id, "eve")
    times = desk.commands.times(incident.incident_id)
    assert (times.to_page, times.to_acknowledge, times.to_resolve) == (0, 240, 1800)
    assert desk.sent() == ["trigger", "acknowledge", "resolve", "acknowledge", "trigger"]


def test_acknowledging_twice_writes_nothing(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    first = desk.commands.acknowledge(incident.incident_id, "ada")
    before = desk.rows("incident_events")
    assert desk.commands.acknowledge(incident.incident_id, "bo") == first
    assert desk.rows("incident_events") == before


@pytest.mark.parametrize(("disposition", "comment"), [("useful", " "), ("good", "yes"), ("noise", "")])
def test_resolving_needs_a_disposition_and_a_comment(desk: Desk, disposition: str, comment: str) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    with pytest.raises(IncidentError):
        desk.commands.resolve(incident.incident_id, "ada", disposition, comment)
    assert desk.commands.find(incident.incident_id).state == "open"


def test_nothing_is_sent_about_what_was_never_paged(desk: Desk) -> None:
    desk.page(1, live=False)
    (incident,) = desk.commands.list()
    desk.commands.acknowledge(incident.incident_id, "ada")
    desk.commands.resolve(incident.incident_id, "ada", "noise", "drill")
    assert desk.sent() == []


def test_a_failed_write_leaves_no_trace_and_the_command_can_be_repeated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    before = {table: desk.rows(table) for table in ("incidents", "incident_events", "outbox")}

    def broken(name: str) -> str:
        raise StoreError("no")

    with monkeypatch.context() as patch:
        patch.setattr(
            "veille.incidents.ledger.statement", lambda name: broken(name) if "outbox" in name else _text(name)
        )
        with pytest.raises(StoreError):
            desk.commands.acknowledge(incident.incident_id, "ada")
    assert {table: desk.rows(table) for table in before} == before
    assert desk.commands.acknowledge(incident.incident_id, "ada").state == "acknowledged"


def _text(name: str) -> str:
    from veille.store.sql import statement

    return statement(name)


def test_escalation_only_of_what_is_open_and_paged(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    desk.commands.escalate(incident.incident_id, "nobody acknowledged in 10 minutes")
    assert desk.sent() == ["escalate", "trigger"]
    desk.commands.acknowledge(incident.incident_id, "ada")
    before = desk.rows("incident_events")
    desk.commands.escalate(incident.incident_id, "again")
    assert desk.rows("incident_events") == before


def test_referral_with_deadline_and_outcome(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    until = at(0) + timedelta(days=2)
    made = desk.commands.refer(incident.incident_id, "ada", "platform", "X", "case 7", due_at=until)
    done = desk.commands.close_referral(made.referral_id, "ada", "removed")
    assert (done.version, done.outcome, done.due_at) == (2, "removed", until)
    assert [e.event for e in desk.commands.events(incident.incident_id)][-2:] == ["referred", "referred"]
    with pytest.raises(IncidentError):
        desk.commands.close_referral(made.referral_id, "ada", "again")
    with pytest.raises(IncidentError):
        desk.commands.refer(incident.incident_id, "ada", "neighbour", "X")


def test_find_by_prefix_and_short_form(desk: Desk) -> None:
    desk.page(1, 2)
    incident = desk.commands.list()[0]
    assert desk.commands.find(f"I-{incident.incident_id[:8].upper()}") == incident
    for wrong in ("abc", "0" * 32, ""):
        with pytest.raises(IncidentError):
            desk.commands.find(wrong)


def test_minor_flags_are_listed_only_where_asked_for_and_never_judged_in_numbers(desk: Desk) -> None:
    desk.take([finding("minors", "m", "minor-flag", 0, targets=(1,), requests=1)])
    assert desk.commands.list() == []
    (incident,) = desk.commands.list(minors=True)
    desk.commands.resolve(incident.incident_id, "ada", "useful", "passed on")
    assert desk.commands.precision() == []
    shown = desk.commands.handover(at(-1), at(1))["rotas"]["minors"]
    assert "incidents" not in shown


def test_precision_of_a_rule(desk: Desk) -> None:
    desk.page(1, 2, 3, 4)
    for incident, said in zip(desk.commands.list(), ("useful", "useful", "noise", "expected"), strict=True):
        desk.commands.resolve(incident.incident_id, "ada", said, "seen")
    (row,) = desk.commands.precision()
    assert (row["rule"], row["resolved"], row["useful"], row["noise"]) == ("first-burst", 4, 2, 1)
    assert row["precision"] == pytest.approx(2 / 3)
    assert (row["low"], row["high"]) == pytest.approx((0.2077, 0.9385), abs=1e-4)


def test_the_record_tells_what_was_known_when_and_escapes_what_people_wrote(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    desk.commands.acknowledge(incident.incident_id, "ada", "[click](javascript:x) | <b>")
    record = desk.commands.record(incident.incident_id)
    assert [e["event"] for e in record["timeline"]] == ["opened", "due", "paged", "acknowledged"]
    assert record["known"][0]["finding_version"] == 1
    assert [e["actor"] for e in record["decisions"]] == ["ada"]
    text = desk.commands.record_markdown(incident.incident_id)
    assert "[click](" not in text
    assert "<b>" not in text


def test_a_person_s_noise_is_not_contradicted_by_more_of_the_same(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    desk.commands.resolve(incident.incident_id, "ada", "noise", "a drill")
    desk.now = at(30)
    desk.take([burst(1, 0)])
    assert desk.commands.find(incident.incident_id).state == "resolved"


def test_what_a_person_wrote_is_not_sent(desk: Desk) -> None:
    desk.page(1)
    (incident,) = desk.commands.list()
    desk.commands.acknowledge(incident.incident_id, "ada", "her name is Eve")
    desk.commands.resolve(incident.incident_id, "ada", "useful", "told Eve")
    desk.commands.reopen(incident.incident_id, "ada", "Eve called")
    payloads = desk.base.cursor().execute("SELECT payload FROM outbox").fetchall()
    assert len(payloads) == 4
    assert not any("Eve" in text or "ada" in text for (text,) in payloads)
