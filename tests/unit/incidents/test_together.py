"""Engine, people and restarts in any sequence: the tables stay the fold of their rows, and every page is in the outbox once."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.unit.incidents.make import POLICY, at, burst, cluster, database, globally, surge
from veille.config import IncidentSettings as Settings
from veille.incidents import Incident, IncidentError, IncidentService
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding
from veille.incidents.state_machine import fold
from veille.incidents.store import IncidentStore, events, incidents
from veille.reasons import reason


class Office(RuleBasedStateMachine):
    """A live engine over a database, with people at work."""

    @initialize()
    def begin(self) -> None:
        self.base = database()
        self.now = at(0)
        self.people = IncidentService(self.base, Settings(), clock=lambda: self.now)
        self.engine: IncidentEngine | None = None
        self.minutes = 0

    def teardown(self) -> None:
        self.base.close()

    def take(self, *found: Finding) -> None:
        store = IncidentStore.of(self.base)
        cache = store.cache(POLICY, self.now)
        if self.engine is None or self.engine.cache is not cache:
            self.engine = IncidentEngine(POLICY, cache, live=True)
        store.write(self.engine.run(found, self.now, self.now), self.now)

    @rule(minutes=st.sampled_from([1, 6, 60, 400, 2000]))
    def time_goes_on(self, minutes: int) -> None:
        self.minutes += minutes
        self.now = at(self.minutes)
        self.take()

    @rule(number=st.integers(0, 2), tier=st.sampled_from(["first-surge", "first-burst"]))
    def a_burst(self, number: int, tier: str) -> None:
        self.take(burst(number, self.minutes, tier))

    @rule(number=st.integers(0, 2))
    def a_surge(self, number: int) -> None:
        self.take(surge(number, self.minutes))

    @rule(aims=st.sets(st.integers(0, 2), min_size=1))
    def a_cluster(self, aims: set[int]) -> None:
        self.take(cluster(f"K{self.minutes}", self.minutes, tuple(aims)))

    @rule()
    def everything(self) -> None:
        self.take(globally(self.minutes))

    @rule(
        command=st.sampled_from(["acknowledge", "resolve", "reopen", "comment", "silence", "escalate"]), data=st.data()
    )
    def somebody(self, command: str, data: st.DataObject) -> None:
        known = incidents(self.base.frame("incidents/latest_incidents"))
        if not known:
            return
        one: Incident = data.draw(st.sampled_from(known))
        until = self.now + timedelta(minutes=30)
        try:
            match command:
                case "acknowledge":
                    assert self.people.acknowledge(one.incident_id, "ada").state == "acknowledged"
                case "resolve":
                    assert self.people.resolve(one.incident_id, "ada", "useful", "done").state == "resolved"
                case "reopen":
                    assert self.people.reopen(one.incident_id, "ada", "not over").state == "open"
                case "comment":
                    self.people.comment(one.incident_id, "ada", "looking")
                case "silence":
                    self.people.silence({"incident_id": one.incident_id}, until, "ada", "known")
                case _:
                    self.people.escalate(one.incident_id, reason("event.unacknowledged", minutes=10))
        except IncidentError:
            assert self.people.find(one.incident_id) == one

    @rule()
    def restart(self) -> None:
        IncidentStore.of(self.base).forget()
        self.engine = None

    @invariant()
    def tables_are_the_fold_of_their_rows(self) -> None:
        rows = events(self.base.frame("incidents/all_events", since=at(-9999), until=at(999999)))
        by_incident: dict[str, list[int]] = {}
        for event in sorted(rows, key=lambda e: (e.incident_id, e.number)):
            by_incident.setdefault(event.incident_id, []).append(event.number)
        for incident in incidents(self.base.frame("incidents/latest_incidents")):
            assert by_incident[incident.incident_id] == list(range(1, incident.version + 1))
            assert fold(self.people.events(incident.incident_id)) == incident

    @invariant()
    def every_page_is_in_the_outbox_once(self) -> None:
        count = self.base.cursor().execute
        paged = count("SELECT incident_id, number FROM incident_events WHERE event = 'paged' ORDER BY ALL").fetchall()
        kinds = "('trigger', 'escalate')"
        sent = count(
            "SELECT o.incident_id, o.event_number FROM outbox AS o INNER JOIN incident_events AS e "
            "ON e.incident_id = o.incident_id AND e.number = o.event_number AND e.event = 'paged' "
            f"WHERE o.kind IN {kinds} ORDER BY ALL"
        ).fetchall()
        assert sent == paged


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
