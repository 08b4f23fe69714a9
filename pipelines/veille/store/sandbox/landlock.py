"""Linux Landlock: a process gives up every right to the file system and the network but what it names. No privilege needed.

Kernel 5.13 or later (truncating: 6.2, network: 6.7, signals: 6.12); where the kernel has less, what it has is used. See
https://docs.kernel.org/userspace-api/landlock.html, from which the numbers are.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVS = 38
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITING = sum(1 << bit for bit in (1, 5, 8, 14)) | _READ_FILE | _READ_DIR
"""Write, remove, make and truncate files. No folders: what is in the writable one can be counted by a look at its files."""
_FIRST_RIGHTS = (1 << 13) - 1
_LATER_RIGHTS = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP, _ABSTRACT_SOCKETS_AND_SIGNALS = 0b11, 0b11


COMPLETE = 3
"""The version from which on a readable folder cannot be changed at all: an older one lets a file be truncated by its path."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leave this process and its threads to come only these folders. False where the kernel lacks Landlock, or a part of it (COMPLETE).

    A thread that exists already keeps its rights: see `only_thread`. Raises OSError where the kernel has it and refuses.
    """
    version = landlock_version()
    if version < 1:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rules, size = _ruleset(version)
    descriptor = _checked(libc.syscall(_CREATE, ctypes.byref(rules), size, 0))
    for folders, rights in ((readable, _READ_FILE | _READ_DIR), (writable, _WRITING)):
        for folder in folders:
            _allow(libc, descriptor, folder, rights & rules.files)
    _checked(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(libc.syscall(_RESTRICT, descriptor, 0))
    os.close(descriptor)
    return version >= COMPLETE


def landlock_version() -> int:
    """Which Landlock the kernel has and lets us use; 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, 0, _VERSION_FLAG)))


def only_thread() -> bool:
    """Whether this process has one thread, as far as the system says."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  names are enough
    except OSError:
        return False


def _ruleset(version: int) -> tuple[_Ruleset, int]:
    files = _FIRST_RIGHTS | sum(right for since, right in _LATER_RIGHTS.items() if version >= since)
    network = _TCP if version >= 4 else 0
    scoped = _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    return _Ruleset(files, network, scoped), size


def _allow(libc: ctypes.CDLL, ruleset: int, folder: Path, rights: int) -> None:
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(rights, place)
        _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "landlock")
    return result
