"""A growing file and standard input as streams: they give what the reader of files gives, whatever comes between."""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.sources.adapters.stories import STORIES, STORY, TABLES
from tests.unit.sources.reading_files import read, write_lines
from veille.events import FolderId, Place, Position
from veille.sources.base import Chunk, SourceError, Start, Stream
from veille.sources.following import PipedStream, follow
from veille.sources.mapping import parse
from veille.sources.translate import Options
from veille.times import aware_now

FOLDER = FolderId("0" * 32, aware_now(), "run", frozenset())
JUNK = st.sampled_from(
    [
        b"",
        b"{",
        b"null",
        b"[1,2]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[INFO] collector started",
        b'{"a":1}',
        b'{"id":"1","text":"x"}',
    ]
)


def mention(number: int) -> dict[str, Any]:
    return {
        "event_type": "mention",
        "event_id": f"e{number}",
        "occurred_at": f"2026-01-03T09:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "platform": "x",
        "account_id": f"a{number % 7}",
        "target_id": "t",
        "generator": "grok",
        "post_id": f"p{number}",
        "prompt": f'one, "two"\nthree {number}',
    }


def start(positions: dict[Place, Position] | None = None) -> Start:
    return Start((positions or {}).get, FOLDER)


def events_of(chunks: list[Chunk]) -> list[dict[str, Any]]:
    found = []
    for chunk in chunks:
        for message in chunk.messages:
            try:
                event = json.loads(message or b"null")
            except ValueError:
                event = None
            if isinstance(event, dict) and "event_id" in event:
                found.append(({"event_type": chunk.event_type} if chunk.event_type else {}) | event)
    return found


def drained(stream: Stream, polls: int = 6) -> list[Chunk]:
    """What comes until nothing has come for some polls."""
    found, empty = list[Chunk](), 0
    while empty < polls:
        chunks = stream.poll(1_000, 0)
        empty = 0 if chunks else empty + 1
        found += chunks
    return found


def by_id(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((each["event_id"], each["event_type"], each.get("target_id"), each["account_id"]) for each in events)


def table_lines(records: list[dict[str, Any]]) -> list[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue().encode().splitlines(keepends=True)


@pytest.mark.parametrize("name", [name for name in STORIES if "page" not in name])
def test_every_format_comes_line_by_line_as_it_comes_from_a_file(tmp_path: Path, name: str) -> None:
    records = STORIES[name](list(STORY))
    lines = table_lines(records) if name in TABLES else [json.dumps(each).encode() + b"\n" for each in records]
    file = tmp_path / "posts.txt"
    file.write_bytes(b"".join(lines))
    whole, _ = read(file, wait=False)
    file.write_bytes(b"")
    stream = follow(file, start(), Options())
    found = list[Chunk]()
    for line in lines:
        with file.open("ab") as end:
            end.write(line)
        found += drained(stream, 1)
    assert by_id(events_of(found)) == by_id(whole)
    assert len(whole) >= 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 300), max_size=12), table=st.booleans(), mark=st.sampled_from(",;\t"))
def test_bytes_may_be_cut_anywhere(tmp_path: Path, cuts: list[int], table: bool, mark: str) -> None:
    events = [mention(number) for number in range(8)]
    if table:
        content = b"".join(table_lines(events)) if mark == "," else _table(events, mark)
    else:
        content = b"".join(json.dumps(each).encode() + b"\n" for each in events)
    file = tmp_path / "stream.txt"
    file.write_bytes(b"")
    stream, found, at = follow(file, start(), Options()), list[Chunk](), 0
    for cut in [*cuts, len(content)]:
        with file.open("ab") as end:
            end.write(content[at : at + cut])
        at += cut
        found += drained(stream, 1)
    file.unlink()
    assert [each["event_id"] for each in events_of(found)] == [each["event_id"] for each in events]
    assert [each["prompt"] for each in events_of(found)] == [each["prompt"] for each in events]
    # A last JSON line is taken before its line end has come.
    assert found[-1].next_position.offset == len(content.rstrip(b"\n")) or found[-1].next_position.offset == len(
        content
    )


