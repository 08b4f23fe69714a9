"""The same story in records that are wrapped in lists, or flattened into columns."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.sources.adapters.stories import STORIES, STORY
from tests.unit.sources.reading_files import read, write_lines

FLATTENED = ["x-apify", "x-twscrape", "x-api-v1", "mastodon", "x-api-v2-flat"]


def _flat(value: Any, mark: str, path: str = "") -> dict[str, Any]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        return {path: value}
    found: dict[str, Any] = {}
    for name, each in items:
        found |= _flat(each, mark, f"{path}{mark}{name}" if path else str(name))
    return found


def _facts(path: Path) -> list[tuple[str, ...]]:
    events, _ = read(path)
    return sorted((event["event_id"], event.get("account_id", ""), event.get("target_id", "")) for event in events)


@pytest.mark.parametrize("mark", [".", "/"])
@pytest.mark.parametrize("name", FLATTENED)
def test_flattened_into_columns(tmp_path: Path, name: str, mark: str) -> None:
    records = STORIES[name](STORY)
    rows = [_flat(record, mark) for record in records]
    with (tmp_path / "flat.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    assert _facts(tmp_path / "flat.csv") == _facts(write_lines(tmp_path / "plain.ndjson", *records))


@pytest.mark.parametrize("name", [name for name in STORIES if name not in ("x-api-v2", "x-api-v2 pages")])
def test_listed_inside_an_object(tmp_path: Path, name: str) -> None:
    records = STORIES[name](STORY)
    (tmp_path / "page.json").write_text(json.dumps({"next": None, "results": records}, indent=1))
    assert _facts(tmp_path / "page.json") == _facts(write_lines(tmp_path / "plain.ndjson", *records))
