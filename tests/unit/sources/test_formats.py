"""Every file of ../shared/data/formats tells the same story, by one command and without a converter."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.shared_data import SHARED, shared_data
from tests.unit.make import KEY
from tests.unit.sources.reading_files import read
from veille.privacy import Pseudonymiser, fold_person
from veille.sources.files import FileSource
from veille.sources.translate import Options

FORMATS = {
    "bluesky_jetstream.jsonl": "bluesky",
    "brandwatch.csv": "brandwatch",
    "cloudevents_structured.ndjson": "contract",
    "cnt.csv": "cnt",
    "contract.ndjson.bz2": "contract",
    "contract.ndjson.zip": "contract",
    "contract_array_pretty.json": "contract",
    "contract_intids.ndjson": "contract",
    "contract_naive.csv": "contract",
    "contract_nulls.ndjson": "contract",
    "contract_tab.tsv": "contract",
    "contract_twitterdate.csv": "contract",
    "contract_unix_ms.csv": "contract",
    "contract_utf16.csv": "contract",
    "coortweet.csv": "coortweet",
    "debezium_noschema.ndjson": "contract",
    "excel_fr_semicolon.csv": "contract",
    "io_archive_hashed.csv": "x-io-archive",
    "mastodon_array.json": "mastodon",
    "reddit_rc_edited.jsonl": "reddit",
    "x_4cat.csv": "4cat",
    "x_apify.jsonl": "x-apify",
    "x_twscrape.jsonl": "x-twscrape",
    "x_v1_twarc.jsonl": "x-api-v1",
    "x_v2_filtered_stream.jsonl": "x-api-v2",
    "x_v2_pages_twarc2.jsonl": "x-api-v2",
    "x_v2_twarc.csv": "x-twarc-csv",
    "x_zeeschuimer.ndjson": "x-zeeschuimer",
}
WITHOUT_NUMBERS = {"io_archive_hashed.csv"}
"""Formats whose accounts are no numbers of the platform."""
TARGETS_BY_HANDLE = {"brandwatch.csv", "x_4cat.csv", "cnt.csv"}


def _events(name: str) -> list[dict[str, Any]]:
    events, _ = read(shared_data(f"formats/{name}"))
    return events


@pytest.mark.data
def test_every_sample_is_listed() -> None:
    shared_data("formats")
    files = {file.name for file in (SHARED / "data" / "formats").iterdir()}
    assert files == {*FORMATS, "dsa_sor-x-2026-01-05-full.zip"}


@pytest.mark.data
@pytest.mark.parametrize("name", FORMATS)
def test_the_story_comes_out(name: str) -> None:
    events = _events(name)
    about = defaultdict(set)
    for event in events:
        if event.get("target_id"):
            about[event["account_id"]].add(event["target_id"].lower())
    assert 53 <= len(events) <= 54
    assert len(set().union(*about.values())) == 6
    assert sorted(len(targets) for targets in about.values())[-5:] == [6] * 5
    assert not {"grok", "1720000000000000001"} & set().union(*about.values())


@pytest.mark.data
@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form != "contract"])
def test_the_same_format_by_name(name: str) -> None:
    events, _ = read(shared_data(f"formats/{name}"), format=FORMATS[name])
    assert events == _events(name)


@pytest.mark.data
def test_people_are_the_same_in_all_formats_of_x() -> None:
    names = Pseudonymiser(KEY)
    expected = {names.one("person", "x", event["account_id"]) for event in _events("contract_naive.csv")}
    for name in FORMATS:
        events = _events(name)
        if {event.get("platform") for event in events} == {"x"}:
            people = {names.one("person", "x", event["account_id"]) for event in events}
            assert (people == expected) != (name in WITHOUT_NUMBERS), name
            if name not in TARGETS_BY_HANDLE:
                targets = {event["target_id"] for event in events if event.get("target_id")}
                assert all(target.isdigit() for target in targets), name


@pytest.mark.data
@pytest.mark.parametrize("name", sorted(TARGETS_BY_HANDLE))
def test_targets_by_handle_are_the_people_that_the_aliases_of_another_file_name(name: str) -> None:
    source = FileSource([shared_data("formats/x_zeeschuimer.ndjson")], options=Options())
    aliases = [alias for each in iter(lambda: source.poll(1_000, 0), []) for chunk in each for alias in chunk.aliases]
    person = {fold_person(alias.handle): alias.number for alias in aliases}
    targets = {event["target_id"] for event in _events(name) if event.get("target_id")}
    expected = {event["target_id"] for event in _events("x_zeeschuimer.ndjson") if event.get("target_id")}
    assert {person[fold_person(target)] for target in targets} == expected


@pytest.mark.data
def test_official_figures_are_said_and_not_taken() -> None:
    events, source = read(shared_data("formats/dsa_sor-x-2026-01-05-full.zip"))
    assert events == []
    assert source.left_out == {"official_figures": 30}
    assert any("official figures" in line for line in source.said)


@pytest.mark.data
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "cnt.csv"])
def test_coordination_finds_the_same_five_in_every_format(name: str, tmp_path: Path) -> None:
    from veille.cli.common import reading
    from veille.cli.coordination_files import Spellings, read_mentions
    from veille.detect.coordination import compat

    mentions, _ = read_mentions(shared_data(f"formats/{name}"), reading(None, None, None, None, None))
    pairs = compat.cnt(Spellings(mentions).fold(mentions.drop_nulls(["account_id", "target_id"])), 60)
    strong = pairs.filter(pl.col("weight") >= 5)
    assert len(strong) == 10
    assert pl.concat([strong["account_a"], strong["account_b"]]).n_unique() == 5