def _table(events: list[dict[str, Any]], mark: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(events[0]), delimiter=mark, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(events)
    return buffer.getvalue().encode()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    junk=st.lists(st.tuples(st.integers(0, 8), JUNK), max_size=10),
    name=st.sampled_from(["bluesky", "x-zeeschuimer", "mastodon", "contract"]),
)
def test_poison_between_records_changes_nothing(tmp_path: Path, junk: list[tuple[int, bytes]], name: str) -> None:
    records = [mention(number) for number in range(8)] if name == "contract" else STORIES[name](list(STORY))
    good = [json.dumps(each).encode() for each in records]
    lines = [
        line for at, line in enumerate([*good, None]) for line in (*[bad for place, bad in junk if place == at], line)
    ]
    file = tmp_path / "stream.txt"
    file.write_bytes(b"".join(line + b"\n" for line in lines if line is not None))
    found = events_of(drained(follow(file, start(), Options()), 2))
    file.write_bytes(b"".join(line + b"\n" for line in good))
    expected = events_of(drained(follow(file, start(), Options()), 2))
    file.unlink()
    assert by_id(found) == by_id(expected)
    assert len(expected) >= 3


def test_a_restart_goes_on_where_the_rows_end(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "posts.ndjson", *[mention(number) for number in range(10)])
    first = follow(file, start(), Options())
    stored = {("posts.ndjson", 0): first.poll(4, 0)[-1].next_position}
    again = drained(follow(file, start(stored), Options()))
    assert [each["event_id"] for each in events_of(again)] == [f"e{number}" for number in range(4, 10)]
    assert again[0].partition == 0


def test_threads_go_on_over_a_restart(tmp_path: Path) -> None:
    """The follow-up belongs to the thread's first target also where that was read before the restart."""
    records = STORIES["bluesky"](list(STORY))
    file = write_lines(tmp_path / "posts.ndjson", *records)
    whole = drained(follow(file, start(), Options()))
    write_lines(file, *records[:4])
    chunks = drained(follow(file, start(), Options()))
    with file.open("a") as end:
        end.write("".join(json.dumps(record) + "\n" for record in records[4:]))
    rest = drained(follow(file, start({("posts.ndjson", 0): chunks[-1].next_position}), Options()))
    assert by_id(events_of(chunks) + events_of(rest)) == by_id(events_of(whole))


@pytest.mark.parametrize(("change", "reason"), [("rotate", "recreated"), ("truncate", "cut")])
@pytest.mark.parametrize("running", [True, False])
def test_a_rotated_or_emptied_file_is_said_and_read_from_its_start(
    tmp_path: Path, change: str, reason: str, running: bool
) -> None:
    file = write_lines(tmp_path / "posts.ndjson", *[mention(number) for number in range(5)])
    stream = follow(file, start(), Options())
    before = drained(stream)
    if change == "rotate":
        file.rename(tmp_path / "posts.ndjson.1")
    write_lines(file, mention(7))
    if not running:
        stream = follow(file, start({("posts.ndjson", 0): before[-1].next_position}), Options())
    assert [each["event_id"] for each in events_of(drained(stream))] == ["e7"]
    # A file emptied while nobody looked is another one, by its first line.
    assert [each.reason for each in stream.changes()] == [reason if running else "recreated"]
    assert stream.fault is None


def test_what_was_appended_before_a_rotation_is_read_first(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "posts.ndjson", mention(0))
    stream = follow(file, start(), Options())
    drained(stream)
    with file.open("a") as end:
        end.write(json.dumps(mention(1)) + "\n" + json.dumps(mention(2)))
    file.rename(tmp_path / "posts.ndjson.1")
    write_lines(file, mention(3))
    assert [each["event_id"] for each in events_of(drained(stream))] == ["e1", "e2", "e3"]


def test_a_file_that_is_not_there_is_waited_for_by_name(tmp_path: Path) -> None:
    stream = follow(tmp_path / "posts.ndjson", start(), Options())
    assert stream.poll(10, 0) == []
    assert stream.fault == "waiting for posts.ndjson: there is no such file"
    write_lines(tmp_path / "posts.ndjson", mention(0))
    assert len(events_of(drained(stream))) == 1
    assert stream.fault is None
    (tmp_path / "posts.ndjson").unlink()
    drained(stream)
    assert stream.fault == "waiting for posts.ndjson: it was moved or deleted"


