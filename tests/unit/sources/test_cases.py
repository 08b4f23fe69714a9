"""The small inputs of ../shared/cases that concern reading, each with its kind."""

import json
from pathlib import Path

import polars as pl
import pytest
import zstandard

from tests.shared_data import shared_case
from tests.unit.make import KEY, NOW
from tests.unit.sources.reading_files import read, write_lines
from veille.cli.common import CommandError, reading
from veille.cli.coordination_files import Spellings, read_mentions
from veille.detect.coordination import compat
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.sources import mapping
from veille.sources.files import FileSource

NO_OPTIONS = reading(None, None, None, None, None)


def _pairs(path: Path) -> pl.DataFrame:
    mentions, _ = read_mentions(path, NO_OPTIONS)
    folded = Spellings(mentions).fold(mentions.drop_nulls(["account_id", "target_id", "occurred_at"]))
    return compat.coortweet(folded, 10, 2)


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "date_and_time_apart.csv",
        "excel_serial.csv",
        "handles_at.csv",
        "handles_case.csv",
        "handles_plain.csv",
        "mixed_times.csv",
        "notes_before_header.csv",
        "truncated_last_line.ndjson",
    ],
)
def test_coordination_reads_what_people_have(name: str) -> None:
    assert len(_pairs(shared_case(f"coord/{name}"))) == 10


@pytest.mark.data
def test_ids_without_their_digits_are_refused() -> None:
    with pytest.raises(CommandError, match="has lost digits"):
        read_mentions(shared_case("coord/float_ids.csv"), NO_OPTIONS)
    events, source = read(shared_case("coord/float_ids.csv"))
    assert events == []
    assert set(source.left_out) == {"id_lost_digits"}


def test_who_mentions_herself_in_another_spelling_is_known(tmp_path: Path) -> None:
    from veille.cli.coordination_files import vanished

    file = tmp_path / "m.csv"
    file.write_text("account_id,target_id,occurred_at\n@Anna,anna,2026-01-01\nANNA,@anna,2026-01-02\n")
    mentions, _ = read_mentions(file, NO_OPTIONS)
    spellings = Spellings(mentions)
    assert vanished(spellings.fold(mentions))["mentions_oneself"] == 2


def test_the_commonest_spelling_is_written() -> None:
    mentions = pl.DataFrame({"account_id": ["Anna", "@anna", "Anna", "b"], "target_id": ["t", "T", "t", "t"]})
    spellings = Spellings(mentions)
    folded = spellings.fold(mentions)
    assert folded["account_id"].to_list() == ["anna", "anna", "anna", "b"]
    assert spellings.written(folded)["account_id"].to_list() == ["Anna", "Anna", "Anna", "b"]


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "dup_keys",
        "empty_list_then_strs",
        "number_with_NaN",
        "other_field_bool_then_number",
        "other_field_emptystr_then_obj",
        "other_field_int_then_float",
        "other_field_str_then_list",
        "target_int_then_text",
        "time_int_then_float",
        "time_int_then_text",
    ],
)
def test_a_field_that_is_not_used_cannot_spoil_a_file(name: str) -> None:
    path = shared_case(f"ndjson_types/{name}.ndjson")
    rows = len(path.read_bytes().splitlines())
    mentions, _ = read_mentions(path, NO_OPTIONS)
    assert len(mentions) == rows
    assert mentions.select("account_id", "target_id", "occurred_at").null_count().row(0) == (0, 0, 0)
    assert mentions["target_id"].n_unique() == 6


@pytest.mark.data
def test_words_for_missing_are_no_person() -> None:
    mentions, _ = read_mentions(shared_case("missing_written_as_word/mentions.csv"), NO_OPTIONS)
    events, _ = read(shared_case("missing_written_as_word/mentions.csv"))
    words = {"nan", "none", "null", "[deleted]"}
    assert not words & {str(name).lower() for name in mentions["target_id"].to_list() if name}
    assert not words & {event.get("target_id", "").lower() for event in events}


@pytest.mark.data
def test_one_column_fills_two_fields() -> None:
    said = ["event_id=id", "post_id=id", "account_id=author_id", "occurred_at=created_at", "platform=:x"]
    events, _ = read(shared_case("map_one_column_twice/posts.csv"), mapping=mapping.parse(said))
    assert events
    assert all(event["event_id"] == event["post_id"] for event in events)
    assert {event["platform"] for event in events} == {"x"}


