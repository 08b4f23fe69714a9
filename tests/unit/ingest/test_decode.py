import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.make import KEY, NOW, chunk, generation, mention, moderation, raw
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.privacy import LetterBox, Pseudonymiser, unseal, vault_keypair

NAMES = Pseudonymiser(KEY)


def at(moment: datetime) -> str:
    return moment.isoformat()


def test_good_events_become_columns_without_a_raw_id() -> None:
    decoded = Decoder(KEY)([chunk([mention(1, prompt="@grok ask @creator_1", generator="grok"), mention(2)])], NOW)
    table = decoded.tables[EventType.MENTION]
    assert table.num_rows == decoded.messages == 2
    assert not decoded.letters
    rows = table.to_pylist()
    assert rows[0]["account_id"].bytes == NAMES.one("person", "x", "asker_1")
    assert rows[0]["prompt"].startswith("@grok ask @")
    assert "creator_1" not in str(rows)
    assert decoded.newest == {("f", -1): datetime.fromisoformat("2026-01-10T11:00:00+00:00")}


def test_self_requests_are_known() -> None:
    decoded = Decoder(KEY)(
        [chunk([mention(1, account_id="Same", target_id="@same"), mention(2), mention(3, target_id=None)])], NOW
    )
    assert decoded.tables[EventType.MENTION]["is_self"].to_pylist() == [True, False, False]


def test_types_are_told_apart_by_their_own_word() -> None:
    events = [
        mention(1) | {"event_type": "mention"},
        generation(1) | {"event_type": "generation"},
        moderation(1) | {"event_type": "moderation"},
        mention(2),
    ]
    decoded = Decoder(KEY)([chunk(events, None)], NOW)
    assert {kind: table.num_rows for kind, table in decoded.tables.items()} == dict.fromkeys(EventType, 1)
    assert [(letter.violation.path, letter.violation.rule) for letter in decoded.letters] == [
        ("$.event_type", "event_type")
    ]


def test_a_generation_meets_its_mention_under_one_pseudonym() -> None:
    decoded = Decoder(KEY)([chunk([mention(7)]), chunk([generation(7)], EventType.GENERATION)], NOW)
    assert (
        decoded.tables[EventType.MENTION]["event_id"].to_pylist()
        == decoded.tables[EventType.GENERATION]["mention_id"].to_pylist()
    )


def test_unknown_fields_are_dropped_and_counted() -> None:
    decoded = Decoder(KEY)([chunk([mention(1, zork=1, deep={"a": [1]}), mention(2)])], NOW)
    assert decoded.unknown_fields == 2
    assert "zork" not in decoded.tables[EventType.MENTION].column_names


POISON = [
    (b'{"event_id": "m1"', "json"),
    (b'{"event_id": "\xff"}', "utf8"),
    (b"\xff\xd8\xff\xe0" + bytes(100), "media"),
    (raw(mention(1, account_followers=2**70)), "range"),
    (raw(mention(1, account_id=["x"])), "type"),
    (b'{"occurred_at": "2026-01-10T11:00:00Z", "account_id": "a"}', "required"),
    (raw(mention(1, prompt="x" * 10_000_000)), "size"),
    (raw(mention(1, prompt="word " * 2_000_000)), "size"),
    (raw(mention(1, occurred_at=at(NOW + timedelta(minutes=11)))), "future"),
    (raw(mention(1, occurred_at="0001-01-01T00:00:00Z")), "past"),
    (raw(mention(1, account_id="data:image/png;base64,AAAA")), "media"),
    (raw(mention(1, account_id="x y " * 20_000)), "size"),
    (raw(mention(1, post_id="https://host.example/a.jpg")), "media"),
    (b"", "empty"),
    (b"  \n", "empty"),
    (None, "empty"),
    (b"null", "json"),
    (b"[" * 60_000, "json"),
]


@pytest.mark.parametrize(("poison", "rule"), POISON)
def test_poison_names_its_rule_and_spares_its_neighbours(poison: bytes | None, rule: str) -> None:
    decoded = Decoder(KEY)([chunk([mention(1), poison, mention(2)])], NOW)
    assert decoded.tables[EventType.MENTION].num_rows == 2
    (letter,) = decoded.letters
    assert letter.violation.rule == rule
    assert letter.position == 2
    if rule == "media" or len(poison or b"") > 1 << 20:
        assert letter.raw is None
    else:
        assert letter.raw is not None
        assert LetterBox(KEY).decrypt(letter.raw) == (poison or b"")
        assert len(poison or b"") < 8 or (poison or b"") not in letter.raw


def test_ten_minutes_ahead_is_still_accepted() -> None:
    decoded = Decoder(KEY)([chunk([mention(1, occurred_at=at(NOW + timedelta(minutes=10)))])], NOW)
    assert not decoded.letters


def test_strings_are_converted_only_where_the_source_has_nothing_else() -> None:
    text = chunk([mention(1, account_followers="12", target_is_public_figure="true", sampling_probability="0.5")])
    assert Decoder(KEY)([text], NOW).letters
    lax = replace(text, lax=True)
    row = Decoder(KEY)([lax], NOW).tables[EventType.MENTION].to_pylist()[0]
    assert (row["account_followers"], row["target_is_public_figure"], row["sampling_probability"]) == (12, True, 0.5)


def test_only_new_people_are_sealed() -> None:
    private, public = vault_keypair()
    decoder = Decoder(KEY, public)
    first = decoder([chunk([mention(1, post_id="p1")])], NOW).sealed
    assert sorted(unseal(private, s.sealed) for s in first) == ["x\tasker_1", "x\tcreator_1", "x\tp1"]
    assert {s.pseudonym for s in first} >= {NAMES.one("person", "x", "asker_1")}
    assert not decoder([chunk([mention(1, post_id="p1")])], NOW).sealed


def test_account_creation_is_coarsened_to_the_month_and_times_are_utc() -> None:
    event = mention(1, account_created_at="2020-05-17T10:00:00Z", occurred_at="2026-01-10T02:00:00+05:30")
    row = Decoder(KEY)([chunk([event])], NOW).tables[EventType.MENTION].to_pylist()[0]
    assert str(row["account_created_at"]) == "2020-05-01"
    assert row["occurred_at"] == datetime.fromisoformat("2026-01-09T20:30:00")


def test_letters_never_repeat_a_value() -> None:
    poisoned = [
        json.dumps(mention(1, target_gender="planted_secret")).encode(),
        b'{"planted_secret": ',
        json.dumps(mention(1, planted_secret=1, account_id=7)).encode(),
    ]
    for letter in Decoder(KEY)([chunk(poisoned)], NOW).letters:
        assert "planted_secret" not in str(letter.violation)
