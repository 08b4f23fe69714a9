"""Every adapter reads the same story from its provider's records, in any order."""

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from tests.unit.sources.adapters.stories import ANNA, ASKER, BERTA, STORIES, STORY, TABLES
from tests.unit.sources.reading_files import read, write_lines
from veille.sources.adapters import ADAPTERS, BY_NAME
from veille.sources.adapters.base import People
from veille.sources.files import FileSource
from veille.sources.translate import Options

WITHOUT_QUOTED = {"x-web-exporter", "reddit"}
"""Formats that do not say whose post is quoted."""
WITHOUT_REPOSTS = {"reddit"}


def _write(folder: Path, name: str, records: list[dict[str, Any]]) -> Path:
    if name not in TABLES:
        return write_lines(folder / "posts.txt", *records)
    with (folder / "posts.txt").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return folder / "posts.txt"


def _is(person: str | None, who: tuple[str, str]) -> bool:
    return person is not None and person.removeprefix("did:plc:").removeprefix("t2_") in who


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", STORIES)
def test_the_story(tmp_path: Path, name: str, seed: int) -> None:
    posts = list(STORY)
    if seed:
        random.Random(seed).shuffle(posts)
    events, source = read(_write(tmp_path, name, STORIES[name](posts)))
    assert list(source.recognised.values()) == [BY_NAME[name.split(maxsplit=1)[0]].title]
    mentions = {event["prompt"]: event for event in events if event["event_type"] == "mention"}
    told = {post.text: post for post in STORY}
    asks = [text for text in told if "@grok" in text and not told[text].repost and told[text].author[1] != "grok"]
    if name in WITHOUT_REPOSTS:
        mentions.pop("RT @anna: @grok", None)
    assert set(mentions) == set(asks)
    assert all(_is(mentions[text]["account_id"], told[text].author) for text in asks)
    assert _is(mentions["@anna @grok change the coat"]["target_id"], ANNA)
    assert _is(mentions["@grok again please"]["target_id"], ANNA)
    if name != "reddit":
        assert _is(mentions["@berta @grok both of us"]["target_id"], BERTA)
        assert mentions["@berta @grok both of us"]["target_basis"] == "tagged"
    if name not in WITHOUT_QUOTED:
        assert _is(mentions["@grok what colour is this?"]["target_id"], ANNA)
    (generation,) = [event for event in events if event["event_type"] == "generation"]
    assert generation["outcome"] == "fulfilled"
    assert generation["mention_id"] == mentions["@anna @grok change the coat"]["event_id"]
    assert _is(generation["target_id"], ANNA)
    assert _is(generation["account_id"], ASKER)
    assert all(event["occurred_at"].startswith("2026-01-03T09:12:") for event in events)
    if name not in WITHOUT_REPOSTS:
        assert source.left_out["repost"] == 1
    assert source.left_out["addresses_no_generator"] >= 1


def test_every_adapter_has_a_story_or_a_test_of_its_own() -> None:
    own = {"meltwater", "coortweet", "cnt", "x-api-v2-includes", "telegram", "x-io-archive"}
    assert {adapter.name for adapter in ADAPTERS} == {name.split()[0] for name in STORIES} | own


@pytest.mark.parametrize("name", STORIES)
def test_records_teach_whom_the_page_of_formats_says(tmp_path: Path, name: str) -> None:
    source = FileSource([_write(tmp_path, name, STORIES[name](STORY))], options=Options())
    handles = set()
    while not source.exhausted:
        handles |= {seen.handle.split("@")[0] for part in source.poll(1_000, 0) for seen in part.aliases}
    people = BY_NAME[name.split(maxsplit=1)[0]].people
    assert ("asker" in handles) is (people in (People.BOTH, People.AUTHORS))
    assert ("anna" in handles) is (people is People.BOTH)


def test_every_adapter_cites_its_document() -> None:
    assert all(adapter.document.startswith("https://") for adapter in ADAPTERS)
    assert len(BY_NAME) == len(ADAPTERS)


@pytest.mark.parametrize("name", [name for name in STORIES if name not in TABLES])
def test_a_missing_key_or_another_type_costs_one_record(tmp_path: Path, name: str) -> None:
    records = STORIES[name](STORY)
    whole, _ = read(_write(tmp_path, name, records))
    if len(records) == 1:
        return
    for spoilt in ({}, {**records[0], next(iter(records[0])): [[]]}, dict.fromkeys(records[0])):
        events, source = read(_write(tmp_path, name, [*records, spoilt]))
        assert len(events) <= len(whole) + 1
        assert {event["event_id"] for event in whole} <= {event["event_id"] for event in events}
        assert source.left_out.total() >= 2