@pytest.mark.data
def test_names_in_capitals_and_folders_of_several_kinds() -> None:
    assert read(shared_case("upper_suffix/EXPORT.CSV"))[0]
    events, source = read(shared_case("upper_suffix/folder"))
    assert set(source.recognised) == {"a.NDJSON", "b.ndjson", "contract_tab.tsv"}
    assert len({event["event_id"] for event in events}) < len(events)


@pytest.mark.data
def test_a_long_zstd_window_is_read() -> None:
    events, source = read(shared_case("zstd_long_window/reddit_RC_2026-01.zst"))
    assert events or source.left_out["addresses_no_generator"]


def test_a_long_zstd_window_of_ones_own(tmp_path: Path) -> None:
    record = {"event_type": "mention", "event_id": "1", "occurred_at": "2026-01-01T00:00:00Z", "account_id": "a"}
    content = json.dumps(record).encode() + b"\n"
    parameters = zstandard.ZstdCompressionParameters(window_log=28, enable_ldm=True)
    file = tmp_path / "long.zst"
    file.write_bytes(zstandard.ZstdCompressor(compression_params=parameters).compress(content * 3))
    assert len(read(file)[0]) == 3


@pytest.mark.data
@pytest.mark.parametrize("name", ["mentions.parquet", "intids.parquet", "nulls.ndjson"])
def test_null_is_absent_and_numbers_are_ids(name: str) -> None:
    source = FileSource([shared_case(f"parquet_null_default/{name}")], EventType.MENTION)
    chunks = []
    while not source.exhausted:
        chunks += source.poll(1_000, 0)
    decoded = Decoder(KEY)(chunks, NOW)
    assert not decoded.letters
    assert decoded.tables[EventType.MENTION].num_rows > 0


def test_a_late_word_for_missing_in_a_table(tmp_path: Path) -> None:
    rows = [f"a{n},t{n},2026-01-01T00:00:00Z" for n in range(60)] + ["a,NaN,2026-01-01T00:00:00Z", "a,None,2026-01-02"]
    file = tmp_path / "m.csv"
    file.write_text("account_id,target_id,occurred_at\n" + "\n".join(rows) + "\n")
    events, _ = read(file)
    assert [event.get("target_id") for event in events[-2:]] == [None, None]
    assert len({event["event_id"] for event in events}) == 62


def test_a_file_of_no_known_format_says_its_fields(tmp_path: Path) -> None:
    from veille.sources.base import SourceError

    with pytest.raises(SourceError, match="no supported format has the fields apples, pears"):
        read(write_lines(tmp_path / "a.ndjson", {"apples": 1, "pears": 2}))
    with pytest.raises(SourceError, match="no supported format has the fields apples, pears"):
        read(write_lines(tmp_path / "b.ndjson", {"meta": {"n": 1}, "items": [{"apples": 1, "pears": 2}]}))
    (tmp_path / "c.tsv").write_text("1\t2026-01-05T12:00:00Z\tann\tbea\n" * 3)
    with pytest.raises(SourceError, match=r"first line holds values \(1, 2026-01-05T12:00:00Z, ann, bea\)"):
        read(tmp_path / "c.tsv")


def test_a_map_reaches_into_the_list_around_records(tmp_path: Path) -> None:
    posts = [{"uid": f"p{n}", "who": {"pk": n}, "whom": 9, "at": "2026-01-05T12:00:00Z"} for n in range(3)]
    named = mapping.parse(["event_id=uid", "post_id=uid", "account_id=who.pk", "target_id=whom", "occurred_at=at"])
    file = write_lines(tmp_path / "page.json", {"meta": {"n": 3}, "items": posts})
    events, _ = read(file, mapping=named, event_type="mention")
    assert [(each["event_id"], each["account_id"], each["target_id"]) for each in events] == [
        (f"p{n}", str(n), "9") for n in range(3)
    ]


def test_a_handle_that_looks_like_a_number_is_a_handle(tmp_path: Path) -> None:
    names = ["69e420", "1e5", "007", "3.", "12345678901234567890", "na", "deleted"]
    rows = [{"event_type": "mention", "event_id": n, "occurred_at": "2026-01-01", "account_id": n} for n in names]
    events, source = read(write_lines(tmp_path / "a.ndjson", *rows))
    assert [event["account_id"] for event in events] == ["69e420", "1e5", "007", "3", *names[4:]]
    assert not source.left_out
    mentions, _ = read_mentions(
        write_lines(tmp_path / "b.ndjson", *[row | {"target_id": "t"} for row in rows]), NO_OPTIONS
    )
    assert mentions["account_id"].to_list()[:3] == names[:3]
