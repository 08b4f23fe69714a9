"""A kernel without Landlock: `python without_landlock.py PROGRAM ARGUMENT …` runs a program whose calls of it fail with ENOSYS.

As in a container whose seccomp profile does not know them. The filter is inherited by every process below, and nothing takes it away.
"""

import ctypes
import os
import platform
import struct
import sys

_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _FAIL_ENOSYS = 0x7FFF0000, 0x00050000 | 38
_FIRST, _LAST = 444, 446
"""landlock_create_ruleset, landlock_add_rule, landlock_restrict_self: the same numbers on every architecture."""
_LOAD_NUMBER, _IF_AT_LEAST, _IF_ABOVE, _RETURN = 0x20, 0x35, 0x25, 0x06


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def forbid() -> None:
    """Raises OSError where the system has no seccomp."""
    steps = (
        (_LOAD_NUMBER, 0, 0, 0),
        (_IF_AT_LEAST, 0, 2, _FIRST),
        (_IF_ABOVE, 1, 0, _LAST),
        (_RETURN, 0, 0, _FAIL_ENOSYS),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "seccomp")


if __name__ == "__main__":
    assert platform.system() == "Linux"
    forbid()
    os.execv(sys.argv[1], sys.argv[1:])
