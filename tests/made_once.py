"""Folders that take long to make: made once a run and not once a worker (pytest -n)."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name`, which `make` fills when the first worker asks for it; the others wait for that and read the same.

    No test may write into it: see copy_made_once. Where `make` raises, the next worker that asks tries again in a new folder.
    """
    shared = factory.getbasetemp()
    if shared.name.startswith("popen-"):  # a worker's own folder lies in that of the run
        shared = shared.parent
    place = shared / f"made-once-{name}"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = place / "done"
        if not note.exists():
            folder = place / str(len(list(place.iterdir())))
            folder.mkdir()
            make(folder)
            note.write_text(folder.name)
        return place / note.read_text()


def copy_made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of that folder for this worker, whose tests may write into it."""
    made = made_once(factory, name, make)
    return Path(shutil.copytree(made, factory.mktemp(name) / "copy", symlinks=True))
