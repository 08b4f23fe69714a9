"""A simulation as files: one NDJSON file a type (or one for all), the truth as CSV, and scenario.json. All or nothing."""

import gzip
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import polars as pl
import zstandard

from veille.simulate.encode import EventFrames, EventKind, json_lines, merge
from veille.simulate.engine import SimulatedChunk, SimulationEngine, history
from veille.simulate.scenario import Scenario, SimulationError
from veille.simulate.simulation import Simulation, Watcher, days_until, meta
from veille.simulate.truth import truth

Format = Literal["ndjson", "ndjson.zst", "ndjson.gz"]
FORMATS: tuple[Format, ...] = get_args(Format)
DESCRIPTION = "scenario.json"
_KINDS: tuple[EventKind, ...] = ("mention", "generation", "moderation")
_BLOCK = 16_384
Counts = dict[EventKind, int]


@dataclass(frozen=True, slots=True)
class WrittenFolder:
    """What a folder now holds."""

    folder: Path
    events: Counts

    @property
    def total(self) -> int:
        return sum(self.events.values())


def write(source: Scenario | Simulation, folder: Path, *, form: Format = "ndjson.zst", mixed: bool = False,
          force: bool = False, watch: Watcher | None = None) -> WrittenFolder:  # fmt: skip
    """Write events and truth into `folder`, which appears only when complete.

    A Scenario is made day by day and never held as a whole, so it may be larger than memory. mixed: one file
    `events.*` in time order whose messages name their event_type. force: an older simulation there is replaced.
    Raises SimulationError: the folder holds something else, or cannot be written. `watch`: see Simulation.
    """
    folder = folder.absolute()
    _check(folder, force=force)
    unfinished = folder.parent / f".{folder.name}.{os.getpid()}.unfinished"
    try:
        unfinished.mkdir(parents=True)
        counts = _fill(source, unfinished, form, watch, mixed=mixed)
        _put_in_place(unfinished, folder)
    except OSError as error:
        raise SimulationError(f"cannot write {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return WrittenFolder(folder, counts)


def _check(folder: Path, *, force: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SimulationError(f"{folder} is a file", "name a folder that is new or empty")
    if not any(folder.iterdir()):
        return
    if not is_simulation(folder):
        raise SimulationError(f"{folder} is not empty and holds no simulation", "name another folder")
    if not force:
        raise SimulationError(f"{folder} already holds a simulation: --force replaces it")


def is_simulation(folder: Path) -> bool:
    """Whether `write` made this folder."""
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(described, dict) and described.get("simulated") is True


def _put_in_place(unfinished: Path, folder: Path) -> None:
    old = folder.parent / f".{folder.name}.{os.getpid()}.old"
    if folder.exists():
        folder.rename(old)
    try:
        unfinished.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(source: Scenario | Simulation, folder: Path, form: Format, watch: Watcher | None, *, mixed: bool) -> Counts:
    if isinstance(source, Simulation):
        counts = _events([source], folder, form, mixed=mixed)
        known, scenario = source.truth, source.scenario
    else:
        engine, scenario = SimulationEngine(source), source
        told = _watched(history(engine), scenario, watch)
        counts = _events(told, folder, form, mixed=mixed)
        known = truth(engine)
    (folder / "truth").mkdir()
    for name, frame in known.frames().items():
        frame.write_csv(folder / "truth" / f"{name}.csv", datetime_format="%Y-%m-%dT%H:%M:%S%.3fZ")
    described = meta(scenario) | {"events": {f"{kind}s": n for kind, n in counts.items()}}
    (folder / DESCRIPTION).write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    return counts


def _events(parts: Iterable[EventFrames], folder: Path, form: Format, *, mixed: bool) -> Counts:
    counts = dict.fromkeys(_KINDS, 0)
    with _outputs(folder, form, mixed=mixed) as outputs:
        for part in parts:
            frames = {"mention": part.mentions, "generation": part.generations, "moderation": part.moderations}
            if mixed:
                _lines(outputs["events"], merge(part, tagged=True)["json"])
            for kind in _KINDS:
                counts[kind] += len(frames[kind])
                if not mixed:
                    for block in frames[kind].iter_slices(_BLOCK):
                        _lines(outputs[f"{kind}s"], json_lines(block, kind))
    return counts


def _watched(chunks: Iterable[SimulatedChunk], scenario: Scenario, watch: Watcher | None) -> Iterator[SimulatedChunk]:
    """The chunks; `watch` is told when each has been written."""
    events = 0
    for chunk in chunks:
        yield chunk
        events += chunk.events
        if watch is not None:
            watch(days_until(scenario, chunk), events)


def _lines(output: BinaryIO, lines: pl.Series) -> None:
    buffer = BytesIO()
    lines.to_frame().write_csv(buffer, include_header=False, quote_style="never")
    output.write(buffer.getbuffer())


@contextmanager
def _outputs(folder: Path, form: Format, *, mixed: bool) -> Iterator[dict[str, BinaryIO]]:
    names = ("events",) if mixed else tuple(f"{kind}s" for kind in _KINDS)
    with ExitStack() as stack:
        yield {name: _open(stack, folder / f"{name}.{form}", form) for name in names}


def _open(stack: ExitStack, path: Path, form: Format) -> BinaryIO:
    raw = stack.enter_context(path.open("wb"))
    if form == "ndjson.zst":
        return stack.enter_context(zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False))
    if form == "ndjson.gz":  # no time and no name in the header, so that equal simulations are equal files
        return stack.enter_context(gzip.GzipFile("", "wb", compresslevel=4, fileobj=raw, mtime=0))  # type: ignore[return-value]
    return raw
