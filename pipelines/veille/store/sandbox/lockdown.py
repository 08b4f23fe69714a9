"""What the process of a query gives up before it sees the query: priority, room, files, network."""

import contextlib
import os
import resource
import sys
from pathlib import Path

from veille.reasons import reason
from veille.store.sandbox.errors import QueryRefusedError
from veille.store.sandbox.job import SandboxJob
from veille.store.sandbox.landlock import landlock_version, only_thread, restrict

_MIB = 1 << 20
_BESIDE_MIB = 768
"""What Python, DuckDB's own structures and Arrow take besides DuckDB's memory limit."""
_OPEN_FILES = 4096
_SESSION_NICENESS = "10"
"""A ninth of an ordinary session's share: four queries together leave the service at least two thirds of a busy machine."""
UNLOCKED = reason("query.unlocked")


def lock_down(job: SandboxJob) -> None:
    """No return from any of it. Raises OSError where the system refuses a protection that it has, RefusedError where the job
    asks for a lock that the kernel cannot give, or that would not hold for the whole process.
    """
    os.nice(job.niceness)
    _last_in_line()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, int(job.seconds * job.threads) + 10)
    _limit(resource.RLIMIT_FSIZE, job.temp_mib * _MIB)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform.startswith("linux"):  # elsewhere it is not enforced; the gateway watches the process as well
        _limit(resource.RLIMIT_DATA, (job.memory_mib + _BESIDE_MIB) * _MIB)
    if landlock_version() and not only_thread():
        raise QueryRefusedError(reason("query.thread"))
    if not restrict([Path(job.folder)], [Path(job.temporary)]) and job.kernel_lock:
        raise QueryRefusedError(UNLOCKED)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (wanted, wanted))


def _last_in_line() -> None:
    """Where the machine is short of memory, the kernel ends a query first; its reads wait for everybody else's.

    Linux shares the processor among sessions first (autogroups) and looks at niceness only within one. A query has a
    session of its own, so that is what must stand back.
    """
    for file, value in (("autogroup", _SESSION_NICENESS), ("oom_score_adj", "1000")):
        with contextlib.suppress(OSError):
            (Path("/proc/self") / file).write_text(value, encoding="ascii")
    if not sys.platform.startswith("linux"):
        return
    import psutil  # noqa: PLC0415  only here, and it costs time at each start

    with contextlib.suppress(OSError, psutil.Error):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
