"""`make bench [ONLY=name]`: every claim of speed or accuracy, next to its floor or peer from the same run."""

import importlib
import os
import pkgutil
import platform
import sys
import time
from datetime import UTC, datetime

import psutil

import tests.bench
from tests.bench.report import heading


def modules(wanted: list[str]) -> list[str]:
    """Names of the benches: modules of this package with a `main`, all or those asked for."""
    names = [found.name for found in pkgutil.iter_modules(tests.bench.__path__) if not found.name.startswith("_")]
    known = [name for name in names if hasattr(importlib.import_module(f"tests.bench.{name}"), "main")]
    unknown = set(wanted) - set(known)
    if unknown:
        sys.exit(f"bench: no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return wanted or known


def main() -> None:
    wanted = [word for word in [*sys.argv[1:], *os.environ.get("ONLY", "").split(",")] if word]
    memory = psutil.virtual_memory().total / (1 << 30)
    heading(
        f"Veille benches, {datetime.now(UTC):%Y-%m-%d}: {platform.system()}, {psutil.cpu_count()} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}"
    )
    for name in modules(wanted):
        heading(name)
        started = time.monotonic()
        importlib.import_module(f"tests.bench.{name}").main()
        print(f"({name}: {time.monotonic() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
