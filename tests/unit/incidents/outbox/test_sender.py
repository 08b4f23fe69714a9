from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.incidents.outbox.make import Bench, Receiver
from veille.config import DeliverySettings, Rota
from veille.incidents.outbox.backoff import delay
from veille.incidents.outbox.log import BUNDLE


def test_a_page_goes_to_every_channel_of_the_rota_once() -> None:
    bench = Bench(pager=Receiver(), chat=Receiver(remembers=False))
    bench.say("trigger", "a")
    bench.pass_time(10)
    for receiver in bench.channels.values():
        assert receiver.heard == [("trigger", "veille-a")]
    bench.say("acknowledge", "a", 2)
    bench.say("resolve", "a", 3)
    bench.turns()
    assert bench.channels["pager"].heard[1:] == [("resolve", "veille-a")]


def test_nothing_is_sent_before_its_time_or_to_a_channel_that_came_later() -> None:
    bench = Bench(pager=Receiver())
    bench.database.cursor().execute(
        "INSERT INTO outbox VALUES ('x', $1, NULL, NULL, 'k', 'notice', 'info', 'abuse', '{}', $1 + INTERVAL 1 HOUR)",
        [bench.clock.now],
    )
    bench.pass_time(60, 20)
    assert bench.channels["pager"].got == []
    bench.clock.forward(hours=1)
    bench.channels["late"] = Receiver()
    bench.rotas["abuse"] = Rota(channels=("pager", "late"))
    bench.start()
    bench.turns()
    assert [len(receiver.got) for receiver in bench.channels.values()] == [1, 0]


@pytest.mark.slow
@pytest.mark.parametrize("maybe", [False, True])
def test_an_outage_of_an_hour_ends_in_one_page(maybe: bool) -> None:
    bench = Bench(pager=Receiver())
    receiver = bench.channels["pager"]
    receiver.away = True
    for number in range(20):
        bench.say("trigger", f"i{number}", severity="error" if number else "critical")
        bench.pass_time(180, 20)
    assert receiver.tried < 60, "one message probes, the others wait"
    receiver.away = False
    before = len(receiver.got)
    receiver.maybe = maybe
    bench.pass_time(300, 30)
    assert len(receiver.got) - before == 1
    page = receiver.got[-1]
    assert (page.kind, page.members, page.severity) == ("trigger", 20, "critical")
    assert "20 incidents, 1 critical: held up since 12:00 UTC" in page.title
    assert set(bench.outcomes("pager").values()) == {"sent"}
    for number in range(20):
        bench.say("resolve", f"i{number}", 2)
        bench.turns()
    assert receiver.heard[before:] == [("trigger", page.key), ("resolve", page.key)]


def test_one_incident_that_pages_sixty_times_meanwhile_is_one_page() -> None:
    bench = Bench(pager=Receiver())
    bench.channels["pager"].away = True
    for minute in range(60):
        bench.say("trigger", "a", minute + 1, again=minute)
        bench.pass_time(60, 30)
    bench.channels["pager"].away = False
    bench.pass_time(300, 30)
    assert bench.channels["pager"].heard == [("trigger", "veille-a")]
    assert bench.channels["pager"].got[0].facts["again"] == 59


def test_what_is_over_before_it_could_be_sent_wakes_nobody() -> None:
    bench = Bench(pager=Receiver())
    bench.channels["pager"].away = True
    bench.say("trigger", "a")
    bench.say("trigger", "b")
    bench.turns()
    bench.say("resolve", "a", 2)
    bench.say("acknowledge", "b", 2)
    bench.channels["pager"].away = False
    bench.pass_time(600, 60)
    assert bench.channels["pager"].got == []
    assert set(bench.outcomes("pager").values()) == {"dropped"}


