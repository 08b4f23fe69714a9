"""The language of --map."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sources.reading_files import read, write_lines
from veille.sources.base import SourceError
from veille.sources.mapping import load, parse

RECORD = {
    "id": 7,
    "user": {"id": "u1", "name.first": "A"},
    "user.id": "flat",
    "tags": [{"id": "t1"}, {"id": "t2"}, {"no": 1}],
    "langs": ["fr", "en"],
    "day": "2026-01-02",
    "clock": "10:00",
    "empty": "",
    "list": [["a"], ["b"]],
}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["account_id=user.id"], [{"account_id": "flat"}]),
        (["account_id=user.name.first"], [{"account_id": "A"}]),
        (["language=langs.0"], [{"language": "fr"}]),
        (["language=langs.-1"], [{"language": "en"}]),
        (["event_id=id", "post_id=id"], [{"event_id": 7, "post_id": 7}]),
        (["platform=:x"], [{"platform": "x"}]),
        (["language=empty,lang,:und"], [{"language": "und"}]),
        (["language=empty,langs.0,:und"], [{"language": "fr"}]),
        (["occurred_at=day+clock"], [{"occurred_at": "2026-01-02 10:00"}]),
        (
            ["event_id=id", "target_id=tags.@.id"],
            [{"event_id": 7, "target_id": "t1"}, {"event_id": "7#2", "target_id": "t2"}],
        ),
        (["reason=:a,b=c:d"], [{"reason": "a,b=c:d"}]),
    ],
)
def test_each_form(said: list[str], expected: list[dict[str, Any]]) -> None:
    assert list(parse(said).rows(RECORD)) == expected


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (["zork=a"], "not a field of the contract"),
        (["account_id"], "must be FIELD=NAME"),
        (["account_id=a", "account_id=b"], "given twice"),
        (["account_id=a++b"], "a name is missing"),
        (["account_id=,a"], "a name is missing"),
    ],
)
def test_a_mistake_is_named(said: list[str], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        parse(said)


def test_a_name_in_no_record_is_an_error_that_lists_the_names(tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "a.ndjson", {"who": "a", "when": 1767433325}, {"who": "b", "when": 1767433326, "rare": 1}
    )
    with pytest.raises(SourceError, match=r"names whom, but no record has this field; the fields are who, when"):
        read(file, mapping=parse(["account_id=who", "occurred_at=when", "target_id=whom"]))
    assert len(read(file, mapping=parse(["account_id=who", "occurred_at=when", "post_id=rare"]))[0]) == 2


def test_a_map_file_has_comments(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("# ours=theirs\n\naccount_id = who\n platform=:x\n", encoding="utf-8")
    assert list(parse(load(tmp_path / "map")).rows({"who": "a"})) == [{"account_id": "a", "platform": "x"}]


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.@0", max_size=3), inner, max_size=3),
)


@given(VALUES, st.lists(st.text("ab.@0", min_size=1, max_size=6), min_size=1, max_size=3))
def test_no_record_and_no_path_raise(record: Any, names: list[str]) -> None:
    if isinstance(record, dict):
        rows = list(parse([f"account_id={names[0]}", f"target_id={','.join(names)}"]).rows(record))
        assert rows
        json.dumps(rows)
