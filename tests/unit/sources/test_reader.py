"""One reader: what a file holds does not depend on how it is wrapped, encoded or laid out."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.sources.reading_files import read, write_lines
from veille.sources.base import SourceError
from veille.sources.reading.containers import MAX_DEPTH

Rows = list[dict[str, str]]


def _zip(content: bytes, name: str = "inner.txt") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/" + name, content)
    return buffer.getvalue()


def _tar(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("inner.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "gz of gz": lambda content: gzip.compress(gzip.compress(content)),
    "zst": zstandard.compress,
    "two zst frames": lambda content: zstandard.compress(content[:40]) + zstandard.compress(content[40:]),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lz4": lz4.frame.compress,
    "zip": _zip,
    "zip of zip": lambda content: _zip(_zip(content), "inner.zip"),
    "zip of gz": lambda content: _zip(gzip.compress(content), "a.gz"),
    "tar.gz": lambda content: gzip.compress(_tar(content)),
}


def _delimited(mark: str, encoding: str, end: str = "\n") -> Callable[[Rows], bytes]:
    def write(rows: Rows) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), delimiter=mark, lineterminator=end)
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode(encoding)

    return write


def _parquet(rows: Rows) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(rows).write_parquet(buffer)
    return buffer.getvalue()


LAYOUTS: dict[str, Callable[[Rows], bytes]] = {
    "lines": lambda rows: b"".join(json.dumps(row).encode() + b"\n" for row in rows),
    "lines, raw UTF-8, CRLF": lambda rows: "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(),
    "lines, UTF-16": lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode("utf-16"),
    "array": lambda rows: json.dumps(rows).encode(),
    "pretty array": lambda rows: json.dumps(rows, indent=2).encode(),
    "pretty, one after another": lambda rows: "\n".join(json.dumps(row, indent=1) for row in rows).encode(),
    "without any separator": lambda rows: "".join(json.dumps(row) for row in rows).encode(),
    "csv": _delimited(",", "utf-8"),
    "semicolons, BOM, CRLF": _delimited(";", "utf-8-sig", "\r\n"),
    "tabs": _delimited("\t", "utf-8"),
    "bars": _delimited("|", "utf-8"),
    "csv, UTF-16": _delimited(",", "utf-16"),
    "csv, UTF-16 without BOM": _delimited(",", "utf-16-le"),
    "parquet": _parquet,
}
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\x85\u2028\u2029"),
    max_size=20,
).map(lambda text: f"say {text.strip()} …")
ROWS = st.lists(TEXT, min_size=1, max_size=8).map(
    lambda texts: [
        {
            "event_type": "mention",
            "event_id": f"e{number}",
            "occurred_at": f"2026-01-0{number + 1}T10:00:00Z",
            "account_id": f"{2_007_386_977_845_903_461 + number}",
            "target_id": f"{number + 1}",
            "prompt": text,
        }
        for number, text in enumerate(texts)
    ]
)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, container=st.sampled_from(sorted(CONTAINERS)))
def test_every_layout_in_every_container_is_the_same_rows(layout: str, rows: Rows, container: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.bin"
        file.write_bytes(CONTAINERS[container](LAYOUTS[layout](rows)))
        events, source = read(file)
    found = [{name: event.get(name) for name in rows[0]} for event in events]
    for event in found:
        event["occurred_at"] = str(event["occurred_at"]).replace(".000000", "")
    assert found == rows
    assert not source.left_out


def test_a_workbook_gives_the_same_rows(tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "book.bin", [["account_id", "target_id", "occurred_at"], ["a", 42, 46025.404232], ["b", 7, 46026]]
    )
    events, source = read(tmp_path / "book.bin")
    assert [(event["account_id"], event["target_id"], event["occurred_at"][:16]) for event in events] == [
        ("a", "42", "2026-01-03T09:42"),
        ("b", "7", "2026-01-04T00:00"),
    ]
    assert any("Excel's serial dates" in line for line in source.said)


def test_a_workbook_that_rounded_ids_is_refused(tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "book.xlsx", [["account_id", "target_id", "occurred_at"], [1990000000001234567, 42, 46025.404232]]
    )
    events, source = read(tmp_path / "book.xlsx")
    assert (events, source.left_out) == ([], {"id_lost_digits": 1})


def write_workbook(path: Path, rows: list[list[object]]) -> None:
    """The smallest workbook that a spreadsheet opens."""

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Posts" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, "7z archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"<html><body></body></html>", "HTML or XML"),
        (b"PK\x03\x04" + b"x" * 50, "damaged or truncated"),
        (gzip.compress(b'{"event_type": "mention"}' * 999, mtime=0)[:40], "damaged or truncated"),
        (lzma.compress(b'{"event_type": "mention"}\n' * 99)[:60], "damaged or truncated"),
        (bytes(range(256)) * 20, "no text"),
    ],
)
def test_what_is_not_read_is_one_line_with_the_cure(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.bin").write_bytes(content)
    with pytest.raises(SourceError, match=says) as error:
        read(tmp_path / "a.bin")
    assert "\n" not in str(error.value)


def test_archives_in_archives_have_an_end(tmp_path: Path) -> None:
    content = b"{}"
    for _ in range(MAX_DEPTH + 2):
        content = gzip.compress(content)
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(SourceError, match="deep"):
        read(tmp_path / "a")


def test_a_folder_reads_what_it_can_and_names_the_rest(tmp_path: Path) -> None:
    row = {"event_type": "mention", "event_id": "1", "occurred_at": "2026-01-01T00:00:00Z", "account_id": "a"}
    write_lines(tmp_path / "a.ndjson", row)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 and more")
    (tmp_path / "README.md").write_text("# About\n\n" + "Nothing, here\n" * 5)
    (tmp_path / ".hidden").write_text("{}")
    events, source = read(tmp_path)
    assert len(events) == 1
    assert source.left_out == {"file_not_read": 2}
    assert any("b.pdf is a PDF" in line for line in source.said)


@pytest.mark.slow
def test_an_array_takes_constant_memory(tmp_path: Path) -> None:
    """A hundred times the records, the same greatest buffer."""
    from veille.sources.reading.json_records import JsonValues

    row = json.dumps({"text": 'a "quoted" {brace} [list]', "more": [{"n": n} for n in range(20)]})
    greatest = []
    for rows in (8_000, 40_000):
        with tempfile.TemporaryFile() as file:
            file.write(b"[" + b",".join([row.encode()] * rows) + b"]")
            file.seek(0)
            values = JsonValues(io.BufferedReader(io.FileIO(file.fileno(), closefd=False)), "a")
            sizes, count = [], 0
            while found := values.read(500):
                sizes.append(len(values._buffer))
                count += len(found)
            assert count == rows
            greatest.append(max(sizes))
    assert greatest[1] < 1.5 * greatest[0]


@pytest.mark.slow
def test_a_large_object_around_the_records_is_read_item_by_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.sources.reading.json_records.MAX_PAGE", 1 << 16)
    message = {
        "type": "message",
        "date": "2026-01-03T09:42:05",
        "date_unixtime": "1767433325",
        "from_id": "user1",
        "text_entities": [],
        "text": "@grok please " + "x" * 100,
    }
    messages = [message | {"id": number} for number in range(20_000)]
    (tmp_path / "result.json").write_text(
        json.dumps({"name": "chat", "id": 5, "messages": messages, "after": [{"x": 1}]})
    )
    events, _ = read(tmp_path / "result.json")
    assert len(events) == 20_000


def test_a_record_beyond_a_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.sources.reading.json_records.MAX_PAGE", 1 << 16)
    (tmp_path / "a.json").write_text("[" + json.dumps({"text": "x" * 3_000_000}) + "]")
    with pytest.raises(SourceError, match="MiB"):
        read(tmp_path / "a.json")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_text_that_is_not_utf8_is_read_and_said(tmp_path: Path, encoding: str) -> None:
    text = "account_id,target_id,occurred_at,prompt\n" + "é,à,2026-01-01T00:00:00Z,changé çà\n" * 5
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    events, source = read(tmp_path / "a.csv")
    assert {event["prompt"] for event in events} == {"changé çà"}
    assert any("Windows-1252" in line for line in source.said)


def test_a_record_cut_off_at_the_end_is_counted(tmp_path: Path) -> None:
    row = json.dumps(
        {"event_type": "mention", "event_id": "1", "occurred_at": "2026-01-01T00:00:00Z", "account_id": "a"}
    )
    for name, content in {"lines": f"{row}\n{row[:-9]}", "array": f"[{row},{row[:-9]}"}.items():
        (tmp_path / name).write_text(content)
        events, source = read(tmp_path / name)
        assert (len(events), source.left_out) == (1, {"truncated": 1}), name
