"""The page brake: many attacks within minutes give a handful of pages, and every incident keeps its place in the queue."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from tests.unit.incidents.make import POLICY, at, burst, database, finding, globally
from tests.unit.incidents.outbox.make import Receiver
from veille.config import DeliverySettings, IncidentSettings, Rota
from veille.incidents import IncidentService
from veille.incidents.brake import KIND, Wave, by_danger
from veille.incidents.channels.message import headline, lines
from veille.incidents.engine import IncidentEngine
from veille.incidents.model import Finding, Incident
from veille.incidents.outbox import Escalation, Sender
from veille.incidents.policy import Policy
from veille.incidents.store import IncidentStore
from veille.store.database import Database

pytestmark = pytest.mark.slow

ROTAS = {"abuse": Rota(channels=("duty",)), "health": Rota(channels=("duty",)), "minors": Rota(channels=("duty",))}


class Desk:
    """Detection, delivery and people on one clock (minutes after START). `restart` is a process that starts anew."""

    def __init__(
        self, base: Database, *, policy: Policy = POLICY, since: datetime | None = datetime.min, language: str = "en"
    ) -> None:
        self.base, self.policy, self.since, self.minutes = base, policy, since, 0.0
        self.duty = Receiver()
        self.settings = DeliverySettings(language=language)  # type: ignore[arg-type]
        self.people = IncidentService(base, policy.settings, clock=lambda: at(self.minutes))
        self.restart()

    def restart(self) -> None:
        store = IncidentStore.of(self.base)
        store.forget()
        cache = store.cache(self.policy, at(self.minutes))
        self.engine = IncidentEngine(self.policy, cache, live=True, history_since=lambda: self.since)
        self.sender = Sender(
            self.base, {"duty": self.duty}, ROTAS, self.settings, lambda: at(self.minutes), uniform=lambda: 0.5
        )
        self.sender.start()
        self.escalation = Escalation(self.base, ROTAS, 3, self.people.escalate)

    def take(self, minutes: float, *found: Finding) -> None:
        """One turn of every loop."""
        self.minutes = minutes
        store = IncidentStore.of(self.base)
        if store.cache(self.policy, at(minutes)) is not self.engine.cache:
            self.restart()
        store.write(self.engine.run(found, at(minutes), at(minutes)), at(minutes))
        self.escalation.turn(at(minutes))
        self.sender.turn("duty")

    def all(self) -> list[Incident]:
        return [each for each in self.people.list(limit=5_000) if each.kind != KIND]

    def brake(self) -> Incident:
        return next(each for each in self.people.list(limit=5_000) if each.kind == KIND)

    @property
    def told(self) -> list[str]:
        return [headline(message) for message in self.duty.got]


@pytest.fixture
def base() -> Iterator[Database]:
    made = database()
    yield made
    made.close()


def test_2805_critical_triggers_in_27_minutes_give_a_handful_of_pages(base: Database) -> None:
    desk, step, count = Desk(base), 3.0, 2805
    made = 0
    while desk.minutes < 27:
        due = round(count * (desk.minutes + step) / 27) - made
        desk.take(desk.minutes + step, *(burst(made + n, desk.minutes + step) for n in range(due)))
        made += due
        if desk.minutes == 12:
            desk.restart()
    assert made == count
    assert len(desk.all()) == count
    assert {each.state for each in desk.all()} == {"open"}
    pages = Counter(message.kind for message in desk.duty.got)
    assert pages["trigger"] + pages["escalate"] <= 20, "no page of its own for 2,800 incidents"
    assert len({message.key for message in desk.duty.got}) == 1 + len(
        [each for each in desk.all() if each.paged_at is not None]
    )
    assert desk.told[-1].endswith("attacks since 12:03 UTC: see the list")
    told = Wave.of(desk.brake()).told
    assert told * 2 > count >= told, "the last page is at most half of what there is"
    desk.take(38)
    assert Wave.of(desk.brake()).count == count
    assert len(desk.duty.got) <= 26, "the end escalates the five in most danger, and the rest as one"
    assert "2,805 attacks between 12:03 and 12:27 UTC, 2,800 not taken" in desk.told[-1]


def test_pages_stand_for_themselves_below_the_limit(base: Database) -> None:
    desk = Desk(base)
    for n in range(20):
        desk.take(n * 2.1, burst(n, n * 2.1))
    assert all(each.paged_at for each in desk.all())
    assert not [each for each in desk.people.list(limit=100) if each.kind == KIND]


def test_it_says_how_many_there_are_who_comes_first_and_when_it_is_over(base: Database) -> None:
    desk = Desk(base)
    for n in range(6):
        desk.take(n, finding("burst", n, "first-burst", n, targets=(n,), accounts=8 + n))
    assert desk.told[-1] == "6 attacks since 12:00 UTC: see the list"
    said = lines(desk.duty.got[-1])[0].splitlines()
    assert said[1].startswith("Why: 6 pages were due within 10 minutes")
    assert "by 13 accounts" in said[2]
    assert "by 8 accounts" in said[7]
    assert desk.duty.got[-1].link.endswith(f"/incidents?incident={desk.brake().incident_id}")
    for each in desk.all():
        desk.people.acknowledge(each.incident_id, "ada")
    desk.take(14.9)
    assert desk.brake().state == "open"
    desk.take(15)
    assert desk.told[-1] == "Resolved: 6 attacks between 12:00 and 12:05 UTC"
    assert not [each for each in desk.all() if each.suppressed_by]
    before = len(desk.duty.got)
    desk.take(16, burst(50, 16))
    assert len(desk.duty.got) == before + 1, "a single attack afterwards pages by itself"


def test_in_french_too(base: Database) -> None:
    desk = Desk(base, language="fr")
    for n in range(6):
        desk.take(n, burst(n, n))
    assert desk.told[-1] == "6 attaques depuis 12:00 UTC : voir la liste"
    assert "6 alertes devaient partir en 10 minutes" in desk.duty.got[-1].text


def test_growth_pages_when_it_has_doubled(base: Database) -> None:
    desk = Desk(base)
    for n in range(0, 48, 2):
        desk.take(n / 60, burst(n, n / 60), burst(n + 1, n / 60))
    own = [message for message in desk.duty.got if message.key == f"veille-{desk.brake().incident_id}"]
    assert [message.title.split()[0] for message in own] == ["6", "12", "24", "48"]


def test_flags_of_minors_and_faults_never_fold(base: Database) -> None:
    desk = Desk(base)
    for n in range(12):
        flag = finding("minors", n, "minor-flag", n / 10, targets=(1000 + n,))
        fault = finding("fault", n, "feed-silent", n / 10, subject_kind="fault")
        desk.take(n / 10, flag, fault, burst(n, n / 10))
    paged = Counter(each.kind for each in desk.engine.cache.incidents.values() if each.paged_at)
    assert (paged["minors"], paged["fault"]) == (12, 12)
    assert paged["attack"] == 5


def test_families_are_braked_apart(base: Database) -> None:
    desk = Desk(base)
    for n in range(8):
        desk.take(n / 10, burst(n, n / 10))
    desk.take(1, globally(1))
    surge = next(each for each in desk.all() if each.kind == "global")
    assert surge.paged_at is not None
    assert surge.suppressed_by is None


def test_only_its_page_escalates_and_the_few_that_nobody_took_escalate_when_it_is_over(base: Database) -> None:
    desk = Desk(base)
    for n in range(9):
        desk.take(n / 10, burst(n, n / 10))
    for minutes in (5, 10, 10.4):
        desk.take(minutes)
    escalated = [message.key for message in desk.duty.got if message.kind == "escalate"]
    assert escalated == [], "the storm's page is younger than ten minutes, and the first five are part of it"
    taken = by_danger(desk.all())[4:]
    for each in taken:
        desk.people.acknowledge(each.incident_id, "ada")
    desk.take(11)
    escalated = [message.key for message in desk.duty.got if message.kind == "escalate"]
    free = {f"veille-{each.incident_id}" for each in desk.all() if each.state == "open"}
    assert set(escalated) - {f"veille-{desk.brake().incident_id}"} == free
    assert len(free) == 4
    assert desk.brake().state == "resolved"


def test_its_page_escalates_while_it_lasts(base: Database) -> None:
    desk = Desk(base)
    for n in range(16):
        desk.take(n, burst(n, n))
    escalated = {message.key for message in desk.duty.got if message.kind == "escalate"}
    assert escalated == {f"veille-{desk.brake().incident_id}"}


def test_what_is_left_stays_together_until_it_is_few(base: Database) -> None:
    desk = Desk(base)
    for n in range(20):
        desk.take(n / 60, burst(n, n / 60))
    desk.take(11)
    held = [each for each in desk.all() if each.suppressed_by]
    assert len(held) == 15
    assert desk.brake().active
    desk.people.acknowledge(desk.brake().incident_id, "ada")
    for each in held[3:]:
        desk.people.acknowledge(each.incident_id, "ada")
    desk.take(12)
    assert desk.brake().state == "resolved"
    assert all(each.paged_at for each in desk.all() if each.incident_id in {one.incident_id for one in held[:3]})
    desk.take(13, *(burst(100 + n, 13) for n in range(7)))
    assert len([each for each in desk.people.list(limit=5_000) if each.kind == KIND]) == 2, "another wave, another page"


def test_a_second_wave_pages_at_once(base: Database) -> None:
    desk = Desk(base)
    for n in range(20):
        desk.take(n / 60, burst(n, n / 60))
    desk.take(11)
    desk.take(13, *(burst(100 + n, 13) for n in range(7)))
    assert Wave.of(desk.brake()).on
    assert "22 attacks since 12:00 UTC: see the list" in desk.told, "five of them paged alone, two more stand under it"


def test_resolved_by_a_person_it_lets_go(base: Database) -> None:
    desk = Desk(base)
    for n in range(8):
        desk.take(n / 10, burst(n, n / 10))
    desk.people.resolve(desk.brake().incident_id, "ada", "useful", "seen")
    desk.take(1)
    assert not [each for each in desk.all() if each.suppressed_by]
    assert Counter(message.kind for message in desk.duty.got)["escalate"] == 5


@pytest.mark.parametrize("since", [None, at(-60)])
def test_in_the_first_hours_it_works_earlier_and_says_why(base: Database, since: datetime | None) -> None:
    desk = Desk(base, since=since)
    for n in range(3):
        desk.take(n, burst(n, n))
    assert desk.told[-1] == "3 attacks since 12:00 UTC: see the list"
    assert "every target counts as asked about for the first time" in desk.duty.got[-1].text


def test_a_restart_in_the_middle_changes_nothing(base: Database) -> None:
    def heard(other: Database, restarts: Callable[[Desk, int], bool]) -> list[tuple[str, str]]:
        desk = Desk(other)
        for n in range(14):
            desk.take(n / 2, burst(n, n / 2))
            if restarts(desk, n):
                desk.restart()
        for minute in (13, 16, 18, 25):
            desk.take(minute)
            if restarts(desk, minute):
                desk.restart()
        return desk.duty.heard

    other = database()
    try:
        assert heard(base, lambda desk, n: True) == heard(other, lambda desk, n: False)
    finally:
        other.close()


def test_the_limits_are_settings(base: Database) -> None:
    policy = Policy(IncidentSettings(storm_pages=2, storm_minutes=1, storm_first_pages=2))
    desk = Desk(base, policy=policy)
    desk.take(0, burst(0, 0))
    desk.take(0.5, burst(1, 0.5))
    assert desk.told[-1] == "2 attacks since 12:00 UTC: see the list"
    desk.take(0.5 + timedelta(minutes=1).total_seconds() / 60)
    assert [message.kind for message in desk.duty.got] == ["trigger", "trigger", "escalate", "escalate"]
