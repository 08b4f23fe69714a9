"""docs/contract.md, held against the contract itself."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.unit.deploy.contract_fields import Row, common, own
from tests.unit.deploy.paths import ROOT
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.privacy import Key
from veille.sources.base import Chunk
from veille.violations import MAX_FUTURE_SECONDS, MAX_MESSAGE_BYTES, RULES

TEXT = (ROOT / "docs/contract.md").read_text(encoding="utf-8")
SECTIONS: dict[str, list[Row]] = {
    "All types": common(),
    **{event_type.value.capitalize(): own(event_type) for event_type in EventType},
}


def rows(heading: str) -> list[list[str]]:
    """Cells of the first table under a heading, without its head."""
    section = re.split(r"^#+ ", TEXT.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_table_lists_every_field_as_it_is(heading: str) -> None:
    assert [tuple(row[:3]) for row in rows(heading)] == SECTIONS[heading]
    assert all(len(row) == 4 and row[3] for row in rows(heading))


def test_the_rules_are_all_there_in_their_words() -> None:
    assert [tuple(row) for row in rows("Dead letters")] == [(f"`{rule}`", text) for rule, text in RULES.items()]


def test_limits_are_the_codes() -> None:
    assert f"at most {MAX_MESSAGE_BYTES // 1024} KiB" in TEXT
    assert f"beyond {MAX_FUTURE_SECONDS // 60} minutes" in TEXT


def test_every_example_is_an_event() -> None:
    examples = [
        line for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL) for line in block.strip().splitlines()
    ]
    typed = [json.dumps({"event_type": "mention"} | json.loads(line)).encode() for line in examples]
    chunk = Chunk(source="examples", partition=-1, event_type=None, messages=typed, positions=range(1, len(typed) + 1))
    decoded = Decoder(Key(bytes(32)))([chunk], datetime(2026, 6, 1, tzinfo=UTC))
    assert len(examples) == 4
    assert decoded.letters == []
    assert decoded.unknown_fields == 0
