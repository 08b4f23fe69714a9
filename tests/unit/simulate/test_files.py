"""Folders: complete or absent, never another's; the same events in every form."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from veille.simulate import FORMATS, Format, Scenario, Simulation, SimulationError, messages, scenario, simulate, write


@pytest.fixture(scope="module")
def small() -> Scenario:
    return scenario("planted-week", scale=10_000)


@pytest.fixture(scope="module")
def made(small: Scenario) -> Simulation:
    return simulate(small)


def _lines(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True).read()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    assert raw.endswith(b"\n")
    return raw.splitlines()


@pytest.mark.parametrize("form", FORMATS)
def test_files_hold_what_memory_holds(small: Scenario, made: Simulation, tmp_path: Path, form: Format) -> None:
    written = write(small, tmp_path / "out", form=form)
    assert written.total == made.events
    assert _lines(tmp_path / f"out/mentions.{form}") == messages(made.mentions, "mention")
    assert _lines(tmp_path / f"out/generations.{form}") == messages(made.generations, "generation")
    assert _lines(tmp_path / f"out/moderations.{form}") == messages(made.moderations, "moderation")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_equal_scenarios_give_equal_files(small: Scenario, made: Simulation, tmp_path: Path) -> None:
    write(small, tmp_path / "a")
    write(small, tmp_path / "b")
    write(made, tmp_path / "c")
    names = sorted(str(p.relative_to(tmp_path / "a")) for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert "truth/attacks.csv" in names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        if name.endswith((".csv", ".json")):
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "c" / name).read_bytes()


def test_one_mixed_file_in_time_order(small: Scenario, made: Simulation, tmp_path: Path) -> None:
    write(small, tmp_path / "out", form="ndjson", mixed=True)
    events: list[dict[str, Any]] = [json.loads(line) for line in _lines(tmp_path / "out/events.ndjson")]
    assert len(events) == made.events
    assert [e["occurred_at"] for e in events] == sorted(e["occurred_at"] for e in events)
    assert {e["event_type"] for e in events} == {"mention", "generation", "moderation"}


def test_truth_files_read_back(small: Scenario, made: Simulation, tmp_path: Path) -> None:
    write(small, tmp_path / "out")
    for name, frame in made.truth.frames().items():
        read = pl.read_csv(tmp_path / f"out/truth/{name}.csv", try_parse_dates=True, infer_schema_length=None)
        assert read.columns == frame.columns
        assert len(read) == len(frame)
    described = json.loads((tmp_path / "out/scenario.json").read_text())
    assert described["simulated"] is True
    assert described["scenario"] == "planted-week"
    assert described["events"]["mentions"] == len(made.mentions)


def test_a_foreign_folder_is_left_alone(made: Simulation, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/notes.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(SimulationError, match="holds no simulation"):
            write(made, tmp_path / "photos", force=force)
    assert (tmp_path / "photos/notes.txt").read_text() == "mine"
    with pytest.raises(SimulationError, match="is a file"):
        write(made, tmp_path / "photos/notes.txt")


def test_an_older_simulation_is_replaced_only_by_force(made: Simulation, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(made, tmp_path / "out", form="ndjson")
    with pytest.raises(SimulationError, match="--force"):
        write(made, tmp_path / "out")
    assert (tmp_path / "out/mentions.ndjson").exists()
    write(made, tmp_path / "out", force=True)
    assert not (tmp_path / "out/mentions.ndjson").exists()
    assert (tmp_path / "out/mentions.ndjson.zst").exists()


def test_a_failure_leaves_nothing_behind(small: Scenario, tmp_path: Path) -> None:
    def fail(_days: float, _events: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(small, tmp_path / "out", watch=fail)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_in_days(small: Scenario, tmp_path: Path) -> None:
    told: list[tuple[float, int]] = []
    written = write(small, tmp_path / "out", watch=lambda days, events: told.append((days, events)))
    assert [days for days, _ in told] == [1, 2, 3, 4, 5, 6, 7]
    assert told[-1][1] == written.total