def test_a_position_moves_also_where_no_record_is_an_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.sources.chunk_queue.SETTLED_SECONDS", -1.0)
    file = write_lines(tmp_path / "posts.ndjson", STORIES["bluesky"](list(STORY))[-1])
    (chunk,) = drained(follow(file, start(), Options()))
    assert list(chunk.messages) == []
    assert chunk.next_position.offset == file.stat().st_size
    assert chunk.reached is not None
    assert chunk.reached.year == 2026


def test_lag_is_nothing_at_the_end_of_the_file(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "posts.ndjson", *[mention(number) for number in range(3_000)])
    stream = follow(file, start(), Options())
    stream.poll(10, 0)
    assert 2_000 < sum(stream.lag().values()) < 4_000
    drained(stream)
    assert sum(stream.lag().values()) == 0


def test_a_map_names_columns_and_what_no_record_has_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pairs = [
        "event_id=n",
        "post_id=n",
        "account_id=who.id",
        "target_id=whom",
        "occurred_at=at",
        "platform=:x",
        "generator=:grok",
        "language=lang",
    ]
    rows = [{"n": f"{n}", "who": {"id": "a"}, "whom": "b", "at": "2026-01-03T09:00:00Z"} for n in range(150)]
    file = write_lines(tmp_path / "posts.ndjson", *rows)
    found = events_of(drained(follow(file, start(), Options(mapping=parse(pairs)))))
    assert len(found) == 150
    assert found[0]["account_id"] == "a"
    said = capfd.readouterr()
    assert "names=lang" in (said.out + said.err).replace("\x1b[35m", "").replace("\x1b[0m", "").replace("\x1b[36m", "")


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (gzip.compress(b'{"a":1}\n', mtime=0), "zcat"),
        (b'[{"event_id": "1"},\n', "veille import"),
        (b"PAR1" + b"\0" * 100 + b"\n", "veille import"),
        ('{"a":1}\n'.encode("utf-16"), "iconv"),
    ],
    ids=["gzip", "array", "parquet", "utf-16"],
)
def test_what_cannot_be_followed_is_refused_with_its_cure(tmp_path: Path, content: bytes, cure: str) -> None:
    (tmp_path / "posts").write_bytes(content)
    with pytest.raises(SourceError, match=cure):
        drained(follow(tmp_path / "posts", start(), Options()))


def test_folders_unknown_formats_and_paths_without_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        follow(tmp_path, start(), Options())
    with pytest.raises(SourceError, match="unknown format nonsense"):
        follow(tmp_path / "x", start(), Options(format="nonsense"))
    with pytest.raises(SourceError, match="there is no folder"):
        follow(tmp_path / "none" / "x", start(), Options())


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes | None], None]]:
    """Standard input as a pipe; None closes it."""
    out, into = os.pipe()
    closed = list[bool]()

    class Stdin:
        def fileno(self) -> int:
            return out

    monkeypatch.setattr("sys.stdin", Stdin())

    def write(content: bytes | None) -> None:
        if content is None:
            closed.append(True)
            os.close(into)
        else:
            os.write(into, content)

    yield write
    os.close(out)
    if not closed:
        os.close(into)


def test_standard_input_is_a_stream_until_it_ends(pipe: Callable[[bytes | None], None]) -> None:
    stream = follow(Path("-"), start(), Options())
    assert isinstance(stream, PipedStream)
    pipe(json.dumps(mention(0)).encode() + b"\n" + json.dumps(mention(1)).encode()[:20])
    found = drained(stream)
    pipe(json.dumps(mention(1)).encode()[20:] + b"\n")
    found += drained(stream)
    assert [each["event_id"] for each in events_of(found)] == ["e0", "e1"]
    assert {chunk.partition for chunk in found} == {-1}
    pipe(json.dumps(mention(2)).encode())
    pipe(None)
    assert [each["event_id"] for each in events_of(drained(stream))] == ["e2"]
    assert stream.fault is None


def test_a_table_on_standard_input_ends_with_its_last_row(pipe: Callable[[bytes | None], None]) -> None:
    stream = follow(Path("-"), start(), Options())
    pipe(
        b"event_id,post_id,account_id,target_id,occurred_at,platform,generator\n1,1,a,b,2026-01-03T09:00:00Z,x,grok\n2,2,a,b,2026-01-03T09:00:01Z,x,grok"
    )
    pipe(None)
    assert [each["event_id"] for each in events_of(drained(stream))] == ["1", "2"]
