"""`veille fingerprint`: equal for equal figures, and it says which columns differ."""

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.make import mention, raw
from veille.store.fingerprint import Digest, differences

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(run: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VEILLE_PRIVACY__KEY", "5e" * 32)
    assert run("replay", str(events), "--no-detect")[0] == 0
    return tmp_path / "data"


def test_the_order_of_events_changes_nothing_and_an_event_more_is_told(
    run: Run,
    events: Path,
    folder: Path,
    tmp_path: Path,
) -> None:
    before = tmp_path / "before.json"
    before.write_text(run("fingerprint", "--json")[1])
    shutil.rmtree(folder)
    lines = events.read_bytes().splitlines()
    events.write_bytes(b"\n".join(reversed(lines)))
    run("replay", str(events), "--no-detect", "--batch", "2")
    status, out, _ = run("fingerprint", "--against", str(before))
    assert (status, out.startswith("equal: ")) == (0, True)

    more = tmp_path / "more.ndjson"
    more.write_bytes(raw(mention(9, language="fr") | {"event_type": "mention"}))
    run("replay", str(more), "--no-detect")
    status, out, error = run("fingerprint", "--against", str(before))
    assert status == 1
    assert "relations differ" in error
    told = next(line for line in out.splitlines() if line.startswith("analyst.mentions:"))
    assert "5 and 6 rows" in told
    assert "language" in told
    status, out, _ = run("fingerprint", "--against", str(before), "--json")
    assert "language" in json.loads(out)["analyst.mentions"]


def test_a_file_that_is_no_fingerprint_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"a": 1}', '{"a": {"rows": 1}}'):
        (tmp_path / "x.json").write_text(text)
        status, _, error = run("fingerprint", "--against", str(tmp_path / "x.json"))
        assert (status, "is not a fingerprint" in error) == (1, True)
    assert run("fingerprint", "--against", str(tmp_path / "none.json"))[0] == 1


def test_values_paired_otherwise_are_a_difference_without_a_column() -> None:
    old, new = Digest(2, "a", {"x": "1"}), Digest(2, "b", {"x": "1"})
    assert differences({"r": old}, {"r": new}) == {"r": []}
    assert differences({"r": old}, {}) == {"r": ["x"]}
    assert differences({"r": old}, {"r": Digest(2, "a", {"x": "1"})}) == {}
