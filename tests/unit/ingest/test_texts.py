"""Who asked about whom and when survives any wording; of the text what is fit to be kept."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared_data import shared_case
from tests.unit.ingest.messages import _TEXTS
from tests.unit.make import KEY, NOW, chunk, mention, moderation, raw
from veille.events import TEXT_LENGTH, EventType, json_schema
from veille.ingest.decode import Decoded, Decoder
from veille.ingest.media import holds_media, without_media
from veille.ingest.texts import MOST_READ, readable
from veille.privacy import LetterBox

PICTURE = base64.b64encode(bytes(range(256)) * 20).decode()


def row(text: str, **fields: Any) -> dict[str, Any]:
    decoded = Decoder(KEY)([chunk([mention(1), mention(2, prompt=text, **fields), mention(3)])], NOW)
    assert not decoded.letters
    kept: dict[str, Any] = decoded.tables[EventType.MENTION].to_pylist()[1]
    return kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("like example.org/a.jpg please", "like [link] please"),
        ("https://host.example/a.png?size=1", "[link]"),
        ("look: //host.example/clip.mp4, now", "look: [link], now"),
        ("(data:image/png;base64,AAAA) so", "([link]) so"),
        (f"data:image/png;base64,{PICTURE} so", "[link] so"),
        (f"so {PICTURE}", "so [link]"),
        ("data:image/png;base64," + "\n".join(PICTURE[at : at + 76] for at in range(0, len(PICTURE), 76)), "[link]"),
    ],
)
def test_media_in_a_text_become_a_placeholder(text: str, kept: str) -> None:
    found = row(text)
    assert found["prompt"] == kept
    assert (found["prompt_links"], found["prompt_cut"]) == (True, False)


@pytest.mark.parametrize("length", [4_000, 4_001, 30_000, 66_000, 80_000])
@pytest.mark.parametrize("letter", ["ha", "Ω", "\U0001f600", "a b "])
def test_a_long_text_is_cut_and_the_event_stays(length: int, letter: str) -> None:
    text = (letter * length)[:length]
    found = row(text)
    assert found["prompt"] == text[:4_000] or letter == "ha"  # a word without end may be encoded media
    assert len(found["prompt"]) <= 4_000
    assert found["prompt_cut"] == (length > 4_000) or letter == "ha"


@pytest.mark.slow
def test_nothing_of_a_name_is_left_where_a_text_is_cut() -> None:
    for before in range(3_960, 4_004):
        found = row("." * before + " creator_2 anna.sample@host.example https://host.example/creator_2 end " * 3)
        assert len(found["prompt"]) <= 4_000
        assert not any(part in found["prompt"] for part in ("creator", "anna", "example"))
    far = "https://host.example/" + "x" * 500 + " "
    found = row(far * (MOST_READ // len(far)) + "anna.sample@host.example " * 50)
    assert not any(part in found["prompt"] for part in ("anna", "exam"))
    assert found["prompt_cut"]


@pytest.mark.parametrize(
    ("text", "links", "cut"),
    [("please", False, False), ("a [link] of mine", False, False), ("", False, False), (None, False, False)],
)
def test_an_ordinary_text_has_no_notes(text: str, links: bool, cut: bool) -> None:
    found = row(text)
    assert (found["prompt"], found["prompt_links"], found["prompt_cut"]) == (text, links, cut)


def test_a_link_beside_a_written_placeholder_is_noted() -> None:
    found = row("a [link] and https://host.example/page")
    assert (found["prompt"], found["prompt_links"]) == ("a [link] and [link]", True)


def test_a_reason_is_treated_alike() -> None:
    event = moderation(1, reason="see https://host.example/a.jpg " + "word " * 500)
    found = Decoder(KEY)([chunk([event], EventType.MODERATION)], NOW).tables[EventType.MODERATION].to_pylist()[0]
    assert found["reason"].startswith("see [link] word")
    assert len(found["reason"]) == TEXT_LENGTH["reason"]
    assert (found["reason_links"], found["reason_cut"]) == (True, True)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from([*_TEXTS, "host.example/a.jpg", "data:,", "/", ".png", " ", "|", "x" * 600])
        | st.text(max_size=5)
    )
)
def test_no_media_are_left_in_a_text(parts: list[str]) -> None:
    text = "".join(parts)
    kept = readable(text)
    assert kept is not None
    assert not holds_media(json.dumps({"prompt": kept}).encode())
    assert without_media(kept) == kept


def test_the_case_of_evasion_by_text() -> None:
    lines = shared_case("evasion_by_text/mentions.ndjson").read_bytes().splitlines()
    decoded = Decoder(KEY)([chunk(lines)], NOW)
    assert not decoded.letters
    rows = decoded.tables[EventType.MENTION].to_pylist()
    assert len({each["account_id"] for each in rows}) == len(lines)
    assert len({each["target_id"] for each in rows}) == 1
    assert [each["prompt_links"] for each in rows].count(True) >= 1
    assert [each["prompt_cut"] for each in rows].count(True) >= 1


# -- fields that the contract does not know, and what is kept of a refused message --------------------------------------

AVATAR = {"user": {"avatar": "https://host.example/a.jpg"}, "thumbnail": f"data:image/png;base64,{PICTURE}"}


def decoded(event: object) -> Decoded:
    return Decoder(KEY)([chunk([event])], NOW)


def test_media_in_unknown_fields_refuse_nothing() -> None:
    found = decoded(mention(1) | AVATAR | {"blob": "Q" * 900_000})
    assert not found.letters
    assert found.unknown_fields == 3
    assert "host.example" not in str(found.tables[EventType.MENTION].to_pylist())


@pytest.mark.parametrize("repeated", [b"", b'"account_id": "data:image/png;base64,AAAA", '])
def test_a_letter_is_kept_without_the_unknown_fields_that_hold_media(repeated: bytes) -> None:
    broken = b"{" + repeated + raw(mention(1, target_gender="zork") | AVATAR | {"likes": 5})[1:]
    (letter,) = decoded(broken).letters
    assert letter.violation.rule == "enum"
    assert letter.raw is not None
    assert json.loads(LetterBox(KEY).decrypt(letter.raw)) == mention(1, target_gender="zork") | {"likes": 5}


@pytest.mark.parametrize(
    "event",
    [
        mention(1, account_id="data:image/png;base64,AAAA"),
        mention(1, target_gender="zork", prompt="data:image/png;base64,AAAA"),
        mention(1, target_gender="zork", prompt="https://host.example/a.jpg"),
        b'{"prompt": "https://host.example/a.jpg", ',
        b"\xff\xd8\xff" + bytes(900),
    ],
)
def test_a_letter_in_which_media_remain_is_not_kept(event: object) -> None:
    (letter,) = decoded(event).letters
    assert letter.raw is None


def test_the_schema_still_names_the_length() -> None:
    assert json_schema(EventType.MENTION)["properties"]["prompt"]["anyOf"][0]["maxLength"] == 4000
