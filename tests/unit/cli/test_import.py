"""`veille import`: looks, asks, takes in, sums up."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.sources.adapters.stories import STORIES, STORY
from tests.unit.sources.reading_files import write_lines


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "export.txt", *STORIES["x-zeeschuimer"](STORY))


def test_a_look_writes_nothing(run: Run, posts: Path) -> None:
    status, out, err = run("import", str(posts), "--dry-run")
    assert status == 0
    assert "X by Zeeschuimer" in err
    assert "4 mentions, 1 generation" in out
    assert "asks grok about T-" in out
    assert "No classes" in out
    assert "change the coat" not in out + err
    assert "anna" not in out + err
    assert not (posts.parent / "veille-data").exists()


def test_it_asks_where_it_can_and_refuses_where_it_cannot(run: Run, posts: Path) -> None:
    status, _, err = run("import", str(posts))
    assert status == 1
    assert "--yes" in err


@pytest.mark.slow
def test_it_takes_in_and_sums_up(run: Run, posts: Path) -> None:
    status, out, _ = run("import", str(posts), "--yes", "--json")
    assert status == 0
    told = json.loads(out.splitlines()[-1])
    assert (told["accepted"], told["duplicates"], told["dead_letters"]) == (5, 0, 0)
    assert told["left_out"] == {"repost": 1, "addresses_no_generator": 1}
    status, out, _ = run("import", str(posts), "--yes")
    assert status == 0
    assert "4 requests by 3 accounts about 2 people, 2026-01-03 to 2026-01-03." in out
    assert "veille dashboard --data-dir" in out


def test_where_nothing_passes_it_says_what_to_change(run: Run, tmp_path: Path, posts: Path) -> None:
    status, _, err = run("import", str(posts), "--yes", "--generator", "painter")
    assert status == 1
    assert "--generator NAME" in err
    rows = [{"account_id": "a", "target_id": "b", "occurred_at": "soon", "event_id": str(n)} for n in range(5)]
    status, _, err = run("import", str(write_lines(tmp_path / "bad.ndjson", *rows)), "--yes")
    assert status == 1
    assert "--map" in err
    assert not (tmp_path / "veille-data").exists()
