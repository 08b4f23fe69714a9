import gzip
import json
from pathlib import Path

import polars as pl
import pytest
import zstandard

from tests.unit.make import KEY, NOW, generation, mention, raw
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.sources.base import Chunk, SourceError
from veille.sources.files import FileSource

EVENTS = [mention(n, prompt=f"naïve prompt, with “quotes” {n}", account_followers=n) for n in range(1, 51)]


def read(source: FileSource, most: int = 7) -> list[Chunk]:
    chunks: list[Chunk] = []
    while not source.exhausted:
        chunks += source.poll(most, 0)
    source.close()
    return chunks


def rows(chunks: list[Chunk]) -> list[dict[str, object]]:
    decoded = Decoder(KEY)(chunks, NOW)
    assert not decoded.letters, decoded.letters
    found: list[dict[str, object]] = decoded.tables[EventType.MENTION].to_pylist()
    return found


@pytest.fixture
def expected(tmp_path: Path) -> list[dict[str, object]]:
    file = tmp_path / "plain.ndjson"
    file.write_bytes(b"\n".join(map(raw, EVENTS)) + b"\n")
    return rows(read(FileSource([file], EventType.MENTION)))


@pytest.mark.parametrize("form", ["ndjson.gz", "ndjson.zst", "csv", "csv.gz", "parquet", "bom.ndjson", "crlf.ndjson"])
def test_every_format_gives_the_same_rows(tmp_path: Path, expected: list[dict[str, object]], form: str) -> None:
    file, lines = tmp_path / f"events.{form}", b"\n".join(map(raw, EVENTS))
    frame = pl.DataFrame(EVENTS)
    if form == "ndjson.gz":
        file.write_bytes(gzip.compress(lines))
    elif form == "ndjson.zst":
        file.write_bytes(zstandard.compress(lines[:900]) + zstandard.compress(lines[900:]))
    elif form == "csv":
        frame.write_csv(file)
    elif form == "csv.gz":
        file.write_bytes(gzip.compress(frame.write_csv().encode()))
    elif form == "parquet":
        frame.with_columns(pl.col("occurred_at").str.to_datetime(time_zone="UTC")).write_parquet(file)
    elif form == "bom.ndjson":
        file.write_bytes(b"\xef\xbb\xbf" + lines)
    else:
        file.write_bytes(lines.replace(b"\n", b"\r\n"))
    source = FileSource([file], EventType.MENTION)
    chunks = read(source)
    assert rows(chunks) == expected
    assert [position for chunk in chunks for position in chunk.positions] == list(range(1, 51))
    assert all(len(chunk.messages) <= 7 for chunk in chunks)
    assert source.read_bytes == source.total_bytes


def test_parquet_times_of_any_kind_are_utc(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    pl.DataFrame(EVENTS[:1]).with_columns(
        occurred_at=pl.lit("2026-01-10T11:00:00").str.to_datetime(),
        collected_at=pl.lit("2026-01-10T12:00:00+0100")
        .str.to_datetime(time_zone="UTC")
        .dt.convert_time_zone("Europe/Paris"),
        account_created_at=pl.lit("2020-05-17").str.to_date(),
    ).write_parquet(file)
    (row,) = rows(read(FileSource([file], EventType.MENTION)))
    assert [str(row[name]) for name in ("occurred_at", "collected_at", "account_created_at")] == [
        "2026-01-10 11:00:00",
        "2026-01-10 11:00:00",
        "2020-05-01",
    ]


def test_fields_are_renamed(tmp_path: Path, expected: list[dict[str, object]]) -> None:
    theirs = [{("text" if key == "prompt" else key): value for key, value in event.items()} for event in EVENTS]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(map(raw, theirs)))
    pl.DataFrame(theirs).write_csv(tmp_path / "b.csv")
    pl.DataFrame(theirs).write_parquet(tmp_path / "c.parquet")
    for name in ("a.ndjson", "b.csv", "c.parquet"):
        assert rows(read(FileSource([tmp_path / name], EventType.MENTION, {"prompt": "text"}))) == expected


def test_a_folder_is_read_in_order_and_types_come_from_names_or_events(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "groups.csv").write_text("a,b\n1,2\n")
    (tmp_path / "mentions.ndjson").write_bytes(raw(mention(1)))
    (tmp_path / "generations.ndjson.gz").write_bytes(gzip.compress(raw(generation(1))))
    (tmp_path / "mixed.ndjson").write_bytes(raw(mention(2) | {"event_type": "mention"}))
    chunks = read(FileSource([tmp_path]))
    assert [(chunk.source, chunk.event_type) for chunk in chunks] == [
        ("generations.ndjson.gz", EventType.GENERATION),
        ("mentions.ndjson", EventType.MENTION),
        ("mixed.ndjson", None),
    ]


def test_empty_lines_are_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    file.write_bytes(raw(mention(1)) + b"\n\n" + raw(mention(2)) + b"\n")
    decoded = Decoder(KEY)(read(FileSource([file], EventType.MENTION)), NOW)
    assert [(letter.position, letter.violation.rule) for letter in decoded.letters] == [(2, "empty")]
    assert decoded.messages == 3


def test_a_ragged_or_ill_encoded_csv_row_is_a_dead_letter_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    good = pl.DataFrame(EVENTS[:2]).write_csv().encode().splitlines()
    file.write_bytes(b"\n".join([good[0], good[1], b"too,few", good[2].replace(b"asker", b"\xffsker"), good[2]]))
    decoded = Decoder(KEY)(read(FileSource([file], EventType.MENTION)), NOW)
    assert decoded.letters[0].violation.rule == "json"
    assert decoded.tables[EventType.MENTION].num_rows == 2
    assert len(decoded.letters) == 2


def test_failures_are_one_line_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        FileSource([tmp_path / "missing"])
    with pytest.raises(SourceError, match="no event file"):
        FileSource([tmp_path])
    cut = tmp_path / "cut.ndjson.gz"
    cut.write_bytes(gzip.compress(json.dumps(mention(1)).encode() * 100)[:-20])
    with pytest.raises(SourceError, match="damaged or truncated"):
        read(FileSource([cut], EventType.MENTION))
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(SourceError, match="not a readable Parquet file"):
        read(FileSource([tmp_path / "bad.parquet"], EventType.MENTION))
