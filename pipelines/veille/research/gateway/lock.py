"""What locks a query in on this system, and whether that holds."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from veille.config import KernelLock
from veille.research.gateway.model import QueryLimits
from veille.research.gateway.process import NICENESS, WORKER_ENVIRONMENT
from veille.store.sandbox.job import CATALOGUE, SandboxJob
from veille.store.sandbox.landlock import COMPLETE, landlock_version
from veille.store.sandbox.lockdown import UNLOCKED
from veille.store.sandbox.probe import OUTSIDE, SEGMENT, Report

Lock = Literal["kernel", "engine", "none"]
"""kernel: Landlock, and DuckDB's own locks inside. engine: DuckDB's own alone. none: no query runs."""

SAID: Mapping[Lock, str] = {
    "kernel": "The kernel isolates queries (Landlock): they cannot change published data.",
    "engine": "The kernel cannot isolate queries here: only DuckDB's own limits and the check of each query apply "
    '(kernel_lock = "where_available" under [research]).',
    "none": str(UNLOCKED)[0].upper() + str(UNLOCKED)[1:] + ".",
}
_COMMAND = [sys.executable, "-I", "-m", "veille.store.sandbox.probe"]
_SECONDS = 60.0


def lock_of(kernel_lock: KernelLock) -> Lock:
    """What applies to the next query."""
    if landlock_version() >= COMPLETE:
        return "kernel"
    return "engine" if kernel_lock == "where_available" else "none"


def probe(place: Path | None = None) -> Report:
    """Let a locked process try to write where it must not; below `place`, or where the system keeps temporary files.

    Raises OSError or subprocess.SubprocessError where the process cannot be run.
    """
    with tempfile.TemporaryDirectory(prefix="lock-", dir=place) as scratch:
        root = Path(scratch).resolve()
        folder, temporary = root / "published", root / "temporary"
        for each in (folder, temporary):
            each.mkdir()
        for name in (SEGMENT, CATALOGUE):
            (folder / name).write_bytes(b"published")
        (root / OUTSIDE).write_bytes(b"outside")
        done = subprocess.run(
            _COMMAND,
            input=msgspec.json.encode(_job(folder, temporary)) + b"\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=temporary,
            env={"HOME": str(temporary), "LC_ALL": "C.UTF-8", "TZ": "UTC", **WORKER_ENVIRONMENT},
            start_new_session=True,  # it lowers the priority of its session, which is not to be ours
            timeout=_SECONDS,
            check=True,
        )
    return msgspec.json.decode(done.stdout, type=Report)


def _job(folder: Path, temporary: Path) -> SandboxJob:
    limits = QueryLimits()
    return SandboxJob(
        folder=str(folder),
        temporary=str(temporary),
        sql="",
        parameters={},
        seconds=limits.seconds,
        memory_mib=limits.memory_mib,
        threads=limits.threads,
        temp_mib=limits.temp_mib,
        rows=limits.rows,
        result_mib=limits.result_mib,
        niceness=NICENESS,
        kernel_lock=True,
    )