def test_a_page_whose_answer_was_lost_is_resolved_all_the_same() -> None:
    bench = Bench(pager=Receiver())
    receiver = bench.channels["pager"]
    receiver.away = receiver.maybe = True
    bench.say("trigger", "a")
    bench.turns()
    bench.say("resolve", "a", 2)
    receiver.away = False
    bench.pass_time(60, 10)
    assert receiver.heard == [("trigger", "veille-a"), ("resolve", "veille-a")]


def test_killed_between_sending_and_noting_the_repetition_has_the_same_key() -> None:
    bench = Bench(pager=Receiver())
    bench.say("trigger", "a")
    bench.turns()
    bench.database.cursor().execute("DELETE FROM deliveries WHERE outcome = 'sent'")
    bench.start()
    bench.turns()
    assert bench.channels["pager"].heard == [("trigger", "veille-a")] * 2
    assert {message.intent_id for message in bench.channels["pager"].got} == {"a-1-trigger"}


def test_the_fallback_gets_what_the_first_channel_cannot_take() -> None:
    rota = Rota(channels=("pager",), fallback=("mail",))
    bench = Bench(rota, pager=Receiver(), mail=Receiver(remembers=False))
    bench.say("trigger", "a")
    bench.pass_time(120, 5)
    assert bench.channels["mail"].got == []
    bench.channels["pager"].away = True
    bench.say("trigger", "b")
    bench.pass_time(55, 5)
    assert bench.channels["mail"].got == []
    bench.pass_time(15, 5)
    assert bench.channels["mail"].heard == [("trigger", "veille-b")]
    assert bench.sender.failing == ("pager",)
    bench.say("resolve", "b", 2)
    bench.pass_time(5)
    assert bench.channels["mail"].heard[1:] == [("resolve", "veille-b")]


def test_a_refusal_goes_to_the_fallback_at_once_and_the_channel_is_a_fault() -> None:
    bench = Bench(Rota(channels=("pager",), fallback=("mail",)), pager=Receiver(), mail=Receiver())
    bench.channels["pager"].refuses = True
    bench.say("trigger", "a")
    bench.turns()
    bench.turns()
    assert bench.channels["mail"].heard == [("trigger", "veille-a")]
    assert bench.sender.failing == ("pager",)
    bench.channels["pager"].refuses = False
    bench.say("trigger", "b")
    bench.turns()
    assert not bench.sender.failing


def test_an_escalation_reaches_the_next() -> None:
    rota = Rota(channels=("pager",), escalate_to=("chief",))
    bench = Bench(rota, pager=Receiver(), chief=Receiver())
    bench.say("trigger", "a")
    bench.turns()
    bench.say("escalate", "a", 2, reason="nobody acknowledged within 10 minutes")
    bench.turns()
    assert bench.channels["chief"].heard == [("escalate", "veille-a")]
    assert bench.channels["pager"].heard == [("trigger", "veille-a"), ("escalate", "veille-a")]
    assert "nobody acknowledged" in bench.channels["chief"].got[0].text
    bench.say("resolve", "a", 3)
    bench.turns()
    assert bench.channels["chief"].heard[-1] == ("resolve", "veille-a")


def test_after_an_outage_a_mailbox_gets_one_line_about_what_is_over() -> None:
    bench = Bench(mail=Receiver(remembers=False))
    for name in "abc":
        bench.say("trigger", name)
    bench.pass_time(1)
    bench.channels["mail"].away = True
    for name in "abc":
        bench.say("resolve", name, 2)
    bench.turns()
    bench.channels["mail"].away = False
    bench.pass_time(60, 10)
    assert [(m.kind, m.title) for m in bench.channels["mail"].got[3:]] == [("resolve", "3 incidents")]


def test_what_is_open_is_told_again_where_the_receiver_wants_it() -> None:
    bench = Bench(alerts=Receiver(groups=True, resend=60))
    bench.say("trigger", "a")
    bench.pass_time(300, 20)
    assert 4 <= len(bench.channels["alerts"].got) - 1 <= 6
    bench.say("resolve", "a", 2)
    bench.pass_time(10, 5)
    count = len(bench.channels["alerts"].got)
    bench.pass_time(300, 30)
    assert len(bench.channels["alerts"].got) == count


