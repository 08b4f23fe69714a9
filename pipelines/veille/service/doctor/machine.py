"""Checks of the machine: configuration, versions, room on the disk, what the kernel can lock."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from veille.config import Settings
from veille.research.gateway.lock import SAID, lock_of, probe
from veille.service.doctor.check import CheckResult
from veille.store.sandbox.landlock import landlock_version
from veille.store.sandbox.probe import Report

LOW_DISK_BYTES = 2 << 30
OLDEST = {"duckdb": (2, 0), "polars": (1, 20), "kafka-python": (3, 0), "streamlit": (1, 67), "msgspec": (0, 19)}


def configuration(settings: Settings) -> Iterator[CheckResult]:
    source = os.environ.get("VEILLE_CONFIG") or ("veille.toml" if Path("veille.toml").exists() else None)
    yield CheckResult("configuration", "ok", source or "no veille.toml found: using defaults and environment")


def versions(_settings: Settings) -> Iterator[CheckResult]:
    yield CheckResult("python", "ok", f"{platform.python_version()} on {platform.system()}")
    for package, oldest in OLDEST.items():
        found = version(package)
        numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
        if numbers < oldest:
            wanted = ".".join(map(str, oldest))
            yield CheckResult(
                package, "fault", f"{found} is too old", f"install {package} {wanted} or later (requirements.lock)"
            )
        else:
            yield CheckResult(package, "ok", found)


def disk(settings: Settings) -> Iterator[CheckResult]:
    existing = next(path for path in (settings.data_dir, *settings.data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    what = f"{free / (1 << 30):.1f} GiB free"
    if free < LOW_DISK_BYTES:
        yield CheckResult("disk", "warning", what, "free disk space: ingest waits while the disk is full")
    else:
        yield CheckResult("disk", "ok", what)


def query_lock(settings: Settings) -> Iterator[CheckResult]:
    """What locks research queries in; where the kernel does, a locked process tries to write."""
    lock = lock_of(settings.research.kernel_lock)
    if lock != "kernel":
        cure = (
            "use Linux 6.2 or later; in a container allow the landlock system calls, as Docker does from version 24 on"
        )
        yield CheckResult("query lock", "warning", SAID[lock], cure)
        return
    folder = settings.data_dir
    try:
        report = probe(folder if folder.is_dir() and os.access(folder, os.W_OK) else None)
    except (OSError, subprocess.SubprocessError) as error:
        yield CheckResult("query lock", "fault", f"the check failed: {error}", "run `veille query` to see what fails")
        return
    yield _tried(report)


def _tried(report: Report) -> CheckResult:
    landlock = f"Landlock {landlock_version()}"
    if report.refused:
        return CheckResult("query lock", "fault", report.refused, "queries are disabled until this is fixed")
    if report.done:
        what = f"{landlock}, but a locked process could {', '.join(report.done)}"
        return CheckResult("query lock", "fault", what, "do not allow SQL queries here, and report this")
    what = f"{landlock}: a locked process tried to write, read or delete in {len(report.tried)} ways and could not"
    return CheckResult("query lock", "ok", what)
