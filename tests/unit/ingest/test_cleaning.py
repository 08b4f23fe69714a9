"""Texts and tokens of events as they reach the tables."""

from typing import Any

import pytest

from tests.unit.make import KEY, NOW, chunk, generation, mention, moderation
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.privacy import Pseudonymiser

NAMES = Pseudonymiser(KEY)
KEPT = (
    "search.recent/v2", "replies/v3", "simulated:winter-2026@1", "simulated:winter@1.2.3", "x/replies/en", "2026-01-05", "grok", "v2.1",
    "run 2026-01-05T12:00:00Z", "feed/12", "api v2", "gpt-4o-2024-08-06", "flux.1-dev", "timeline:mentions", "a+b",
)  # fmt: skip
REVEALING = (
    "x/@zqplant", "zqplant@mail.example", "https://x.com/zqplant", "x.com/zqplant", "zqplant.bsky.social", "u/zqplant", "list +15550100199",
    "id 5550199", "555-010-0199", "host:8080/zqplant", "zqplant.com",
)  # fmt: skip


def rows(kind: EventType, *events: dict[str, Any], allowed: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    decoded = Decoder(KEY, allowed_tokens=allowed)([chunk(events, kind)], NOW)
    assert not decoded.letters
    found: list[dict[str, Any]] = decoded.tables[kind].to_pylist()
    return found


@pytest.mark.parametrize("token", KEPT)
def test_ordinary_tokens_stay(token: str) -> None:
    (row,) = rows(EventType.MENTION, mention(1, collection_id=token))
    assert row["collection_id"] == token


@pytest.mark.parametrize("token", REVEALING)
def test_a_revealing_token_is_replaced_whole_and_equal_stays_equal(token: str) -> None:
    one, two, other = rows(
        EventType.MENTION, *(mention(n, collection_id=t) for n, t in enumerate((token, token, f"{token}.2"), 1))
    )
    assert one["collection_id"] == two["collection_id"] == NAMES.token(token) != other["collection_id"]


def test_every_short_token_is_looked_at_and_counted() -> None:
    plant = "zqplant.com/7"
    decoded = Decoder(KEY)(
        [
            chunk(
                [
                    mention(
                        1,
                        generator=plant,
                        request_class_source=plant,
                        minor_suspected=True,
                        minor_suspected_source=plant,
                    )
                ]
            ),
            chunk([generation(1, generator=plant, model=plant, minor_suspected_source=plant)], EventType.GENERATION),
            chunk([moderation(1, reason=plant)], EventType.MODERATION),
        ],
        NOW,
    )
    assert "zqplant" not in str([table.to_pylist() for table in decoded.tables.values()])
    assert decoded.tokens == 7


def test_a_token_that_is_allowed_by_name_stays() -> None:
    (row,) = rows(EventType.GENERATION, generation(1, model="claude-20241022"), allowed=("claude-20241022",))
    assert row["model"] == "claude-20241022"
    (row,) = rows(EventType.GENERATION, generation(1, model="claude-20241022"))
    assert row["model"] == NAMES.token("claude-20241022")


@pytest.mark.parametrize(
    "text",
    [
        "{} here",
        "写真の{}さん",
        "{}服を変えて",
        "({})",
        "ZQ\u200bPLANT_77",
        "ｚｑｐｌａｎｔ＿７７",
        "about {}.",
        "{}",
        "post {}/x",
    ],
)
def test_the_ids_of_the_row_leave_its_text(text: str) -> None:
    written = text.format("zqPlant_77")
    short = NAMES.short_person("x", "zqplant_77")
    (row,) = rows(EventType.MENTION, mention(1, target_id="zqplant_77", prompt=written))
    assert "zqplant" not in row["prompt"].lower()
    assert "ｚｑ" not in row["prompt"]
    if "{}" in text:
        assert row["prompt"] == text.format(short)


def test_ids_of_posts_and_events_leave_the_text_and_tokens_hold_no_id_of_their_row() -> None:
    (row,) = rows(
        EventType.MENTION,
        mention(1, post_id="zqpost_1", parent_post_id="zqparent-2", prompt="see zqpost_1 and zqparent-2"),
    )
    assert "zq" not in row["prompt"]
    (row,) = rows(EventType.MODERATION, moderation(1, subject_id="zqpost_1", reason="zqpost_1 it is"))
    assert row["reason"] == f"{NAMES.short_person('x', 'zqpost_1')} it is"
    mine, other = rows(
        EventType.MENTION,
        mention(1, target_id="zqplant", collection_id="timeline/zqplant"),
        mention(2, target_id="somebody", collection_id="timeline/zqplant"),
    )
    assert mine["collection_id"] == NAMES.token("timeline/zqplant")
    assert other["collection_id"] == "timeline/zqplant"


def test_a_short_id_is_a_word_like_any_other() -> None:
    (row,) = rows(EventType.MENTION, mention(1, target_id="hat", prompt="add a hat for @hat"))
    assert row["prompt"] == f"add a hat for @{NAMES.short_person('x', 'hat')}"
