"""Rollups that are wrong on disk: each damaged segment makes the suite fail, not only a query whose answer is patched."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.consistency.checking import disagreements
from tests.consistency.chosen import view
from tests.consistency.pages import opened
from tests.consistency.truth import Truth

DAMAGED = {
    "a minute counts one request more": ("now", "requests_minute", "* REPLACE (requests + 1 AS requests)"),
    "an hour counts one request more": ("explore", "requests_hour", "* REPLACE (requests + 1 AS requests)"),
    "hours begin an hour late": ("explore-heat", "requests_hour", "* REPLACE (hour + INTERVAL 1 HOUR AS hour)"),
    "refused stands for fulfilled": (
        "now",
        "requests_minute",
        "* REPLACE (CASE outcome WHEN 'fulfilled' THEN 'refused' ELSE outcome END AS outcome)",
    ),
    "images are counted twice": ("explore-images", "production_hour", "* REPLACE (2 * generations AS generations)"),
}
"""What is wrong → the page that shows it, the rollup, and what its rows become."""


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_rollup_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo: Path, truth: Truth, damage: str
) -> None:
    name, rollup, rows = DAMAGED[damage]
    folder = _damaged(demo, tmp_path / "data", rollup, rows)
    page = view(name, truth)
    _, recorded = opened(monkeypatch, folder, page)
    wrong = disagreements(recorded, page, truth)
    assert any("event rows say" in line for line in wrong), wrong


def _damaged(demo: Path, folder: Path, rollup: str, rows: str) -> Path:
    """A copy of the published folder, in which every segment of one rollup is rewritten. The others are the same files."""
    shutil.copytree(demo / "published", folder / "published", copy_function=os.link)
    segments = list((folder / "published/analyst/segments" / rollup).rglob("*.parquet"))
    assert segments
    for segment in segments:
        other = segment.with_suffix(".other")
        duckdb.sql(f"COPY (SELECT {rows} FROM read_parquet('{segment}')) TO '{other}' (FORMAT parquet)")
        other.rename(segment)
    return folder