def test_a_page_that_could_not_be_sent_for_a_day_is_given_up() -> None:
    bench = Bench(settings=DeliverySettings(give_up_hours=24), pager=Receiver())
    bench.channels["pager"].away = True
    bench.say("trigger", "a")
    bench.turns()
    bench.clock.forward(hours=25)
    bench.channels["pager"].away = False
    bench.turns()
    assert bench.channels["pager"].got == []
    assert bench.outcomes("pager") == {"a-1-trigger": "failed"}


def test_a_page_goes_out_although_nothing_can_be_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    from veille.incidents.outbox import sender
    from veille.store.errors import StoreError

    bench = Bench(pager=Receiver())
    bench.say("trigger", "a")

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(sender, "record", full)
        bench.turns()
        with pytest.raises(StoreError):
            bench.turns()
    bench.pass_time(10)
    assert bench.channels["pager"].heard == [("trigger", "veille-a")]
    assert bench.outcomes("pager") == {"a-1-trigger": "sent"}


@given(st.integers(1, 2_000), st.floats(0.1, 60), st.floats(0.1, 600), st.floats(0, 0.999))
def test_waiting_grows_and_stays_within_its_bounds(failures: int, first: float, most: float, random: float) -> None:
    wait = delay(failures, first, most, lambda: random).total_seconds()
    longest = min(most, first * 2.0 ** min(failures - 1, 30))
    assert longest * 0.499 <= wait <= longest + 1e-5
    assert delay(failures, first, most, lambda: random, asked=700.0) >= timedelta(seconds=700)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["trigger", "escalate", "acknowledge", "resolve", "away", "lost", "back", "crash"]),
              st.sampled_from("ab")),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(EVENTS)
def test_whatever_happens_the_receiver_ends_with_the_truth(events: list[tuple[str, str]]) -> None:
    """Outages, lost answers and crashes in any order: once all is quiet, the pager shows what is open and nothing else."""
    bench = Bench(pager=Receiver())
    receiver, truth = bench.channels["pager"], dict[str, str]()
    for number, (event, incident) in enumerate(events):
        if event in ("away", "lost", "back"):
            receiver.away, receiver.maybe = event != "back", event == "lost"
        elif event == "crash":
            bench.database.cursor().execute(
                "DELETE FROM deliveries WHERE outcome = 'sent' AND tried_at = (SELECT max(tried_at) FROM deliveries)"
            )
            bench.start()
        elif (truth.get(incident) not in (None, "resolve")) or event == "trigger":
            bench.say(event, incident, number)
            truth[incident] = event
        bench.turns()
        bench.clock.forward(seconds=7)
    receiver.away = False
    bench.pass_time(480, 60)
    alone, together = shown(bench)
    is_open = {incident for incident, state in truth.items() if state in ("trigger", "escalate")}
    assert alone <= is_open <= alone | {each for members in together for each in members}
    assert all(members & is_open for members in together), "a page about several stays open for no reason"


def shown(bench: Bench) -> tuple[set[str], list[set[str]]]:
    """What the pager shows as open and unacknowledged: incidents of their own, and those of pages about several."""
    state: dict[str, str] = {}
    for message in bench.channels["pager"].got:
        state[message.key] = message.kind
    shows = {key for key, now in state.items() if now in ("trigger", "escalate")}
    rows = bench.database.cursor().execute(
        "SELECT reference, incident_id FROM deliveries JOIN outbox USING (intent_id)"
    )
    named = rows.fetchall()
    bundles = [{incident for key, incident in named if key == each} for each in shows if each.startswith(BUNDLE)]
    return {key.removeprefix("veille-") for key in shows if not key.startswith(BUNDLE)}, bundles
