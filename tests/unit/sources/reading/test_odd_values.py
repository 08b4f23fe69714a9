"""JSON and ids that other programs write and no reader expects: nothing of them ends a replay."""

import json

import pytest

from veille.sources.contract_rows import ContractRows
from veille.sources.reading.objects import dict_of
from veille.sources.reading.values import LOST, id_of

ROW = {
    "event_id": "e1",
    "occurred_at": "2026-03-01T00:00:00Z",
    "account_id": "first",
    "target_id": "second",
    "post_id": "p1",
    "language": "en",
}


@pytest.mark.parametrize("field", [*ROW, "collected_at", "account_created_at", "unknown"])
def test_half_a_character_is_the_replacement_character(field: str) -> None:
    record = dict_of(json.dumps(ROW | {field: "cut \ud83d"}).encode())
    assert isinstance(record, dict)
    assert record[field] == "cut \ufffd"
    messages, _ = ContractRows.of([record], None, None).translate([record])
    assert len(messages) == 1


def test_halves_are_found_at_any_depth_and_whole_characters_stay() -> None:
    record = dict_of(b'{"\\udc00": [{"a": "\\ud83d\\ude00 \\ude00"}], "n": NaN}')
    assert record == {"\ufffd": [{"a": "\U0001f600 \ufffd"}], "n": None}


def test_a_number_of_any_length_is_no_id() -> None:
    assert id_of("9" * 5000 + ".0") is LOST
    assert id_of("0" * 5000 + "42.0") == "0" * 5000 + "42"
    assert id_of("42.0") == "42"
