"""The life of an incident: no illegal state, no lost or moved time, and the fold of the rows is the incident."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.incidents.make import POLICY, START, burst
from veille.incidents.basis import Figures
from veille.incidents.describe import opening
from veille.incidents.model import Incident, IncidentError, IncidentEvent
from veille.incidents.state_machine import EVENTS, apply, fold


def event(incident: Incident | None, name: str, minutes: int, **detail: Any) -> IncidentEvent:
    moment = START + timedelta(minutes=minutes)
    number = 1 if incident is None else incident.version + 1
    state = "open" if incident is None else incident.state
    return IncidentEvent(
        incident_id="a" * 32,
        number=number,
        happened_at=moment,
        known_at=moment,
        rota="abuse",
        event=name,
        actor="ada",
        state=state,
        severity="critical",
        reason="why",
        detail=detail,
    )


def opened() -> IncidentEvent:
    detail = {
        "incident_id": "a" * 32,
        "opened_at": START,
        **opening(burst(1, 0), POLICY, Figures(9, 4, START, START), START),
    }
    return event(None, "opened", 0, **detail)


class Life(RuleBasedStateMachine):
    """Any event may be tried at any time; what is refused changes nothing."""

    @initialize()
    def begin(self) -> None:
        self.rows = [opened()]
        self.incident = apply(None, self.rows[0])
        self.minutes = 0
        self.firsts: dict[str, Any] = {}

    @rule(name=st.sampled_from(EVENTS), disposition=st.sampled_from([None, "useful", "noise"]))
    def try_event(self, name: str, disposition: str | None) -> None:
        self.minutes += 1
        detail: dict[str, Any] = {}
        if name == "resolved":
            detail = {"disposition": disposition}
        if name == "merged":
            detail = {"merged_into": "b" * 32}
        row = event(self.incident, name, self.minutes, **detail)
        try:
            after = apply(self.incident, row)
        except IncidentError:
            return
        self.rows.append(row)
        self.incident = after

    @precondition(lambda self: self.incident.state == "open")
    @rule()
    def an_open_one_can_always_be_taken(self) -> None:
        assert apply(self.incident, event(self.incident, "acknowledged", self.minutes)).state == "acknowledged"

    @invariant()
    def states_are_legal(self) -> None:
        assert self.incident.state in ("open", "acknowledged", "resolved")
        assert self.incident.disposition is None or self.incident.state == "resolved"
        assert self.incident.merged_into is None or self.incident.state == "resolved"
        assert self.incident.version == len(self.rows)

    @invariant()
    def first_times_never_move(self) -> None:
        for column in ("due_at", "paged_at", "acknowledged_at", "resolved_at"):
            now = getattr(self.incident, column)
            assert self.firsts.setdefault(column, now) in (None, now)
            self.firsts[column] = now

    @invariant()
    def rows_make_the_incident(self) -> None:
        assert fold(self.rows) == self.incident


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(st.integers(0, 5).filter(lambda number: number != 2))
def test_a_row_out_of_turn_is_refused(number: int) -> None:
    first = apply(None, opened())
    row = event(first, "commented", 1)
    wrong = IncidentEvent(**{**{f: getattr(row, f) for f in IncidentEvent.__slots__}, "number": number})
    with pytest.raises(IncidentError, match="changed meanwhile"):
        apply(first, wrong)


def test_one_that_ended_by_itself_can_still_be_judged_once() -> None:
    incident = apply(None, opened())
    incident = apply(incident, event(incident, "resolved", 5, disposition=None))
    judged = apply(incident, event(incident, "resolved", 9, disposition="noise"))
    assert (judged.disposition, judged.resolved_at) == ("noise", START + timedelta(minutes=5))
    with pytest.raises(IncidentError, match="resolved already"):
        apply(judged, event(judged, "resolved", 10, disposition="useful"))


def test_what_became_part_of_another_is_handled_there() -> None:
    incident = apply(None, opened())
    merged = apply(incident, event(incident, "merged", 1, merged_into="b" * 32))
    with pytest.raises(IncidentError, match="became part of I-BBBBBBBB"):
        apply(merged, event(merged, "reopened", 2))
