from datetime import timedelta

from tests.unit.make import KEY, NOW, chunk, mention
from veille.config import Store
from veille.ingest.decode import Decoder
from veille.ingest.letters import LetterRetry, list_letters, replay_letters, show_letter
from veille.ingest.writer import Writer
from veille.privacy import LetterBox, Pseudonymiser
from veille.store.audit import Audit
from veille.store.database import Database

BOX = LetterBox(KEY)


def setup() -> tuple[Database, Writer, Decoder]:
    db = Database(None, Store(), KEY)
    writer, decoder = Writer(db), Decoder(KEY)
    later = (NOW + timedelta(hours=1)).isoformat()
    nameless = mention(3)
    nameless["who"] = nameless.pop("account_id")
    events = [
        mention(1),
        mention(2, occurred_at=later),
        nameless,
        b"broken",
        mention(4, post_id="data:image/png;base64,AA"),
    ]
    writer.write(decoder([chunk(events)], NOW), {}, NOW)
    return db, writer, decoder


def test_letters_tell_place_path_and_rule_and_open_again() -> None:
    db, _, _ = setup()
    found = list_letters(db).sort("position")
    assert found["rule"].to_list() == ["future", "required", "json", "media"]
    assert found["has_raw"].to_list() == [True, True, True, False]
    assert list_letters(db, "json").height == 1
    letter = show_letter(db, BOX, found["letter_id"][2], "anna")
    assert letter is not None
    assert letter["raw"] == "broken"
    assert show_letter(db, BOX, "00000000-0000-0000-0000-000000000000", "anna") is None
    media = show_letter(db, BOX, found["letter_id"][3], "anna")
    assert media is not None
    assert media["raw"] is None
    read = Audit(db).entries().select("actor", "action", "subject").rows()
    assert read == [("anna", "letter.read", found["letter_id"][2])]


def test_replay_after_the_cause_is_mended() -> None:
    db, writer, decoder = setup()
    nothing = replay_letters(db, writer, decoder, BOX, LetterRetry(), "anna", NOW)
    assert (nothing.lines, nothing.accepted, nothing.dead_letters) == (3, 0, 3)
    later = NOW + timedelta(hours=2)
    time_passed = replay_letters(db, writer, decoder, BOX, LetterRetry(rule="future"), "anna", later)
    assert (time_passed.accepted, time_passed.dead_letters) == (1, 0)
    renamed = replay_letters(db, writer, decoder, BOX, LetterRetry(mapping={"account_id": "who"}), "anna", later)
    assert (renamed.accepted, renamed.dead_letters) == (1, 1)
    assert list_letters(db)["rule"].sort().to_list() == ["json", "media"]
    assert list_letters(db, replayed=True).height == 4


def test_raw_messages_go_after_their_days() -> None:
    db, _, _ = setup()
    db.execute("ingest/expire_dead_letters", before=(NOW + timedelta(days=8)).replace(tzinfo=None))
    assert not list_letters(db)["has_raw"].any()
    assert list_letters(db).height == 4


def test_a_replay_is_on_record_with_its_mapping_and_obeys_the_rules_of_tokens() -> None:
    db = Database(None, Store(), KEY)
    writer, decoder = Writer(db), Decoder(KEY)
    event = mention(1, who="asker_1", about="x/@zqplant", note="call +1 555 010 0199, zqplant@mail.example")
    del event["account_id"]
    writer.write(decoder([chunk([event])], NOW), {}, NOW)
    mapping = {"account_id": "who", "collection_id": "about", "prompt": "note"}
    tally = replay_letters(db, writer, decoder, BOX, LetterRetry(rule="required", mapping=mapping), "anna", NOW)
    assert (tally.accepted, tally.tokens) == (1, 1)
    row = db.cursor().execute("SELECT collection_id, prompt FROM mentions").fetchone()
    assert row == (Pseudonymiser(KEY).token("x/@zqplant"), "call [number], [address]")
    (entry,) = Audit(db).entries().select("actor", "action", "subject", "reason").rows()
    assert entry == ("anna", "letters.replay", "required", "account_id=who, collection_id=about, prompt=note")
